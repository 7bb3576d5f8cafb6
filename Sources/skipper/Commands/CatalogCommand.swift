import Archive
import Catalogs
import Documents
import Foundation
import Mongo
import Service
import Synchronization
import Tables

/// `skipper catalog`: loads catalogues, makes their index files, and says what there is.
struct CatalogCommand {
    let archive: Archive
    let configuration: Configuration
    let arguments: Arguments

    private static let verbs = "load, index, list, info, verify, drop or presets"

    /// What each verb may be told.
    private static let options: [String: (options: Set<String>, switches: Set<String>)] = [
        "load": (
            loadOptions.union(["fields", "memory"]),
            [
                "no-header", "id-as-string", "replace", "restart", "verify", "dry-run", "no-index", "whole",
            ]
        ),
        "index": (["fields", "memory"], ["whole"]), "list": ([], ["json"]), "info": ([], ["json"]),
        "verify": ([], ["all", "json"]), "drop": ([], ["index-only", "yes"]), "presets": ([], ["json"]),
    ]

    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError(verbs) }
        guard let known = options[verb] else { throw UsageError("unknown verb '\(verb)'; \(verbs)") }
        let arguments = try Arguments(
            Array(words.dropFirst()), options: known.options, switches: known.switches)
        switch verb {
        case "presets":
            try arguments.noWords()
            return presets(arguments)
        case "list": try arguments.noWords()
        case "load":
            let plan = try CatalogLoadPlan(arguments)
            if plan.isRehearsal { return try await rehearse(plan, arguments) }
        case "drop":
            let name = try arguments.word("catalogue's name")
            guard arguments.switches.contains("yes") else {
                throw UsageError(
                    "\(name) would be removed and cannot be brought back: say --yes if that is meant")
            }
        default: _ = try arguments.word("catalogue's name")
        }
        _ = try fields(arguments)
        _ = try arguments.integer("memory", default: 1024, atLeast: 1)
        let configuration = try Settings.load()
        // Building the index of a large collection takes hours, in which the server says nothing.
        let archive = try Archive(
            configuration, application: "skipper", longestOperation: .seconds(7 * 86_400))
        let command = CatalogCommand(archive: archive, configuration: configuration, arguments: arguments)
        do {
            try await command.perform(verb)
        } catch {
            await archive.database.close()
            throw error
        }
        await archive.database.close()
    }

    private var folder: String { configuration[ArchiveSettings.catalogFolder] }
    private var isJSON: Bool { arguments.switches.contains("json") }
    private var name: String { arguments.words.first ?? "" }

    private func perform(_ verb: String) async throws {
        switch verb {
        case "load": try await load()
        case "index": try await index(name)
        case "list": try await list()
        case "info": try await info()
        case "verify": try await verify()
        default:
            let removed = try await CatalogueRemoval(archive.database, folder: folder).drop(
                name, indexOnly: arguments.switches.contains("index-only"), now: { Log.milliseconds() })
            print("removed \(removed.joined(separator: ", "))")
        }
    }

    // MARK: Loading

    private static func rehearse(_ plan: CatalogLoadPlan, _ arguments: Arguments) async throws {
        let line = ProgressLine("rows")
        let (report, first) = try await LoadRehearsal(plan.source, plan.options) {
            line.advance(by: $0, remaining: $1)
        }.run()
        line.finish()
        print(
            "\(report.stored) rows would be stored, \(report.leftOut) left out, \(report.rejected) rejected")
        if let checked = report.checkedIDs {
            print("only the ids of the first \(checked) rows were compared")
        }
        if let first { print("the first document would be\n\(first)") }
        tell(report)
        if report.rejected > plan.options.maximumRejected { throw TooManyRejected(tooMany(report, plan)) }
    }

    private func load() async throws {
        let plan = try CatalogLoadPlan(arguments)
        let reading = ReadingLine()
        let loader = try CatalogueLoader(
            archive.database, plan.name, plan.source, plan.options,
            progress: { reading.line.advance(by: $0, remaining: $1) }, stage: { reading.end($0) })
        let report = try await loader.load()
        print("\(report.stored) rows stored, \(report.leftOut) left out, \(report.rejected) rejected")
        if report.compared > 0 { print("\(report.compared) rows are as in the files") }
        Self.tell(report)
        guard report.isInPlace else {
            throw TooManyRejected(
                Self.tooMany(report, plan) + ": \(plan.name) is as it was; the same command with a larger "
                    + "--max-rejected takes over what was loaded")
        }
        if !arguments.switches.contains("no-index") { try await index(plan.name) }
    }

    private static func tell(_ report: LoadReport) {
        for note in report.notes { print("note: \(note)") }
        for row in report.firstRejected { print("rejected: \(row)") }
        let others = report.rejected - report.firstRejected.count
        if others > 0 { print("rejected: \(others) more rows; --rejects FILE names them all") }
    }

    private static func tooMany(_ report: LoadReport, _ plan: CatalogLoadPlan) -> String {
        "\(report.rejected) rows were rejected, more than --max-rejected \(plan.options.maximumRejected)"
    }

    // MARK: Index files

    /// The fields that were asked for; nil for whole documents.
    private static func fields(_ arguments: Arguments) throws(UsageError) -> [String]? {
        guard let text = arguments.options["fields"] else { return nil }
        guard !arguments.switches.contains("whole") else { throw UsageError("give --fields or --whole") }
        let fields = CatalogLoadPlan.list(text)
        guard !fields.isEmpty else { throw UsageError("--fields must be names with commas between") }
        return fields
    }

    private func index(_ name: String) async throws {
        let line = ProgressLine("index")
        let description = try await CatalogueIndexer(archive.database, folder: folder).build(
            name, fields: try Self.fields(arguments),
            memory: try arguments.integer("memory", default: 1024, atLeast: 1) << 20,
            progress: { line.advance(by: $0, remaining: $1) }, stage: { StandardError.write("\($0)\n") })
        line.finish()
        print(
            "\(CatalogFolder.path(of: name, in: folder)): \(description.rows) rows, \(description.bytes) bytes, "
                + "version \(description.version)")
    }

    private func verify() async throws {
        let line = ProgressLine("rows")
        let report = try await IndexVerification(archive.database, folder: folder).run(
            name, all: arguments.switches.contains("all"), progress: { line.advance(by: $0, remaining: $1) })
        line.finish()
        if isJSON {
            write(json: [
                "name": .string(name), "version": .string(report.description.version),
                "rows": .int64(Int64(report.description.rows)), "compared": .int64(Int64(report.compared)),
                "faults": .list(report.faults.map { .string($0) }),
            ])
        } else {
            report.faults.forEach { print($0) }
            print(
                "\(report.description.rows) rows with their checksums, \(report.compared) compared with the collection"
            )
        }
        guard report.faults.isEmpty else {
            throw CommandError(
                "\(name) and its index file are not the same; make it again: skipper catalog index \(name)")
        }
    }
}

/// The progress of reading, which ends when the next thing is done.
private final class ReadingLine: Sendable {
    let line = ProgressLine("rows")
    private let isOpen = Mutex(true)

    /// Ends the line and says what is done next.
    func end(_ next: String) {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if wasOpen { line.finish() }
        StandardError.write("\(next)\n")
    }
}

/// More rows were rejected than may be.
struct TooManyRejected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
