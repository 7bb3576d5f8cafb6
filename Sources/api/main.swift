import Archive
import Catalogs
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

/// Serves until a signal comes. The database may come later: until then queries are answered with 503.
func serve() async throws {
    ProcessMemory.keepForBatches(free: 8 << 20)
    let arguments = Set(CommandLine.arguments.dropFirst())
    let insecure = arguments.contains("--insecure-dev")
    if let unknown = arguments.subtracting(["--insecure-dev", "--is-healthy"]).first {
        throw StartError(
            """
            unknown argument '\(unknown)'; usage: skipper-api [--insecure-dev], or skipper-api --is-healthy to ask one \
            on this host
            """)
    }
    let configuration = try Configuration.ofProcess(
        ArchiveSettings.all + HTTPSettings.all + APISettings.all + QueryRunner.settings + LogSettings.all,
        allowsPlaceholders: true)
    guard !arguments.contains("--is-healthy") else { return try await HealthCheck.api(configuration) }
    let secrets = try StartSecrets(configuration, insecure: insecure)
    let log = Log.standardError(label: "skipper-api", configuration: configuration)
    if secrets.tokenKey.utf8.count < TokenSigner.recommendedKeyBytes {
        log.warning("key of tokens is short", ["setting": .string(HTTPSettings.jwtSecretKey.key)])
    }
    let stop = StopSignal()
    let archive = try Archive(
        configuration, application: "skipper-api",
        longestOperation: max(
            configuration[HTTPSettings.queryTime], configuration[HTTPSettings.longestQueryTime]))
    let users = archive.users(administrator: configuration[HTTPSettings.adminUsername])
    let passwords = try PasswordHasher()
    let administrator = Administrator(
        name: configuration[HTTPSettings.adminUsername], password: secrets.adminPassword, users: users,
        passwords: passwords)
    let attempts = archive.loginAttempts(limits: HTTPSettings.loginLimits(configuration))
    let check = PasswordCheck(users: users, passwords: passwords, attempts: attempts)
    let readiness = Readiness("database", every: .seconds(1), log: log) { isFirst in
        if isFirst {
            try await attempts.prepare()
            try await administrator.create(log: log)
        }
        try await archive.database.ping()
    }
    let router = try routes(configuration, secrets, archive, users, check, readiness, log).router
    // A handler that waits for the database blocks its thread and holds a connection; the others go on beside.
    let executor = BlockingExecutor(
        name: "request",
        count: configuration[ArchiveSettings.connections] + ProcessInfo.processInfo.processorCount)
    var settings = HTTPSettings.server(configuration)
    settings.largerBodyBytes[MatchRoutes.path] = configuration[APISettings.matchBytes]
    let server = try Server(
        settings, executor: executor,
        log: { log.debug("http", ["http.text": .string($0)]) }
    ) {
        await router.respond(to: $0)
    }
    log.info("listening", ["server.port": LogValue(server.port)])
    await withTaskGroup { group in
        group.addTask { await readiness.run() }
        await stop.wait()
        await server.stop(grace: .seconds(25))
        group.cancelAll()
    }
    await archive.database.close()
    log.info("stopped", ["stop.reason": .string(stop.reason ?? "")])
}

/// What the API answers with these settings.
func routes(
    _ configuration: Configuration, _ secrets: StartSecrets, _ archive: Archive, _ users: Users,
    _ check: PasswordCheck, _ readiness: Readiness, _ log: Log
) throws -> Routes {
    let metrics = Metrics()
    metrics.observeProcess()
    readiness.show(in: metrics)
    let signer = try TokenSigner(key: Array(secrets.tokenKey.utf8))
    let turns = QueryTurns(perUser: configuration[APISettings.queriesPerUser])
    metrics.observe { turns.observations }
    let catalogs = archive.localCatalogs(configuration, metrics: metrics, log: log)
    let runner = archive.queries(configuration, indexes: catalogs)
    let answers = StreamedAnswers(limit: configuration[APISettings.answerBytes], log: log)
    let listing = Listing(
        runner, surveys: Archive.surveys, catalogs: catalogs,
        radii: configuration[CrossMatchSettings.rules].radii)
    return Routes(
        access: Access(accounts: AccountMemory(users), signer: signer),
        groups: [
            AuthenticationRoutes(
                check: check, signer: signer, tokenLife: configuration[HTTPSettings.tokenLife],
                clientVersions: configuration[HTTPSettings.clientVersions]),
            UserRoutes(users: users, check: check, log: log, now: { Log.milliseconds() }),
            ClassificationRoutes(classifications: archive.classifications(runner)),
            QueryRoutes(
                reader: QueryReader(
                    defaultTime: Int64(configuration[HTTPSettings.queryTime] / .milliseconds(1)),
                    longestTime: Int64(configuration[HTTPSettings.longestQueryTime] / .milliseconds(1))),
                runner: runner, turns: turns, answers: answers),
            MatchRoutes(
                limits: MatchRoutes.limits(configuration), runner: runner, turns: turns, answers: answers),
            CutoutRoutes(runner: runner, turns: turns),
            CatalogRoutes(listing: listing, turns: turns),
            AlertRoutes(listing: listing, turns: turns),
            TriggerRoutes(queue: TriggerQueue(configuration, log: log)),
            FilterRoutes(filters: archive.filters, turns: turns, answers: answers),
            SkymapRoutes(
                skymaps: archive.skymaps(
                    files: try SkymapServers(configuration, log: log).files, work: SkymapWork())),
        ],
        metrics: metrics, log: log, isReady: { readiness.faults() })
}

extension HTTPSettings {
    /// How many attempts to log in may fail.
    static func loginLimits(_ configuration: Configuration) -> LoginAttempts.Limits {
        LoginAttempts.Limits(
            perNameAndAddress: configuration[loginAttempts],
            perAddress: configuration[loginAttemptsPerAddress],
            perName: configuration[loginAttemptsPerName], window: configuration[loginWindow])
    }
}
