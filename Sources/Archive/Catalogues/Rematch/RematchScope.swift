import Documents

/// Which cross-matches a pass over a survey's objects looks at.
public struct RematchScope: Sendable, Equatable {
    /// The catalogues' names, sorted; nil for all that are matched.
    public let catalogs: [String]?
    /// Whether those are made anew, too, that were made with the current version of a catalogue: for use after a change
    /// of the rules, which a version says nothing of.
    public let isEverything: Bool

    /// All catalogues, what is up to date left as it is.
    public static let all = RematchScope(catalogs: nil, isEverything: false)

    /// - Parameters:
    ///   - catalogs: names; nil for all.
    ///   - isEverything: whether what is up to date is made anew.
    public init(catalogs: [String]?, isEverything: Bool) {
        self.catalogs = catalogs.map { Set($0).sorted() }
        self.isEverything = isEverything
    }

    /// Whether a catalogue is looked at.
    func includes(_ catalog: String) -> Bool { catalogs?.contains(catalog) ?? true }

    /// What tells the scope from all others, for a key.
    var name: String {
        (catalogs?.joined(separator: ",") ?? "*") + (isEverything ? " everything" : "")
    }
}
