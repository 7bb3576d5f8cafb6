import Aggregation
import Archive
import Documents
import Foundation
import Mongo
import Service
import Sky

/// `skipper filter`: users' filters, what they make of stored alerts and what they found; the answers of the API's
/// routes, for an admin, as tables or as JSON.
struct FilterCommand {
    let filters: Filters
    let arguments: Arguments
    let log: Log

    private static let verbs = "list, show, explain, test, diff, backfill, hits, stats or operators"

    /// What each verb may be told.
    private static let options: [String: (options: Set<String>, switches: Set<String>)] = [
        "list": (["group", "catalog"], []), "show": (["fid"], []),
        "explain": (["candid", "object", "fid"], []),
        "test": (["objects", "from", "to", "fid", "max-time"], []),
        "diff": (["night", "from", "to", "max-time"], []),
        "backfill": (["from", "to", "fid", "cancel", "job"], ["notify", "list"]),
        "hits": (["from", "to", "limit", "after", "fid"], []), "stats": (["from", "to"], []),
    ]

    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError(verbs) }
        if verb == "operators" {
            try Arguments(Array(words.dropFirst()), options: [], switches: []).noWords()
            return print(SupportedOperators.table, terminator: "")
        }
        guard let known = options[verb] else { throw UsageError("unknown verb '\(verb)'; \(verbs)") }
        let arguments = try Arguments(
            Array(words.dropFirst()), options: known.options, switches: known.switches.union(["json"]))
        try check(verb, arguments)
        let configuration = try Settings.load()
        try await Settings.withArchive(configuration) { archive in
            let command = FilterCommand(
                filters: archive.filters, arguments: arguments, log: Settings.log(configuration))
            do { try await command.perform(verb) } catch let error as RequestError {
                throw CommandError(error.reason)
            }
        }
    }

    /// What can be found wrong before the database is asked.
    private static func check(_ verb: String, _ arguments: Arguments) throws(UsageError) {
        let given = arguments.options
        switch verb {
        case "list":
            try arguments.noWords()
            _ = try arguments.integer("group", default: 0)
            return
        case "diff":
            guard arguments.words.count == 3 else {
                throw UsageError("give a filter's number and two of its versions")
            }
        default: _ = try arguments.word("filter's number")
        }
        guard let number = arguments.words.first, Int64(number) != nil else {
            throw UsageError("a filter's number is a number, not '\(arguments.words.first ?? "")'")
        }
        if verb == "explain", given["candid"] == nil, given["object"] == nil {
            throw UsageError("give --candid or --object")
        }
        _ = try arguments.integer("limit", default: 1, atLeast: 1)
        _ = try arguments.integer("max-time", default: 1, atLeast: 1)
        let isWhole = given["from"] != nil && given["to"] != nil
        if verb == "backfill", given["cancel"] == nil, given["job"] == nil,
            !arguments.switches.contains("list"), !isWhole
        {
            throw UsageError("give --from and --to, --job, --list or --cancel")
        }
        if verb == "diff", given["night"] == nil, !isWhole {
            throw UsageError("give --night, or --from and --to")
        }
    }

    /// The operator may see everything.
    static let operatorUser = User(name: "skipper", programs: [1, 2, 3], isAdmin: true)

    var now: Int64 { Settings.now().milliseconds }
    var isJSON: Bool { arguments.switches.contains("json") }

    /// The filter of the number among the words.
    func filter() async throws -> Filter { try await filters.find(Int64(arguments.words[0]) ?? 0) }

    private func perform(_ verb: String) async throws {
        switch verb {
        case "list": try await list()
        case "show": try await show()
        case "explain": try await explain()
        case "test": try await test()
        case "diff": try await compare()
        case "backfill": try await backfill()
        case "hits": try await hits()
        default: try await statistics()
        }
    }

    private func list() async throws {
        let group = arguments.options["group"].flatMap { Int64($0) }
        let cursor = try await filters.list(
            group: group, catalog: arguments.options["catalog"], active: nil, for: Self.operatorUser)
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        if isJSON { return documents.forEach { write(json: $0) } }
        var table = Table("filter", "group", "catalog", "programs", "active", "version", "of", "suspended")
        for document in documents {
            table.add(
                document["filter_id"], document["group_id"], document["catalog"], document["permissions"],
                document["active"], document["active_fid"],
                .integer(Int64(document.array(at: "fv")?.count ?? 0)), document["suspended.reason"])
        }
        print(table.text, terminator: "")
    }

    private func show() async throws {
        let filter = try await filter()
        if isJSON { return write(json: filter.document) }
        for element in filter.document.elements where element.key != "fv" && element.key != "_id" {
            print("\(element.key): \(Table.text(of: element.value))")
        }
        var table = Table("version", "saved", "")
        for version in filter.versions {
            table.add(
                .string(version.fid), version.created.map { .datetime($0) },
                version.fid == filter.activeVersion ? "active" : nil)
        }
        print(table.text, terminator: "")
        let shown = arguments.options["fid"] ?? filter.activeVersion
        guard let version = filter.versions.first(where: { $0.fid == shown }) else {
            guard let fid = arguments.options["fid"] else { return }
            throw CommandError("Filter version \(fid) not found")
        }
        print("\n\(version.fid):\n\(version.pipeline)")
    }

    private func hits() async throws {
        var selection = FilterFindings.Selection()
        selection.fid = arguments.options["fid"]
        selection.from = try arguments.options["from"].map { try FilterDates.jd(text: $0, "--from") }
        selection.to = try arguments.options["to"].map { try FilterDates.jd(text: $0, "--to") }
        selection.after = arguments.options["after"]
        selection.limit = try arguments.integer("limit", default: 100, atLeast: 1)
        let (hits, next) = try await filters.hits(of: try await filter(), selection, for: Self.operatorUser)
        if isJSON {
            hits.forEach { write(json: $0) }
        } else {
            var table = Table("candid", "object", "jd", "passed", "version", "backfill")
            for hit in hits {
                table.add(
                    hit["candid"], hit["objectId"], hit["jd"], hit["passed_at"], hit["fid"], hit["backfill"])
            }
            print(table.text, terminator: "")
        }
        if let next { StandardError.write("more with --after '\(next)'\n") }
    }

    private func statistics() async throws {
        let statistics = try await filters.statistics(
            of: try await filter(),
            from: try arguments.options["from"].map { try FilterDates.jd(text: $0, "--from") },
            to: try arguments.options["to"].map { try FilterDates.jd(text: $0, "--to") },
            for: Self.operatorUser)
        if isJSON { return write(json: statistics) }
        if let reason = statistics["suspended.reason"] { print("suspended: \(Table.text(of: reason))") }
        var table = Table("night", "version", "evaluated", "passed", "errors", "us/alert")
        for night in statistics.documents(at: "nights") {
            table.add(
                night["night"], night["fid"], night["evaluated"], night["passed"], night["errors"],
                night["microseconds_per_alert"])
        }
        print(table.text, terminator: "")
    }

    /// Prints a document as a line of JSON.
    func write(json document: Document) {
        print(String(decoding: ExtendedJSON.bytes(of: document), as: UTF8.self))
    }
}
