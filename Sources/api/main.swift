import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Service

/// `skipper-api`: answers authenticated queries over HTTP.
do {
    try await serve()
} catch {
    StandardError.write("skipper-api: \(error)\n")
    exit(1)
}

func serve() async throws {
    let insecure = CommandLine.arguments.contains("--insecure-dev")
    if let unknown = CommandLine.arguments.dropFirst().first(where: { $0 != "--insecure-dev" }) {
        throw StartError("unknown argument '\(unknown)'; usage: skipper-api [--insecure-dev]")
    }
    let configuration = try Configuration.ofProcess(
        ArchiveSettings.all + HTTPSettings.all + LogSettings.all, allowsPlaceholders: insecure)
    let log = Log.standardError(label: "skipper-api", configuration: configuration)
    let stop = StopSignal()
    let metrics = Metrics()
    metrics.observeProcess()
    let archive = try Archive(configuration, application: "skipper-api")
    let users = archive.users(administrator: configuration[HTTPSettings.adminUsername])
    let passwords = try PasswordHasher()
    let password = try needed(HTTPSettings.adminPassword, configuration, insecure ? "admin" : nil)
    let key = try needed(HTTPSettings.jwtSecretKey, configuration, insecure ? try RandomBytes.text() : nil)
    try await createAdministrator(
        configuration[HTTPSettings.adminUsername], password: password, among: users, passwords, log: log)
    let signer = try TokenSigner(key: Array(key.utf8))
    let routes = Routes(
        access: Access(users: users, signer: signer),
        authentication: AuthenticationRoute(
            users: users, passwords: passwords, signer: signer,
            tokenLife: configuration[HTTPSettings.tokenLife],
            clientVersions: configuration[HTTPSettings.clientVersions]),
        queries: QueryRoute(
            reader: QueryReader(
                defaultTime: Int64(configuration[HTTPSettings.queryTime] / .milliseconds(1)),
                longestTime: Int64(configuration[HTTPSettings.longestQueryTime] / .milliseconds(1))),
            runner: archive.queries),
        metrics: metrics, log: log, isReady: { await archive.faults() })
    let router = routes.router
    let server = try Server(
        HTTPSettings.server(configuration), log: { log.debug("http", ["http.text": .string($0)]) }
    ) {
        await router.respond(to: $0)
    }
    log.info("listening", ["server.port": LogValue(server.port)])
    await stop.wait()
    await server.stop(grace: .seconds(20))
    log.info("stopped", ["stop.reason": .string(stop.reason ?? "")])
}

/// The value of a secret without which there is no start.
func needed(_ setting: Setting<Secret?>, _ configuration: Configuration, _ fallback: String?) throws -> String
{
    guard let value = configuration[setting]?.value ?? fallback, !value.isEmpty else {
        throw StartError("\(setting.key) must be set: \(setting.meaning)")
    }
    return value
}

/// Creates the admin where there is none. An existing admin keeps the password: it may have been changed.
func createAdministrator(
    _ name: String, password: String, among users: Users, _ passwords: PasswordHasher, log: Log
) async throws {
    guard try await users.find(name) == nil else { return }
    let hash = try await passwords.hash(password)
    let isNew = try await users.add(
        User(name: name, programs: [1, 2, 3], isAdmin: true), email: nil, passwordHash: hash,
        now: Int64(Date().timeIntervalSince1970 * 1000))
    if isNew { log.info("admin created", ["user": .string(name)]) }
}

/// Why the process does not start.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
