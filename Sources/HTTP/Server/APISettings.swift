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

    /// All of them.
    public static let all: [any SettingDeclaration] = [
        queriesPerUser, answerBytes, skymapHosts, skymapBytes, skymapTime, triggerURL, triggerTime,
    ]
}
