import Mongo

/// The name of a catalogue, which is that of its collection and of its index file.
public enum CatalogueName {
    /// What the name of a collection that is being loaded ends with; nobody may query one.
    static let loading = ".loading"

    /// Whether a collection is being loaded.
    static func isLoading(_ collection: String) -> Bool { collection.hasSuffix(loading) }

    /// Where a catalogue's rows are until it is complete.
    static func staging(_ name: String) -> String { name + loading }

    /// Checks a name.
    /// - Throws: `CatalogueError` where it cannot be a catalogue's: it has other characters than letters of ASCII,
    ///   digits, `_`, `-` and `.`, or is that of a collection with another use.
    public static func check(_ name: String) throws(CatalogueError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        // A collection's name with its database's has at most 255 bytes (MongoDB manual, "Limits").
        guard isPlain, (1...120).contains(name.utf8.count), !name.hasPrefix("."), !name.hasSuffix(".") else {
            throw CatalogueError(
                "'\(name.prefix(130))' cannot be a catalogue's name: letters, digits, _, - and ., at most 120"
            )
        }
        let surveys = Archive.surveys.flatMap { [$0.alerts, $0.auxiliary] }
        guard !Collections.restricted.contains(name), !Collections.isHidden(name), !surveys.contains(name),
            name != Collections.skymaps
        else { throw CatalogueError("'\(name)' is a collection with another use") }
    }
}

/// What cannot be done with a catalogue.
public struct CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, lower case, without a period.
    public let description: String

    init(_ description: String) { self.description = description }
}
