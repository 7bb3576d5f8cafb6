/// Where in a query something stands, for messages.
///
/// Its names are put together only where a message is written: a query of a megabyte may have a hundred thousand places
/// below one long name, and a text for each would take minutes.
indirect enum QueryPlace: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// A part of the query, by its name.
    case part(String)
    /// What stands under a name inside another place.
    case inside(QueryPlace, name: String)

    /// Characters of a name that a message shows.
    private static let shownCharacters = 100
    /// Names that a message shows, from the outermost.
    private static let shownNames = 20

    init(stringLiteral name: String) { self = .part(name) }

    /// What stands under a name inside this.
    func then(_ name: String) -> QueryPlace { .inside(self, name: name) }

    /// The names with points between them: `pipeline.0.$match.candid`. Long ones are cut.
    var description: String {
        var names: [String] = []
        var place = self
        while case .inside(let outer, let name) = place {
            names.append(name)
            place = outer
        }
        if case .part(let name) = place { names.append(name) }
        let shown = names.reversed().prefix(Self.shownNames).map { Self.cut($0) }
        return (shown + (names.count > Self.shownNames ? ["…"] : [])).joined(separator: ".")
    }

    private static func cut(_ name: String) -> String {
        name.utf8.count > shownCharacters ? name.prefix(shownCharacters) + "…" : name
    }
}
