public import Service

/// Settings of the local copies of catalogues.
public enum CatalogSettings {
    /// Folder of the index files.
    public static let folder = Setting(
        "catalogs.folder", default: "catalogs", accepts: .nonEmpty,
        "Folder with the catalogues' index files, NAME.skycat; best on a local disk.")

    /// Whether ingesters bring stored objects up to date.
    public static let rematch = Setting(
        "catalogs.rematch", default: false,
        "Whether an ingester, in the background, matches stored objects anew with catalogues that were added or "
            + "replaced; skipper catalog rematch does it at once.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [folder, rematch]
}
