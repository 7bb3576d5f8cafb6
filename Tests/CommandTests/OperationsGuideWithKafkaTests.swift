import Documents
import Foundation
import Mongo
import Testing

/// What docs/operations.md and the files in `deploy` say of metrics is what the running programs show.
@Suite struct OperationsGuideWithKafkaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL.path

    /// What the documents say, and what programs at these addresses show.
    private func files(_ urls: [String] = []) async throws -> Document {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "operations_files.py"
        ).path
        let ending = try await ChildProcess(
            try TestEnvironment.python, [script, Self.root] + urls,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        ).ending()
        guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
        return try ExtendedJSON.document(from: ending.output)
    }

    private func names(_ document: Document, _ key: String) -> [String] {
        document.element(key: key)?.value.list?.compactMap(\.string) ?? []
    }

    @Test func guideListsExactlyTheMetricsThatAreShown() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let sent = try await workplace.run(
                "skipper", "simulate", "--topic", workplace.topic, "--alerts", "5", "--objects", "2")
            #expect(sent.code == 0, "\(sent.errors)")
            let (first, second) = (try freePort(), try freePort())
            let common = ["SKIPPER_SERVER__HOST": "127.0.0.1"]
            let ingester = try workplace.start(
                "skipper-ingester", [],
                settings: common.merging(["SKIPPER_SERVER__METRICS_PORT": "\(first)"]) { $1 })
            let api = try workplace.start(
                "skipper-api", [],
                settings: common.merging([
                    "SKIPPER_SERVER__PORT": "\(second)", "SKIPPER_SERVER__ADMIN_PASSWORD": UUID().uuidString,
                    "SKIPPER_SERVER__JWT_SECRET_KEY": UUID().uuidString,
                ]) { $1 })
            try await eventually("five alerts") {
                try await workplace.database.countDocuments("ZTF_alerts", filter: [:]) == 5
            }
            try await eventually("the API listens") { api.errors.contains("\"listening\"") }
            let urls = ["http://127.0.0.1:\(first)", "http://127.0.0.1:\(second)"]
            let said = try await files(urls)
            let shown = try #require(said.document(at: "shown"))
            let all = Set(urls.flatMap { names(shown, $0) })
            #expect(urls.allSatisfy { names(shown, $0).count > 5 })
            let guide = names(said, "guide")
            #expect(guide.count == Set(guide).count)
            #expect(all.subtracting(guide).sorted() == [], "shown and not in docs/operations.md")
            #expect(Set(guide).subtracting(all).sorted() == [], "in docs/operations.md and not shown")
            // `up` is Prometheus' own.
            #expect(Set(names(said, "rules")).subtracting(all) == ["up"])
            #expect(Set(names(said, "dashboard")).subtracting(all).sorted() == [])
            #expect(names(said, "rules").count > 8 && names(said, "dashboard").count > 20)
            for process in [ingester, api] { process.send(SIGTERM) }
            for process in [ingester, api] { #expect(try await process.ending().code == 0) }
        }
    }

    @Test func eachAlertRuleIsExplained() async throws {
        let said = try await files()
        #expect(names(said, "alerts").count > 8)
        #expect(names(said, "alerts") == names(said, "explained"))
    }
}
