import Documents
import Foundation
import Mongo
import Testing

/// `skipper-ingester` as a process.
@Suite struct IngesterWithKafkaTests {
    /// Log lines, each of which must be a JSON object with a time, a level and a message.
    private func log(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [Document] {
        let lines = try text.split(separator: "\n").map { try ExtendedJSON.document(from: String($0)) }
        for line in lines {
            #expect(
                line.exists(at: "message") && line.exists(at: "level"), "\(line)",
                sourceLocation: sourceLocation)
        }
        return lines
    }

    private func simulate(_ alerts: Int, _ workplace: Workplace) async throws {
        let sent = try await workplace.run(
            "skipper", "simulate", "--topic", workplace.topic, "--partitions", "2", "--alerts", "\(alerts)",
            "--objects",
            "5", "--date", "20260110")
        #expect(sent.code == 0, "\(sent.errors)")
    }

    private func messages(_ lines: [Document]) -> Int64 {
        lines.filter { $0.string(at: "message") == "batch done" }.compactMap { $0.int64(at: "messages") }
            .reduce(0, +)
    }

    @Test func caughtUpIsTheEndAndTheNextStartGoesOn() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            try await simulate(10, workplace)
            let debug = ["SKIPPER_LOG__LEVEL": "debug"]
            let first = try await workplace.ingest(settings: debug)
            #expect(first.code == 0 && first.output.isEmpty)
            let lines = try log(first.errors)
            #expect(messages(lines) == 10)
            #expect(lines.last?.string(at: "message") == "stopped")
            #expect(lines.last?.element(key: "stop.reason")?.string == "caught up")
            #expect(try await workplace.database.documents(of: "ZTF_alerts").count == 10)
            let second = try await workplace.ingest(settings: debug)
            #expect(second.code == 0)
            #expect(messages(try log(second.errors)) == 0)
        }
    }

    @Test func signalIsObeyedInOrder() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            try await simulate(10, workplace)
            let settings = ["SKIPPER_LOG__LEVEL": "debug", "SKIPPER_KAFKA__BATCH_MESSAGES": "4"]
            let ingester = try workplace.start("skipper-ingester", [], settings: settings)
            do {
                try await eventually("ten alerts") {
                    try await workplace.database.countDocuments("ZTF_alerts", filter: [:]) == 10
                }
            } catch {
                ingester.send(SIGKILL)
                _ = try await ingester.ending()
                throw error
            }
            ingester.send(SIGTERM)
            // After 30 s it would end itself with another code.
            let ending = try await ingester.ending()
            #expect(ending.code == 0, "\(ending.errors)")
            let lines = try log(ending.errors)
            #expect(lines.last?.string(at: "message") == "stopped")
            #expect(lines.last?.element(key: "stop.reason")?.string == "signal \(SIGTERM)")
            #expect(messages(lines) == 10)
            let next = try await workplace.ingest(settings: settings)
            #expect(messages(try log(next.errors)) == 0)
        }
    }

    /// Killed between any two writes, it leaves nothing that its successor does not make whole. That one reads in
    /// another group, because Kafka waits 45 s for a member that says nothing.
    @Test func killedIngesterLosesNothing() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            try await simulate(60, workplace)
            let ingester = try workplace.start(
                "skipper-ingester", [], settings: ["SKIPPER_KAFKA__BATCH_MESSAGES": "3"])
            do {
                try await eventually("an alert") {
                    try await workplace.database.countDocuments("ZTF_alerts", filter: [:]) > 0
                }
            } catch {
                ingester.send(SIGKILL)
                _ = try await ingester.ending()
                throw error
            }
            ingester.send(SIGKILL)
            #expect(try await ingester.ending().code == 128 + SIGKILL)
            let next = try await workplace.ingest(settings: ["SKIPPER_KAFKA__GROUP": "\(workplace.name)-next"]
            )
            #expect(next.code == 0, "\(next.errors)")
            let alerts = try await workplace.database.documents(of: "ZTF_alerts")
            #expect(alerts.count == 60)
            let objects = try await workplace.database.documents(of: "ZTF_alerts_aux")
            #expect(Set(objects.keys) == Set(alerts.values.compactMap { $0["objectId"] }))
            // Each alert but the last of an object is a point of the light curve.
            for (name, ofObject) in Dictionary(grouping: alerts.values, by: { $0["objectId"] ?? .null }) {
                let points = objects[name]?.documents(at: "prv_candidates").compactMap {
                    $0.int64(at: "candid")
                }
                let ordered = ofObject.sorted {
                    ($0.double(at: "candidate.jd") ?? 0) < ($1.double(at: "candidate.jd") ?? 0)
                }
                let earlier = ordered.dropLast().compactMap { $0.int64(at: "candid") }
                #expect(Set(points ?? []).isSuperset(of: earlier))
            }
            #expect(try await workplace.database.documents(of: "rejected").isEmpty)
        }
    }

    /// A key that no setting has may be a misspelt one.
    @Test func settingsThatAreNotUsedAreSaid() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            try workplace.write(Array("kafka:\n  batch_mesages: 5\n".utf8), to: "config.yaml")
            try await simulate(1, workplace)
            let ending = try await workplace.ingest()
            #expect(ending.code == 0)
            let line = try log(ending.errors).first { $0.string(at: "message") == "setting not used" }
            #expect(line?.description.contains("kafka.batch_mesages") == true)
        }
    }

    @Test func databaseThatIsAwayHoldsTheStartUntilTheStop() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let ingester = try workplace.start(
                "skipper-ingester", [],
                settings: [
                    "SKIPPER_DATABASE__URI": "mongodb://127.0.0.1:1/",
                    "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.1",
                ])
            try await eventually("three attempts") {
                ingester.errors.split(separator: "\n").count { $0.contains("held up") } >= 3
            }
            ingester.send(SIGINT)
            let ending = try await ingester.ending()
            #expect(ending.code == 0)
            #expect(ending.errors.contains("create collections and indexes"))
        }
    }
}
