import Documents
import Foundation
import Mongo
import Testing

/// `skipper check`: what is wrong and what to do.
@Suite struct CheckWithKafkaTests {
    @Test func everythingIsThere() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let before = try await workplace.run("skipper", "check")
            #expect(before.code == 0, "\(before.errors)")
            #expect(before.output.contains("index ZTF_alerts.candid is missing\n         -> skipper indexes"))
            #expect(!before.output.contains(" 0 GiB free"))
            _ = try await workplace.run("skipper", "indexes")
            let secrets = """
                {"server": {"admin_password": "\(UUID().uuidString)", "jwt_secret_key": "\(UUID().uuidString)"}}
                """
            try workplace.write(Array(secrets.utf8), to: "secrets.json")
            let after = try await workplace.run("skipper", "check")
            #expect(after.code == 0 && after.errors.isEmpty)
            #expect(!after.output.contains("missing") && after.lines.last == "usable")
            for line in ["ok       settings: read", "ok       database: MongoDB ", "ok       broker: "] {
                #expect(after.lines.contains { $0.hasPrefix(line) }, "\(after.output)")
            }
        }
    }

    @Test func whatIsAwayIsAFault() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let away = [
                "SKIPPER_DATABASE__URI": "mongodb://127.0.0.1:1/",
                "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.1",
            ]
            let ending = try await workplace.run("skipper", "check", settings: away)
            #expect(ending.code == 1)
            let fault = try #require(ending.lines.first { $0.hasPrefix("FAULT") })
            #expect(fault.hasPrefix("FAULT    database: ") && fault.contains("No suitable servers found"))
            #expect(
                ending.output.contains("\n         -> start mongod, or correct database.* in the settings\n"))
            #expect(ending.lines.contains { $0.hasPrefix("ok       broker: ") })
            #expect(ending.lines.last == "not usable as it is")
            #expect(ending.errors == "skipper check: something needs a cure, see above\n")
        }
        try await withWorkplace { workplace in
            let ending = try await workplace.run("skipper", "check")
            #expect(ending.code == 1)
            #expect(ending.lines.contains { $0.hasPrefix("FAULT    broker: ") })
            #expect(ending.lines.contains { $0.hasPrefix("ok       database: ") })
        }
    }

    @Test func doubtfulSettingsAndRejectedPacketsAreWarnings() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            try workplace.write(Array("kafka:\n  topik: x\n".utf8), to: "config.yaml")
            _ = try await workplace.database.insert(
                "rejected", [["_id": "a/0/1"], ["_id": "a/0/1#1", "piece": 1]])
            let ending = try await workplace.run("skipper", "check")
            #expect(ending.code == 0)
            #expect(
                ending.lines.contains { $0.hasPrefix("warning  settings: ") && $0.contains("kafka.topik") })
            #expect(ending.lines.contains("warning  rejected: 1 packets"))
            try workplace.write(
                Array(#"{"server": {"jwt_secret_key": "change-me"}}"#.utf8), to: "secrets.json")
            let placeholder = try await workplace.run("skipper", "check")
            #expect(placeholder.code == 1)
            #expect(
                placeholder.lines.contains {
                    $0.hasPrefix("FAULT    settings: ") && $0.contains("jwt_secret_key")
                })
            #expect(!placeholder.output.contains("change-me"))
        }
    }
}
