import Archive
import Mongo

/// `skipper indexes`: creates what collections and indexes are missing.
enum IndexesCommand {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words)
        guard arguments.words.isEmpty else { throw UsageError("unknown word '\(arguments.words[0])'") }
        let archive = try Settings.archive(try Settings.load())
        try await archive.prepare()
        for survey in Archive.surveys {
            print("\(survey.alerts): \(survey.indexes.map(\.name).joined(separator: ", "))")
        }
    }
}
