import Catalogs
public import Mongo
public import Service
public import Sky

/// What is stored and how it is asked: the way in for every process.
public struct Archive: Sendable {
    /// The surveys whose alerts are kept.
    public static let surveys: [Survey] = [.ztf, .wntr, .pgir, .turbo]

    /// The database itself.
    public let database: Database
    private let settings: MongoSettings
    /// How long an operation may ask to take.
    let longestOperation: Duration

    /// Opens the database that the settings name. No connection is made before one is needed.
    /// - Parameters:
    ///   - application: what the database's log calls this process.
    ///   - longestOperation: how long an operation may ask to take.
    /// - Throws: `MongoError` where the settings make no sense.
    public init(
        _ configuration: Configuration, application: String, longestOperation: Duration = .seconds(300)
    ) throws {
        var settings = MongoSettings(
            uri: ConnectionString(ArchiveSettings.uri(configuration)),
            database: configuration[ArchiveSettings.name])
        settings.poolSize = configuration[ArchiveSettings.connections]
        settings.certificateAuthorityFile = configuration[ArchiveSettings.tlsCAFile]
        settings.clientCertificateFile = configuration[ArchiveSettings.tlsCertificateFile]
        settings.clientKeyPassword = configuration[ArchiveSettings.tlsKeyPassword]?.value
        settings.serverSelectionTimeout = configuration[ArchiveSettings.selectionTimeout]
        settings.applicationName = application
        // A server that gives an operation up says so, if late; a connection is given up after that.
        settings.socketTimeout = longestOperation + .seconds(30)
        self.settings = settings
        self.longestOperation = longestOperation
        database = try Database(settings)
    }

    /// Stores a survey's alerts.
    public func recorder(of survey: Survey, writers: Int) -> AlertRecorder {
        AlertRecorder(database: database, survey: survey, writers: writers)
    }

    /// Says which objects a survey's alerts are of.
    /// - Parameters:
    ///   - radius: how far from an object an alert is still of it, arcseconds.
    ///   - now: the time, for alerts that do not say when they are from.
    public func associations(
        of survey: Survey, radius: Double, now: @escaping @Sendable () -> UTCTime
    ) -> Associations {
        Associations(database, survey, radius: radius, now: now)
    }

    /// The packets that could not be processed.
    public var rejected: RejectedPackets { RejectedPackets(database) }

    /// Who may use the API.
    public func users(administrator: String) -> Users { Users(database, administrator: administrator) }

    /// How often logging in has failed.
    public func loginAttempts(limits: LoginAttempts.Limits) -> LoginAttempts {
        LoginAttempts(database, limits: limits) { Log.milliseconds() }
    }

    /// Labels and scores of alerts.
    /// - Parameter runner: finds the alerts that a user may see.
    public func classifications(_ runner: QueryRunner) -> Classifications {
        Classifications(database, runner: runner)
    }

    /// The catalogues that are indexed on this host.
    public func localCatalogs(_ configuration: Configuration, metrics: Metrics, log: Log) -> LocalCatalogs {
        LocalCatalogs(
            folder: configuration[CatalogSettings.folder], database, metrics: metrics, log: log)
    }

    /// Runs queries.
    /// - Parameter indexes: the catalogues that are indexed on this host; nil where none are looked at.
    public func queries(_ configuration: Configuration, indexes: LocalCatalogs? = nil) -> QueryRunner {
        QueryRunner(database, surveys: Self.surveys, configuration, indexes: indexes)
    }

    /// Users' filters.
    public var filters: Filters { Filters(database, surveys: Self.surveys) }

    /// What filters let through.
    public var filterHits: FilterHits { FilterHits(database) }

    /// Which alerts of batches in hand have been filtered.
    /// - Parameter group: the consumer group that filters them.
    public func filterProgress(of group: String) -> FilterProgress { FilterProgress(database, group: group) }

    /// What filters did.
    public var filterStatistics: FilterStatistics { FilterStatistics(database) }

    /// The filters of a survey's alerts that are to run.
    public func activeFilters(of survey: Survey, log: Log) -> ActiveFilters {
        ActiveFilters(database, survey, log: log)
    }

    /// Runs filters on a survey's alerts in the database.
    public func filterQuery(of survey: Survey) -> FilterQuery { FilterQuery(database, survey) }

    /// The same with connections of its own, on which a server that says nothing for some time is given up; to be
    /// closed.
    public func filterQuery(
        of survey: Survey, patience: Duration, connections: Int
    ) throws -> FilterQuery {
        var settings = settings
        settings.socketTimeout = patience
        settings.poolSize = connections
        return FilterQuery(database, survey, impatient: try Database(settings))
    }

    /// Reads the light curves of a survey's objects.
    public func lightCurves(of survey: Survey) -> LightCurveReader { LightCurveReader(database, survey) }

    /// Creates what collections and indexes are missing.
    public func prepare() async throws {
        for survey in Self.surveys { try await Collections.prepare(database, for: survey) }
        try await filterHits.prepare()
        try await filterStatistics.prepare()
        try await database.prepareSkymaps()
    }
}

extension Archive {
    /// What of the database is not usable, by name; empty where all is well.
    public func faults() async -> [String: String] {
        do {
            try await database.ping()
            return [:]
        } catch {
            return ["database": "\(error)"]
        }
    }
}
