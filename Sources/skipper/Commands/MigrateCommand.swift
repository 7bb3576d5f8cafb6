import Archive
import Documents
import Foundation
import HTTP
import Service

/// `skipper migrate`: takes over a database of Kowalski's.
enum MigrateCommand {
    /// Building an index on the alerts of years takes hours.
    private static let patience = Duration.seconds(86_400)

    @Sendable static func run(_ words: [String]) async throws {
        let verb = words.first ?? ""
        let rest = Array(words.dropFirst())
        switch verb {
        case "check": try await check(try Arguments(rest, options: ["programs"], switches: ["json"]))
        case "apply": try await apply(try Arguments(rest, options: ["programs"], switches: ["dry-run"]))
        default: throw UsageError(verb.isEmpty ? "check or apply" : "unknown verb '\(verb)'; check or apply")
        }
    }

    private static func check(_ arguments: Arguments) async throws {
        try arguments.noWords()
        let rules = try rules(arguments)
        var findings: [MigrationFinding] = []
        try await Settings.withArchive(try Settings.load(), longestOperation: patience) {
            findings = try await $0.migration(rules).check()
        }
        let faults = findings.count { $0.state == .fault }
        if arguments.switches.contains("json") {
            print(String(decoding: ExtendedJSON.bytes(of: document(findings)), as: UTF8.self))
        } else {
            for finding in findings {
                let state = finding.state.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
                print(
                    "\(state) \(finding.area): \(finding.text)"
                        + (finding.cure.map { "\n        -> \($0)" } ?? ""))
            }
            let changes = findings.count { $0.state == .change }
            print(
                faults > 0
                    ? "\(faults) faults must be mended by hand"
                    : changes > 0 ? "usable after: skipper migrate apply" : "usable as it is")
        }
        if faults > 0 { throw CommandError("something must be mended by hand, see above") }
    }

    private static func apply(_ arguments: Arguments) async throws {
        try arguments.noWords()
        let rules = try rules(arguments)
        let isDry = arguments.switches.contains("dry-run")
        try await Settings.withArchive(try Settings.load(), longestOperation: patience) { archive in
            let steps = try await archive.migration(rules).apply(writes: !isDry)
            for step in steps { print("\(isDry ? "would: " : "done: ")\(step)") }
            if steps.isEmpty { print("nothing to do") }
        }
    }

    private static func rules(_ arguments: Arguments) throws -> Migration.Rules {
        let understands: @Sendable (String) -> Bool = { PasswordHasher.understands($0) }
        guard let programs = try programs(arguments.options["programs"]) else {
            return Migration.Rules(understandsHash: understands)
        }
        return Migration.Rules(programs: programs, understandsHash: understands)
    }

    /// Numbers of programs with commas between; nil where none were given.
    private static func programs(_ text: String?) throws -> [Int64]? {
        guard let text else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count else {
            throw UsageError("--programs must be numbers with commas between, not '\(text)'")
        }
        return try UserRules.programs(.list(numbers.map { .integer($0) }))
    }

    /// `{usable, findings: [{state, area, text, cure}]}`.
    private static func document(_ findings: [MigrationFinding]) -> Document {
        [
            "usable": .bool(!findings.contains { $0.state == .fault }),
            "findings": .list(
                findings.map {
                    [
                        "state": .string($0.state.rawValue), "area": .string($0.area),
                        "text": .string($0.text),
                        "cure": $0.cure.map { .string($0) } ?? nil,
                    ]
                }),
        ]
    }
}
