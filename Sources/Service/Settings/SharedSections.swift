/// Sections of the settings files that several programs read: one of these in which a process has no setting is
/// another's, and no fault of whoever wrote it.
enum SharedSections {
    /// Of Skipper's processes, and of Kowalski's secrets.
    static let all: Set<String> = [
        "association", "catalogs", "database", "filters", "ingester", "kafka", "log", "misc", "server",
        "skymaps",
        "triggers",
        // Kowalski's `secrets.yaml`: the portal, the depots of ZTF, its mountain, the Transient Name Server, Slack.
        "skyportal", "slack", "tns", "ztf", "ztf_depot", "ztf_ops",
    ]
}
