import Archive
import Broker
import Documents
import HTTP
import Kafka
import Service

/// `skipper check`: what is wrong and what to do.
enum CheckCommand {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words)
        try arguments.noWords()
        var report = Report()
        let configuration = try Settings.load()
        for fault in configuration.warnings {
            report.warn("settings", "\(fault)", "correct or remove the key")
        }
        for fault in configuration.placeholderSecrets {
            report.fail("settings", "\(fault)", "put a secret of your own into secrets.json")
        }
        for setting in [HTTPSettings.adminPassword, HTTPSettings.jwtSecretKey]
        where configuration[setting] == nil {
            report.warn("settings", "\(setting.key) is not set", "the API does not start without it")
        }
        if report.isClean { report.pass("settings", "read") }
        try await Settings.withArchive(configuration) { try await checkDatabase($0, &report) }
        await checkBroker(configuration, &report)
        report.end()
        if report.hasFailed { throw CommandError("something needs a cure, see above") }
    }

    private static func checkDatabase(_ archive: Archive, _ report: inout Report) async throws {
        if let fault = await archive.faults()["database"] {
            return report.fail("database", fault, "start mongod, or correct database.* in the settings")
        }
        let state = try await archive.state()
        report.pass("database", "MongoDB \(state.version)")
        if state.version.hasPrefix("4.") || state.version.hasPrefix("3.") {
            report.warn("database", "MongoDB \(state.version) is out of support", "upgrade to 6.0 or later")
        }
        if !state.isReplicaSet {
            report.warn(
                "database", "the server is no replica set member",
                "change streams and safe failover need one: start mongod with --replSet")
        }
        for index in state.missingIndexes {
            report.warn("database", "index \(index) is missing", "skipper indexes")
        }
        if let free = state.freeBytes {
            let text = "\(free >> 30) GiB free on the database's disk"
            if free < 20 << 30 {
                report.warn(
                    "disk", text, "a night of 300,000 alerts takes about 13 GB: add disk or remove old alerts"
                )
            } else {
                report.pass("disk", text)
            }
        }
        if state.rejected > 0 {
            report.warn("rejected", "\(state.rejected) packets", "look at them with: skipper rejected list")
        }
    }

    private static func checkBroker(_ configuration: Service.Configuration, _ report: inout Report) async {
        do {
            let administration = try Administration(try BrokerSettings.kafka(configuration))
            let topics = try await administration.topics()
            await administration.close()
            report.pass("broker", "\(topics.count) topics")
        } catch {
            report.fail("broker", "\(error)", "start Kafka, or correct kafka.* in the settings")
        }
    }
}

/// Lines of a check as they are printed.
private struct Report {
    private(set) var hasFailed = false
    private(set) var isClean = true

    func pass(_ area: String, _ text: String) { print("ok       \(area): \(text)") }

    mutating func warn(_ area: String, _ text: String, _ cure: String) {
        isClean = false
        print("warning  \(area): \(text)\n         -> \(cure)")
    }

    mutating func fail(_ area: String, _ text: String, _ cure: String) {
        isClean = false
        hasFailed = true
        print("FAULT    \(area): \(text)\n         -> \(cure)")
    }

    func end() { print(hasFailed ? "not usable as it is" : "usable") }
}
