import Archive
import Documents
import Mongo
import Testing

@Suite struct IndexesTests {
    private static let position = "coordinates.radec_geojson"

    /// Kowalski's, by its configuration `database.indexes.ZTF_alerts`.
    private static let kowalski: [String: Document] = [
        "radec_candid": [position: "2dsphere", "candid": -1],
        "radec_objectId": [position: "2dsphere", "objectId": -1],
        "jd_radec_candid": ["candidate.jd": 1, position: "2dsphere", "candid": -1],
        "jd_radec_objectId": ["candidate.jd": 1, position: "2dsphere", "objectId": -1],
        "objectId": ["objectId": -1], "candid": ["candid": -1], "pid": ["candidate.pid": 1],
        "objectId_pid": ["objectId": -1, "candidate.pid": 1],
        "pdiffimfilename": ["candidate.pdiffimfilename": 1],
        "jd_programid_programpi": ["candidate.jd": 1, "candidate.programid": 1, "candidate.programpi": 1],
        "jd_braai_candid": ["candidate.jd": -1, "classifications.braai": -1, "candid": -1],
        "jd_drb_candid": ["candidate.jd": -1, "candidate.drb": -1, "candid": -1],
        "jd_braai_magpsf_isdiffpos_ndethist": [
            "candidate.jd": 1, "classifications.braai": 1, "candidate.magpsf": 1, "candidate.isdiffpos": 1,
            "candidate.ndethist": 1,
        ],
        "jd_field_drb_ndethhist_magpsf_isdiffpos_objectId": [
            "candidate.jd": 1, "candidate.field": 1, "candidate.rb": 1, "candidate.drb": 1,
            "candidate.ndethist": 1,
            "candidate.magpsf": 1, "candidate.isdiffpos": 1, "objectId": -1,
        ],
    ]

    @Test func areKowalskisAndMadeOnce() async throws {
        try await withDatabase { database in
            for _ in 1...2 {
                try await Collections.prepare(database, for: .ztf)
                let indexes = try await database.listIndexes("ZTF_alerts").filter { $0.name != "_id_" }
                let found = Dictionary(uniqueKeysWithValues: indexes.map { ($0.name, $0.keys) })
                #expect(found == Self.kowalski)
                #expect(indexes.filter(\.unique).map(\.name) == ["candid"])
                #expect(try await database.listIndexes("ZTF_alerts_aux_recent").map(\.name) == ["_id_"])
            }
            #expect(
                try await database.listCollectionNames() == [
                    "ZTF_alerts", "ZTF_alerts_aux", "ZTF_alerts_aux_older", "ZTF_alerts_aux_recent",
                    "rejected",
                    "system.views",
                ])
        }
    }

    /// Stamps are compressed already.
    @Test func alertsAreStoredWithoutBlockCompression() async throws {
        try await withDatabase { database in
            try await Collections.prepare(database, for: .ztf)
            for (catalog, compressor) in [("ZTF_alerts", "none"), ("ZTF_alerts_aux_recent", "snappy")] {
                let stats = try await database.run(command: ["collStats": .string(catalog)], readOnly: true)
                let creation = try #require(stats.string(at: "wiredTiger.creationString"))
                #expect(creation.contains("block_compressor=\(compressor),"), "\(creation)")
            }
        }
    }

    /// A database taken over from Kowalski has the indexes and the alerts already.
    @Test func existingOnesAreLeftAlone() async throws {
        try await withDatabase { database in
            _ = try await database.insert("ZTF_alerts", [["candid": 1], ["candid": 2]])
            try await database.createIndexes(
                "ZTF_alerts", [Index(name: "candid", keys: ["candid": -1], unique: true)])
            try await Collections.prepare(database, for: .ztf)
            #expect(try await database.countDocuments("ZTF_alerts") == 2)
            #expect(try await database.listIndexes("ZTF_alerts").count == 15)
        }
    }
}
