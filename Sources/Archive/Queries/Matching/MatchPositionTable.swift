import Sky
import Tables

/// Positions in CSV: a header and a line for each, with right ascension and declination in degrees or sexagesimal and
/// perhaps a name.
public struct MatchPositionTable: Sendable {
    private let text: CSVText
    private let ra: Int
    private let dec: Int
    private let name: Int?

    /// Which columns are taken where none are given, regardless of case.
    private static let raNames = ["ra", "ra_deg", "raj2000", "_ra", "_raj2000"]
    private static let decNames = ["dec", "dec_deg", "dej2000", "decj2000", "_dec", "_dej2000"]
    private static let nameNames = ["name", "id", "_id", "objectid", "source_id"]

    /// - Parameters:
    ///   - bytes: the text, UTF-8.
    ///   - columns: names of the columns of right ascension, declination and name; nil for the usual ones.
    /// - Throws: `RequestError` where the text is no CSV or a column is not there.
    public init(
        _ bytes: [UInt8], columns: (ra: String?, dec: String?, name: String?) = (nil, nil, nil)
    ) throws(RequestError) {
        do throws(TableError) { text = try CSVText(bytes) } catch {
            throw RequestError(.value, "the body is no CSV: \(error)")
        }
        ra = try Self.column(columns.ra, Self.raNames, "ra", text.columns)
        dec = try Self.column(columns.dec, Self.decNames, "dec", text.columns)
        name =
            columns.name == nil && Self.find(Self.nameNames, in: text.columns) == nil
            ? nil : try Self.column(columns.name, Self.nameNames, "name", text.columns)
    }

    private static func find(_ names: [String], in columns: [String]) -> Int? {
        let lower = columns.map { $0.lowercased() }
        return names.lazy.compactMap { lower.firstIndex(of: $0) }.first
    }

    private static func column(
        _ given: String?, _ usual: [String], _ meaning: String, _ columns: [String]
    ) throws(RequestError) -> Int {
        if let given {
            guard let place = columns.firstIndex(of: given) else {
                throw RequestError(.value, "\(meaning)_column: the header has no column \(given)")
            }
            return place
        }
        guard let place = find(usual, in: columns) else {
            throw RequestError(
                .value,
                "line 1: the header has no column \(meaning); it is called one of \(usual.joined(separator: ", ")), or as \(meaning)_column says"
            )
        }
        return place
    }

    /// All positions.
    /// - Throws: `RequestError` that names the line.
    func positions(atMost limit: Int) throws(RequestError) -> [MatchRequest.Position] {
        guard text.count <= limit else {
            throw RequestError(.value, "the body has more than \(limit) positions; ask for fewer at a time")
        }
        var positions: [MatchRequest.Position] = []
        positions.reserveCapacity(text.count)
        for row in 0..<text.count {
            let place = "line \(text.line(of: row))"
            guard let cells = text.cells(of: row) else {
                throw RequestError(
                    .value, "\(place) does not have \(text.columns.count) cells, as the header has")
            }
            positions.append(
                MatchRequest.Position(
                    name: name.map { cells[$0] },
                    coordinates: try Self.coordinates(cells[ra], cells[dec], place)))
        }
        return positions
    }

    /// Coordinates in degrees, or in sexagesimal texts.
    static func coordinates(_ ra: String, _ dec: String, _ place: String) throws(RequestError) -> Coordinates
    {
        do {
            if let ra = Double(ra), let dec = Double(dec) { return try Coordinates(ra: ra, dec: dec) }
            return try Coordinates(ra: ra, dec: dec)
        } catch { throw RequestError(.value, "\(place): \(error)") }
    }
}
