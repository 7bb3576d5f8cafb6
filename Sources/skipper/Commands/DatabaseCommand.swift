import Archive
import Service

/// `skipper database initiate`: a new mongod becomes a replica set with its users.
enum DatabaseCommand {
    @Sendable static func run(_ words: [String]) async throws {
        guard words.first == "initiate" else { throw UsageError("initiate") }
        let arguments = try Arguments(Array(words.dropFirst()), options: ["member"], switches: ["stay"])
        try arguments.noWords()
        let configuration = try Configuration.ofProcess(Settings.declared)
        let stop = StopSignal()
        try await DatabaseInitiation(configuration).run(member: arguments.options["member"])
        print("initiated, with the users of the settings")
        if arguments.switches.contains("stay") { await stop.wait() }
    }
}
