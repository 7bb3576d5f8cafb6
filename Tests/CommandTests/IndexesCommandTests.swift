import Documents
import Mongo
import Testing

/// `skipper indexes`: users' queries lean on Kowalski's indexes, by their names.
@Suite struct IndexesCommandTests {
    /// Kowalski's `database.indexes.ZTF_alerts` in config.defaults.yaml.
    static let expected: [Index] = {
        let position = "coordinates.radec_geojson"
        return [
            Index(name: "_id_", keys: ["_id": 1]),
            Index(name: "radec_candid", keys: [position: "2dsphere", "candid": -1]),
            Index(name: "radec_objectId", keys: [position: "2dsphere", "objectId": -1]),
            Index(name: "jd_radec_candid", keys: ["candidate.jd": 1, position: "2dsphere", "candid": -1]),
            Index(
                name: "jd_radec_objectId", keys: ["candidate.jd": 1, position: "2dsphere", "objectId": -1]),
            Index(name: "objectId", keys: ["objectId": -1]),
            Index(name: "candid", keys: ["candid": -1], unique: true),
            Index(name: "pid", keys: ["candidate.pid": 1]),
            Index(name: "objectId_pid", keys: ["objectId": -1, "candidate.pid": 1]),
            Index(name: "pdiffimfilename", keys: ["candidate.pdiffimfilename": 1]),
            Index(
                name: "jd_programid_programpi",
                keys: ["candidate.jd": 1, "candidate.programid": 1, "candidate.programpi": 1]),
            Index(
                name: "jd_braai_candid",
                keys: ["candidate.jd": -1, "classifications.braai": -1, "candid": -1]),
            Index(name: "jd_drb_candid", keys: ["candidate.jd": -1, "candidate.drb": -1, "candid": -1]),
            Index(
                name: "jd_braai_magpsf_isdiffpos_ndethist",
                keys: [
                    "candidate.jd": 1, "classifications.braai": 1, "candidate.magpsf": 1,
                    "candidate.isdiffpos": 1, "candidate.ndethist": 1,
                ]),
            Index(
                name: "jd_field_drb_ndethhist_magpsf_isdiffpos_objectId",
                keys: [
                    "candidate.jd": 1, "candidate.field": 1, "candidate.rb": 1, "candidate.drb": 1,
                    "candidate.ndethist": 1, "candidate.magpsf": 1, "candidate.isdiffpos": 1, "objectId": -1,
                ]),
        ]
    }()

    @Test func indexesAreKowalskisAndMayBeAskedForAgain() async throws {
        try await withWorkplace { workplace in
            for _ in 0..<2 {
                let ending = try await workplace.run("skipper", "indexes")
                #expect(ending.code == 0, "\(ending.errors)")
                let names = Self.expected.dropFirst().map(\.name).sorted()
                let line = try #require(ending.lines.first { $0.hasPrefix("ZTF_alerts: ") })
                let said = line.dropFirst("ZTF_alerts: ".count).split(separator: ", ").map(String.init)
                #expect(said.sorted() == names)
                let stored = try await workplace.database.listIndexes("ZTF_alerts")
                #expect(stored.sorted { $0.name < $1.name } == Self.expected.sorted { $0.name < $1.name })
                // The collection under the view of light curves.
                let recent = try await workplace.database.listIndexes("ZTF_alerts_aux_recent")
                #expect(recent.map(\.keys) == [["_id": 1]])
            }
        }
    }

    /// Stamps are compressed already.
    @Test func alertsAreStoredWithoutBlockCompression() async throws {
        try await withWorkplace { workplace in
            _ = try await workplace.run("skipper", "indexes")
            let reply = try await workplace.database.run(command: ["collStats": "ZTF_alerts"], readOnly: true)
            let form = try #require(reply.string(at: "wiredTiger.creationString"))
            #expect(form.contains("block_compressor=none"))
        }
    }
}
