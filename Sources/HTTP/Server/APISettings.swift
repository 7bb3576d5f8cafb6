public import Service

/// Settings of what the API does beside serving: queries, sky maps and triggers.
public enum APISettings {
    /// Queries of one user.
    public static let queriesPerUser = Setting(
        "server.queries_per_user", default: 8, unit: "queries", accepts: .within(1...512),
        "Queries of one user that run at the same time; further ones wait.")
    /// Limit of answers.
    public static let answerBytes = Setting(
        "server.max_answer_size", default: 2 << 30, unit: "bytes", accepts: .within(1024...1 << 40),
        "Largest answer to a query; a larger one is cut off.")
    /// Servers of sky maps.
    public static let skymapHosts = Setting(
        "skymaps.allowed_hosts", default: ["gracedb.ligo.org", "heasarc.gsfc.nasa.gov"],
        "Servers from which sky maps may be fetched, by https; http://host:port for another way. [] for none."
    )
    /// Limit of sky maps.
    public static let skymapBytes = Setting(
        "skymaps.max_download_size", default: 67_108_864, unit: "bytes", accepts: .within(1024...1 << 30),
        "Largest file of a sky map that is fetched.")
    /// Time for sky maps.
    public static let skymapTime = Setting(
        "skymaps.fetch_timeout", default: Duration.seconds(60), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(600)),
        "How long fetching a sky map may take.")
    /// Server of triggers.
    public static let triggerURL = Setting<String?>(
        "triggers.url", default: nil,
        "Server of the ZTF queue, such as http://127.0.0.1:5000; triggers are refused without it.")
    /// Time for triggers.
    public static let triggerTime = Setting(
        "triggers.timeout", default: Duration.seconds(10), unit: .seconds,
        accepts: .within(Duration.milliseconds(100)...Duration.seconds(600)),
        "How long to wait for an answer of that server.")
    /// Positions to match.
    public static let matchedPositions = Setting(
        "server.xmatch_positions", default: 100_000, unit: "positions", accepts: .within(1...10_000_000),
        "Positions that one request may match with catalogues.")
    /// Positions to match without an index.
    public static let matchedWithoutIndex = Setting(
        "server.xmatch_positions_without_index", default: 2000, unit: "positions",
        accepts: .within(0...10_000_000),
        "The same where one of the catalogues has no index on this host, so that the database is asked.")
    /// Radius of matches.
    public static let matchRadius = Setting(
        "server.xmatch_radius", default: 600, unit: "arcseconds", accepts: .within(0.1...3600),
        "Largest radius of such a request.")
    /// Body of such a request.
    public static let matchBytes = Setting(
        "server.xmatch_max_size", default: 16 << 20, unit: "bytes", accepts: .within(1024...1 << 30),
        "Largest body of such a request; sixteen that are larger than server.client_max_size are taken at a time."
    )

    /// All of them.
    public static let all: [any SettingDeclaration] = [
        queriesPerUser, answerBytes, skymapHosts, skymapBytes, skymapTime, triggerURL, triggerTime,
        matchedPositions, matchedWithoutIndex, matchRadius, matchBytes,
    ]
}
