import Archive
import Catalogs
import Service

/// `skipper catalog rematch`: brings the cross-matches of stored objects up to date.
enum RematchCommand {
    /// - Parameter words: `[CATALOGUE...] [--survey NAME] [--object NAME] [--all]`.
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, options: ["survey", "object"], switches: ["all"])
        let configuration = try Settings.load()
        let survey = try survey(arguments.options["survey"])
        let scope = RematchScope(
            catalogs: arguments.words.isEmpty ? nil : arguments.words,
            isEverything: arguments.switches.contains("all"))
        let crossMatch = CrossMatch(
            configuration[CrossMatchSettings.rules].catalogs(of: survey.name),
            in: CatalogFolder(path: configuration[CatalogSettings.folder]))
        try await Settings.withArchive(configuration) { archive in
            let worker = archive.rematch(of: survey, crossMatch, log: Settings.log(configuration))
            if let object = arguments.options["object"] {
                try await rematch(object, scope, worker)
            } else {
                try await rematch(survey, scope, worker)
            }
        }
    }

    private static func survey(_ name: String?) throws -> Survey {
        guard let name else { return .ztf }
        guard let survey = Archive.surveys.first(where: { $0.name == name.uppercased() }) else {
            let names = Archive.surveys.map(\.name).joined(separator: ", ")
            throw UsageError("--survey must be one of \(names), not '\(name)'")
        }
        return survey
    }

    private static func rematch(_ object: String, _ scope: RematchScope, _ worker: RematchWorker) async throws
    {
        guard let isChanged = try await worker.run(scope, object: object) else {
            throw CommandError("there is no object '\(object)'")
        }
        print("\(object): \(isChanged ? "brought up to date" : "up to date already")")
    }

    private static func rematch(_ survey: Survey, _ scope: RematchScope, _ worker: RematchWorker) async throws
    {
        let line = ProgressLine("objects")
        var shown: Int64 = 0
        let summary = try await worker.run(scope) { done in
            line.advance(by: Int(done - shown))
            shown = done
        }
        line.finish()
        print(
            "\(survey.name): \(summary.examined) objects, \(summary.updated) brought up to date"
                + (summary.unplaced > 0 ? ", \(summary.unplaced) without an alert" : ""))
        guard summary.failed == 0 else {
            throw CommandError(
                "a catalogue failed for \(summary.failed) objects: see the log, repair it and run this again")
        }
    }
}
