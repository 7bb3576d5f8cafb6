import Documents
public import Sky

/// A query for what is near positions, in several catalogues: `cone_search` and `near`.
public struct PositionQuery: Sendable {
    /// Which documents are near enough.
    enum Reach: Sendable, Equatable {
        /// Those within a radius, in the order of an index.
        case cone(radius: Double)
        /// Those between two distances, the nearest first.
        case ring(from: Double, to: Double)
    }

    /// What is asked of one catalogue.
    struct Part: Sendable {
        let catalog: String
        let filter: Document
        /// nil for whole documents.
        let projection: Document?
    }

    /// A position and its key in the answer.
    public struct Position: Sendable, Equatable {
        /// The key.
        public let key: String
        /// Where it is.
        public let coordinates: Coordinates
    }

    /// In radians.
    let reach: Reach
    /// The positions, each key once.
    public let positions: [Position]
    let parts: [Part]
    /// For every position in every catalogue; the time is that of the whole.
    let options: Query.Options
    /// Whether the filter stands before the position, and the position's condition wins over one on the same field.
    let isFilterFirst: Bool
    /// Whether documents get their distance from the position.
    let addsDistance: Bool

    /// The catalogues in their order.
    public var catalogs: [String] { parts.map(\.catalog) }

    /// The field that documents have their position in.
    static let field = "coordinates.radec_geojson"

    /// The filter of a part at a position, as Kowalski merges the two.
    func filter(of part: Part, at coordinates: Coordinates) -> Document {
        merged(condition(at: coordinates), into: part.filter)
    }

    /// Whether a part's own filter replaces the condition on the position.
    func overrides(_ part: Part) -> Bool { !isFilterFirst && part.filter.element(key: Self.field) != nil }

    /// A part's filter without a condition on the position.
    func filterWithoutPosition(of part: Part) -> Document {
        var writer = DocumentWriter()
        for element in part.filter.elements where element.key != Self.field { writer.append(element) }
        return writer.finish()
    }

    private func condition(at coordinates: Coordinates) -> Value {
        let center: Value = [.double(coordinates.geojsonLongitude), .double(coordinates.dec)]
        return switch reach {
        case .cone(let radius): ["$geoWithin": ["$centerSphere": [center, .double(radius)]]]
        case .ring(let from, let to):
            ["$nearSphere": center, "$minDistance": .double(from), "$maxDistance": .double(to)]
        }
    }

    /// As Python merges two dicts: of equal keys the later value, at the place of the earlier.
    private func merged(_ condition: Value, into filter: Document) -> Document {
        var writer = DocumentWriter(capacity: filter.bytes.count + 160)
        let given = filter.element(key: Self.field)
        if !isFilterFirst {
            if let given { writer.append(given) } else { writer.append(Self.field, condition) }
        }
        for element in filter.elements {
            if element.key != Self.field {
                writer.append(element)
            } else if isFilterFirst {
                writer.append(Self.field, condition)
            }
        }
        if isFilterFirst, given == nil { writer.append(Self.field, condition) }
        return writer.finish()
    }
}
