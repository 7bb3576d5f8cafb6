import Archive
import Mongo

/// `skipper indexes`: creates what collections and indexes are missing.
enum IndexesCommand {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words)
        try arguments.noWords()
        try await Settings.withArchive(try Settings.load()) { try await $0.prepare() }
        for survey in Archive.surveys {
            print("\(survey.alerts): \(survey.indexes.map(\.name).joined(separator: ", "))")
        }
    }
}
