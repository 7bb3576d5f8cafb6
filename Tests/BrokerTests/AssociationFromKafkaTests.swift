import Archive
import Documents
import Mongo
import Testing

@testable import Broker

/// Alerts get the names of their objects on their way, where that is asked for.
@Suite struct AssociationFromKafkaTests {
    private static let settings = ["SKIPPER_ASSOCIATION__ENABLED": "true"]

    private func packet(_ candid: Int64, of objectID: String, dec: Double) throws -> [UInt8] {
        try HandmadePacket(candid, of: objectID).with("candidate.ra", .double(279.234_734_79))
            .with("candidate.dec", .double(dec)).with("candidate.jd", .double(2_461_193)).bytes()
    }

    private func names(in sandbox: Sandbox) async throws -> [String: String?] {
        var names: [String: String?] = [:]
        for (id, object) in try await sandbox.database.documents(of: "ZTF_alerts_aux") {
            names[try #require(id.string)] = object.string(at: "aid")
        }
        return names
    }

    @Test func objectsNearEachOtherHaveOneName() async throws {
        try await withSandbox { sandbox in
            let dec = 38.783_688_96
            try await sandbox.send([
                try packet(1, of: "ZTF26aaaaaaa", dec: dec),
                try packet(2, of: "ZTF26aaaaaab", dec: dec + 1.4 / 3600),
                try packet(3, of: "ZTF26aaaaaac", dec: dec - 1.6 / 3600),
            ])
            for group in ["first", "replay"] {
                let counts = try await sandbox.ingest(group: group, Self.settings)
                #expect(counts.received == 3 && counts.rejected == 0)
                let names = try await names(in: sandbox)
                #expect(names["ZTF26aaaaaaa"] == "AL26mkmunmasmrmma")
                #expect(names["ZTF26aaaaaab"] == "AL26mkmunmasmrmma")
                let third = try #require(names["ZTF26aaaaaac"] ?? nil)
                #expect(third.hasPrefix("AL26") && third != "AL26mkmunmasmrmma")
                #expect(try await sandbox.database.countDocuments("associations") == 2)
            }
        }
    }

    /// Light curves from before get a name with their next alert, and keep it.
    @Test func namesAreAddedWhereTheyAreLackingAndDoNotChange() async throws {
        try await withSandbox { sandbox in
            try await sandbox.send([try packet(1, of: "A", dec: 10), try packet(2, of: "B", dec: 20)])
            _ = try await sandbox.ingest()
            for name in ["A", "B"] { #expect(try await names(in: sandbox)[name] == .some(nil)) }
            #expect(try await !sandbox.database.listCollectionNames().contains("associations"))
            _ = try await sandbox.database.bulkWrite(
                "ZTF_alerts_aux_recent",
                [.updateOne(filter: ["_id": "B"], update: .operators(["$set": ["aid": "AL25given"]]))])
            try await sandbox.send([try packet(3, of: "A", dec: 10), try packet(4, of: "B", dec: 20)])
            _ = try await sandbox.ingest(Self.settings)
            let names = try await names(in: sandbox)
            #expect(names["A"]??.hasPrefix("AL26") == true)
            #expect(names["B"] == "AL25given")
        }
    }

    @Test func radiusIsASetting() async throws {
        try await withSandbox { sandbox in
            try await sandbox.send([
                try packet(1, of: "A", dec: 10), try packet(2, of: "B", dec: 10 + 4.0 / 3600),
            ])
            _ = try await sandbox.ingest(Self.settings.merging(["SKIPPER_ASSOCIATION__RADIUS": "5"]) { $1 })
            let names = try await names(in: sandbox)
            #expect(names["A"] != .some(nil) && names["A"] == names["B"])
        }
    }
}
