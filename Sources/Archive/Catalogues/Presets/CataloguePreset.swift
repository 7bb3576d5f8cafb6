public import Tables

/// How the files of a published catalogue are written, so that the originals load by one command.
public struct CataloguePreset: Sendable {
    /// What it is called on the command line.
    public let name: String
    /// Under which name Kowalski has the catalogue.
    public let catalogue: String
    /// The catalogue, and which of its files are meant.
    public let title: String
    /// Where the files and their description are.
    public let address: String
    /// How they are written.
    public let layout: TableLayout
    /// The column of right ascension; nil to find it.
    public let ra: String?
    /// The column of declination; nil to find it.
    public let dec: String?
    /// The column whose value becomes `_id`; nil for ids made of the row's place.
    public let id: String?
    /// Whether that value is to be a text.
    public let idIsText: Bool
    /// What rows must fulfil.
    public let conditions: [RowCondition]

    /// - Parameter change: what is different of the usual layout.
    init(
        _ name: String, _ catalogue: String, _ title: String, _ address: String, _ format: TableLayout.Format,
        ra: String? = nil, dec: String? = nil, id: String? = nil, idIsText: Bool = false,
        conditions: [RowCondition] = [], _ change: (inout TableLayout) -> Void = { _ in }
    ) {
        self.name = name
        self.catalogue = catalogue
        self.title = title
        self.address = address
        var layout = TableLayout(format)
        change(&layout)
        self.layout = layout
        self.ra = ra
        self.dec = dec
        self.id = id
        self.idIsText = idIsText
        self.conditions = conditions
    }

    /// All of them, by name.
    public static let all: [CataloguePreset] = [
        .allWISE, .gaiaDR2, .gaiaDR2WhiteDwarfs, .gaiaDR3, .gaiaEDR3, .galex, .igaps, .lamostDR5, .milliquas,
        .nedLVS,
        .ps1DR1, .ps1STRM, .twoMASS, .vlass,
    ]

    /// The one of a name; nil if there is none.
    public static func named(_ name: String) -> CataloguePreset? { all.first { $0.name == name } }
}
