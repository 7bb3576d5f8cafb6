import Documents
public import Mongo

/// The collections that are not a survey's own.
public enum Collections {
    /// Who may use the API. `_id` = user name.
    public static let users = "users"
    /// Users' filters and their versions.
    public static let filters = "filters"
    /// Kowalski's former queue of queries; kept out of sight where it exists.
    public static let queries = "queries"
    /// Packets that could not be processed, with the reason. `_id` = topic/partition/offset.
    public static let rejected = "rejected"
    /// What filters found.
    public static let filterHits = "filter_hits"
    /// Which alerts of batches in hand have been filtered.
    public static let filterProgress = "filter_progress"
    /// What filters did, by night.
    public static let filterStatistics = "filter_statistics"
    /// Runs of filters over the past.
    public static let filterBackfills = "filter_backfills"
    /// Passes that bring cross-matches up to date.
    public static let catalogRematches = "catalog_rematches"
    /// Hits on their way to where they are sent.
    public static let deliveries = "deliveries"
    /// What changed between the schemas of packets.
    public static let schemaChanges = "schema_changes"
    /// Who tried to get a token, and when.
    public static let loginAttempts = "login_attempts"

    /// The objects of all surveys under names of our own. `_id` = aid.
    public static let associations = "associations"
    /// Which of them lie in which part of the sky. `_id` = HEALPix pixel.
    public static let associationCells = "association_cells"
    /// What is known of catalogues. `_id` = name.
    public static let catalogs = "catalogs"
    /// How far the loads of catalogues are. `_id` = name.
    public static let catalogLoads = "catalog_loads"

    /// What only admins may query. The rights to light curves are rights to the view, not to what lies under it.
    static let restricted: Set<String> = Set(
        [
            users, filters, queries, rejected, filterHits, filterProgress, filterStatistics, filterBackfills,
            deliveries, schemaChanges, loginAttempts, catalogs, catalogLoads, catalogRematches,
            associations, associationCells,
        ] + Archive.surveys.flatMap { [$0.recent, $0.older] })

    /// Whether nobody may query a collection: the database's own, and catalogues that are being loaded.
    static func isHidden(_ name: String) -> Bool {
        name.hasPrefix("system.") || CatalogueName.isLoading(name)
    }

    /// Creates a survey's collections and indexes where they do not exist.
    ///
    /// Alerts are stored without block compression, because their stamps are compressed already, and light curves with
    /// it, whatever the server's default is.
    public static func prepare(_ database: Database, for survey: Survey) async throws {
        try await database.createCollection(
            survey.alerts,
            options: ["storageEngine": ["wiredTiger": ["configString": "block_compressor=none"]]])
        try await database.prepareLightCurves(of: survey)
        try await database.createIndexes(survey.alerts, survey.indexes)
        try await database.createIndexes(rejected, [Index(name: "time", keys: ["time": -1])])
    }
}
