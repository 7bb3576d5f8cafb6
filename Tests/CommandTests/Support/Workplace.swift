import Documents
import Foundation
import Kafka
import Mongo
@_exported import TestSupport

/// A folder, a database and topics of a test's own, and the settings that name them.
struct Workplace: Sendable {
    let name: String
    let folder: String
    let database: Database
    let settings: [String: String]

    /// A topic of the test's own; whoever makes it gives it a name that begins with the workplace's.
    var topic: String { "\(name)-alerts" }

    /// Runs a program to its end.
    func run(
        _ program: String = "skipper", _ arguments: String..., settings more: [String: String] = [:]
    ) async throws -> ChildProcess.Ending {
        try await start(program, arguments, settings: more).ending()
    }

    /// Starts a program.
    func start(
        _ program: String, _ arguments: [String], settings more: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(
            try ChildProcess.path(of: program), arguments, in: folder,
            environment: settings.merging(more) { $1 })
    }

    /// Reads the topic to its end with an ingester.
    func ingest(settings more: [String: String] = [:]) async throws -> ChildProcess.Ending {
        try await run("skipper-ingester", "--until-caught-up", settings: more)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], to file: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
        return "\(folder)/\(file)"
    }

    /// The bytes of a file.
    func read(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
    }

    /// The files of a folder with their bytes.
    func files(of name: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)") {
            files[file] = try read("\(name)/\(file)")
        }
        return files
    }
}

/// Lends a workplace; nothing of it is left afterwards.
///
/// - Parameter usesKafka: whether there is to be a Kafka, whose topics of the workplace's name are deleted.
func withWorkplace(usesKafka: Bool = false, _ body: (Workplace) async throws -> Void) async throws {
    let name = "test-\(UUID().uuidString.prefix(13))"
    let folder = NSTemporaryDirectory() + name
    let uri = try TestEnvironment.mongodb
    var settings = [
        "SKIPPER_DATABASE__URI": uri, "SKIPPER_DATABASE__DB": name, "SKIPPER_DATABASE__MAX_POOL_SIZE": "4",
        "SKIPPER_KAFKA__GROUP": "\(name)-group", "SKIPPER_KAFKA__TOPICS": "\(name)-alerts",
        // Nobody answers there, so that nothing goes to a broker by mistake.
        "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
    ]
    if usesKafka {
        settings["SKIPPER_KAFKA__BOOTSTRAP_SERVERS"] = try TestEnvironment.kafka
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let workplace = Workplace(
        name: name, folder: folder,
        database: try Database(MongoSettings(uri: ConnectionString(uri), database: name)), settings: settings)
    var outcome: Result<Void, any Error>
    do { outcome = .success(try await body(workplace)) } catch { outcome = .failure(error) }
    do {
        try await workplace.database.drop()
        if usesKafka { try await deleteTopics(of: name) }
        try FileManager.default.removeItem(atPath: folder)
    } catch {
        // What went wrong in the test itself says more.
        if case .success = outcome { outcome = .failure(error) }
    }
    await workplace.database.close()
    try outcome.get()
}

private func deleteTopics(of name: String) async throws {
    let administration = try Administration(
        Kafka.Configuration(bootstrapServers: try TestEnvironment.kafka),
        limit: .seconds(300))
    let topics = try await administration.topics().map(\.name).filter { $0.hasPrefix(name) }
    try await administration.deleteTopics(topics)
    await administration.close()
}
