import Documents
import Foundation
import Mongo
import Testing

/// `skipper migrate` on a database that is laid out as Kowalski lays it out, by a program that shares nothing with Skipper.
@Suite struct MigrateCommandWithKafkaTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "kowalski_database.py").path

    /// Runs the script; what it prints, which is JSON.
    private func kowalski(_ verb: String, _ arguments: String...) async throws -> Value {
        let ending = try await ChildProcess(
            try TestEnvironment.python, [Self.script, verb] + arguments,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        ).ending(within: .seconds(600))
        #expect(ending.code == 0, "\(ending.errors)")
        return try ExtendedJSON.value(from: ending.output)
    }

    /// Stores 60 alerts of 15 objects, users, filters and the rest; what is in the database.
    private func build(_ workplace: Workplace) async throws -> Value {
        let simulated = try await workplace.run(
            "skipper", "simulate", "--alerts", "60", "--objects", "15", "--seed", "3", "--date", "20260110",
            "--out", "packets")
        #expect(simulated.code == 0, "\(simulated.errors)")
        return try await kowalski(
            "build", try TestEnvironment.mongodb, workplace.name, "\(workplace.folder)/packets")
    }

    private func digest(_ workplace: Workplace) async throws -> Value {
        try await kowalski("digest", try TestEnvironment.mongodb, workplace.name)
    }

    /// The findings of `skipper migrate check` as "state area: text".
    private func check(
        _ workplace: Workplace, code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [String] {
        let ending = try await workplace.run("skipper", "migrate", "check", "--json")
        #expect(ending.code == code, "\(ending.errors)", sourceLocation: sourceLocation)
        let answer = try ExtendedJSON.document(from: ending.output)
        #expect(answer["usable"] == .bool(code == 0), sourceLocation: sourceLocation)
        return answer.documents(at: "findings").map { finding in
            "\(finding.string(at: "state") ?? "") \(finding.string(at: "area") ?? ""): \(finding.string(at: "text") ?? "")"
        }
    }

    private func expect(
        _ findings: [String], have beginning: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            findings.contains { $0.hasPrefix(beginning) }, "\(beginning) is not among \(findings)",
            sourceLocation: sourceLocation)
    }

    @Test func checkSaysWhatDiffersAndChangesNothing() async throws {
        try await withWorkplace { workplace in
            let before = try await build(workplace)
            let findings = try await check(workplace)
            for beginning in [
                "ok server: MongoDB ", "ok server: member of a replica set", "ok disk: ",
                "change indexes: ZTF_alerts.jd_braai_magpsf_isdiffpos_ndethist is missing",
                "change indexes: ZTF_alerts.jd_field_drb_ndethhist_magpsf_isdiffpos_objectId is missing",
                "note indexes: ZTF_alerts.of_an_operator is not Skipper's",
                "ok alerts: ZTF_alerts: 60 documents, _id of type objectId",
                "change light curves: ZTF_alerts_aux: 15 objects; becomes ZTF_alerts_aux_recent",
                "change users: admin: ", "change users: vera: ", "change users: henrietta: ", "ok users: 3; ",
                "change filters: filter 2: fv.0.pipeline must be text",
                "note filters: filter 3 is active and cannot be run: ",
                "ok filters: 4 with 4 versions; of the active ones 2 run in memory and 0 in the database",
                "note sky maps: 1 of 1 are stored several times",
                "note catalogues: queries is Kowalski's queue",
                "note catalogues: ZTF_ops has no index of positions",
                "ok catalogues: 1 can be searched by position",
            ] { expect(findings, have: beginning) }
            #expect(findings.count { $0.hasPrefix("change indexes") } == 2, "\(findings)")
            #expect(!findings.contains { $0.hasPrefix("fault") }, "\(findings)")
            let text = try await workplace.run("skipper", "migrate", "check")
            #expect(text.code == 0 && text.lines.last == "usable after: skipper migrate apply")
            let dry = try await workplace.run("skipper", "migrate", "apply", "--dry-run")
            #expect(dry.code == 0 && dry.lines.count > 5 && dry.lines.allSatisfy { $0.hasPrefix("would: ") })
            #expect(try await digest(workplace) == before)
        }
    }

    @Test func appliedItIsUsableWithOldPasswordsAndFilters() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let before = try await build(workplace)
            let applied = try await workplace.run("skipper", "migrate", "apply", "--programs", "1,2")
            #expect(applied.code == 0, "\(applied.errors)")
            for line in [
                "done: user vera may see programs 1,2", "done: filter 2: fv.0.pipeline as text",
                "done: rename ZTF_alerts_aux to ZTF_alerts_aux_recent, and make a view of it named ZTF_alerts_aux",
            ] { #expect(applied.lines.contains(line), "\(applied.output)") }
            let again = try await workplace.run("skipper", "migrate", "apply")
            #expect(again.code == 0 && again.output == "nothing to do\n")
            let findings = try await check(workplace)
            #expect(!findings.contains { $0.hasPrefix("change") }, "\(findings)")
            expect(findings, have: "ok indexes: ZTF_alerts has the 14 that it needs")
            expect(findings, have: "ok light curves: ZTF_alerts_aux_recent: 15 objects")
            let after = try await digest(workplace)
            for (old, new) in [
                ("ZTF_alerts", "ZTF_alerts"), ("ZTF_alerts_aux", "ZTF_alerts_aux_recent"), ("TNS", "TNS"),
            ] {
                let bytes = try #require(before.document?.string(at: Path("\(old).digest")))
                #expect(after.document?.string(at: Path("\(new).digest")) == bytes, "\(old)")
            }
            try await logIn(workplace)
            try await ingest(workplace)
        }
    }

    /// Old passwords are good, others are not, and each sees what was said.
    private func logIn(_ workplace: Workplace) async throws {
        let api = try workplace.start(
            "skipper-api", [],
            settings: [
                "SKIPPER_SERVER__HOST": "127.0.0.1", "SKIPPER_SERVER__PORT": "0",
                "SKIPPER_SERVER__ADMIN_PASSWORD": "not that of the database",
                "SKIPPER_SERVER__JWT_SECRET_KEY": UUID().uuidString,
            ])
        var port: Int64?
        try await eventually("the API listens") {
            port = try api.errors.split(separator: "\n").first { $0.contains("\"listening\"") }
                .flatMap { try ExtendedJSON.document(from: String($0)).element(key: "server.port")?.int64 }
            return port != nil
        }
        let url = "http://127.0.0.1:\(try #require(port))"
        for (name, password) in [("vera", "U*U"), ("henrietta", "U*U*U"), ("admin", "admin-password")] {
            // Twice: the first time replaces the hash.
            for _ in 0..<2 {
                #expect(try await kowalski("login", url, name, password) == [200, 60], "\(name)")
            }
            #expect(try await kowalski("login", url, name, password + "x") == [401])
        }
        api.send(SIGTERM)
        #expect(try await api.ending().code == 0)
        let vera = try #require(try await workplace.database.findOne("users", filter: ["_id": "vera"]))
        #expect(vera.string(at: "password")?.hasPrefix("$y$") == true && vera["permissions"] == [1, 2])
    }

    /// The same alerts come again, and others: none is stored twice, none is changed, and filters run on the new ones.
    private func ingest(_ workplace: Workplace) async throws {
        let before = try await workplace.database.documents(of: "ZTF_alerts")
        _ = try await workplace.run("skipper", "produce", "packets", "--topic", workplace.topic)
        let sent = try await workplace.run(
            "skipper", "simulate", "--alerts", "30", "--objects", "10", "--seed", "4", "--date", "20260111",
            "--topic", workplace.topic)
        #expect(sent.code == 0, "\(sent.errors)")
        let ending = try await workplace.ingest()
        #expect(ending.code == 0, "\(ending.errors)")
        let alerts = try await workplace.database.documents(of: "ZTF_alerts")
        #expect(alerts.count == 90 && before.allSatisfy { alerts[$0.key] == $0.value })
        for filter in [1, 2] as [Int64] {
            let hits = try await workplace.database.countDocuments(
                "filter_hits", filter: ["filter_id": .integer(filter)])
            // Every simulated alert is brighter than 30 mag.
            #expect(hits >= 30, "filter \(filter)")
        }
        #expect(try await workplace.database.countDocuments("filter_hits", filter: ["filter_id": 4]) == 0)
    }

    @Test func whatNobodyShouldDecideIsAFaultAndStopsEverything() async throws {
        try await withWorkplace { workplace in
            _ = try await build(workplace)
            let database = workplace.database
            try await database.dropIndex("ZTF_alerts", name: "candid")
            try await database.dropIndex("ZTF_alerts", name: "pid")
            try await database.createIndexes("ZTF_alerts", [Index(name: "pid", keys: ["candidate.pid": -1])])
            let alert = try #require(try await database.findOne("ZTF_alerts"))
            func copy(_ candid: Value) -> Document {
                var writer = DocumentWriter()
                for element in alert.elements where element.key != "_id" {
                    writer.append(element.key, element.key == "candid" ? candid : element.value)
                }
                return writer.finish()
            }
            _ = try await database.insert(
                "ZTF_alerts", [copy(alert["candid"] ?? .null), copy("12"), copy(13.5)])
            let before = try await digest(workplace)
            let findings = try await check(workplace, code: 1)
            for beginning in [
                "fault indexes: ZTF_alerts.pid stands in the way of pid",
                "fault alerts: ZTF_alerts: several documents have candid ",
                "fault alerts: ZTF_alerts.candid is of type string in 1 of 63",
                "fault alerts: ZTF_alerts.candid is of type double in 1 of 63",
                "change indexes: ZTF_alerts.candid is missing",
            ] { expect(findings, have: beginning) }
            let applied = try await workplace.run("skipper", "migrate", "apply")
            #expect(applied.code == 1 && applied.output.isEmpty)
            #expect(applied.errors.contains("stands in the way of pid"))
            #expect(try await digest(workplace) == before)
        }
    }
}
