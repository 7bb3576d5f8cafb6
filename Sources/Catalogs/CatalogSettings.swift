public import Service

/// Settings of the local copies of catalogues.
public enum CatalogSettings {
    /// Folder of the index files.
    public static let folder = Setting(
        "catalogs.folder", default: "catalogs", accepts: .nonEmpty,
        "Folder with the catalogues' index files, NAME.skycat; best on a local disk.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [folder]
}
