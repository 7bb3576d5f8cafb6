import Aggregation
import Catalogs
import Documents
import Service
import Sky

/// A catalogue of a position query whose index is on this host.
///
/// The index says at which positions nothing is, and gives the documents where it holds all that the filter and the
/// projection look at. Everything that it does not know for certain is left to the database: a row at the very edge of
/// the radius, an order among rows equally far, a limit without an order, a filter that fails.
struct IndexedPart: Sendable {
    let index: CatalogIndex
    private let reach: PositionQuery.Reach
    private let skip: Int
    private let limit: Int
    /// What the filter and the projection do to one document; nil where the index lacks some field of theirs.
    private let program: Program?
    /// Whether documents are given as they are stored.
    private let isPlain: Bool

    /// Angles in radians that are too close to tell which is larger: 0.2 milliarcseconds.
    private static let doubt = 1e-9
    /// Radii that are looked for, in radians, one degree; and rows at one position that are held in memory.
    private static let widest = Double.pi / 180
    private static let mostRows = 5_000

    /// What there is at a position.
    enum Hits: Sendable {
        /// Rows of the index, in the order in which they are given; none where nothing is near.
        case rows([Int])
        /// Only the database can tell.
        case unknown

        /// Whether the database is to be asked.
        var mustAsk: Bool { if case .unknown = self { true } else { false } }
    }

    /// - Returns: nil where the database is to be asked about every position: for what is far away, for an order or an
    ///   index that the user names, and for filters and projections that cannot be run here.
    init?(_ part: PositionQuery.Part, of query: PositionQuery, _ index: CatalogIndex) {
        let farthest: Double
        switch query.reach {
        case .cone(let radius): farthest = radius
        case .ring(_, let to): farthest = to
        }
        guard farthest <= Self.widest, query.options.sort == nil, query.options.hint == nil else {
            return nil
        }
        var stages: [Document] = []
        if !part.filter.isEmpty { stages.append(["$match": .document(part.filter)]) }
        if let projection = part.projection { stages.append(["$project": .document(projection)]) }
        // Also where it is not needed: only then it is known that the database would take them.
        guard let program = try? Program(stages) else { return nil }
        let fields = StoredFields(index.description.fields)
        self.program = fields.answer(part.filter, part.projection) ? program : nil
        isPlain = stages.isEmpty
        self.index = index
        reach = query.reach
        skip = query.options.skip ?? 0
        limit = query.options.limit.flatMap { $0 > 0 ? $0 : nil } ?? .max
    }

    /// What is at a position.
    func hits(at center: Coordinates) -> Hits {
        let (nearest, farthest) =
            switch reach {
            case .cone(let radius): (-1.0, radius)
            case .ring(let from, let to): (from, to)
            }
        var rows: [(row: Int, separation: Double)] = []
        var isDoubtful = false
        do {
            let searched = (farthest + 2 * Self.doubt) * (180 / .pi)
            try index.forEachRow(within: searched, of: center) { row, separation in
                if abs(separation - farthest) <= Self.doubt || abs(separation - nearest) <= Self.doubt {
                    isDoubtful = true
                } else if separation > nearest, separation < farthest, rows.count <= Self.mostRows {
                    rows.append((row, separation))
                }
            }
        } catch {
            // The database has all that a damaged index has.
            return .unknown
        }
        if isDoubtful || rows.count > Self.mostRows { return .unknown }
        if rows.isEmpty { return .rows([]) }
        guard program != nil else { return .unknown }
        if case .cone = reach {
            // Which of them a limit leaves is for the database to say.
            guard skip == 0, rows.count <= limit else { return .unknown }
            rows.sort { $0.row < $1.row }
        } else {
            rows.sort { $0.separation < $1.separation }
            for (one, other) in zip(rows, rows.dropFirst())
            where other.separation - one.separation <= Self.doubt { return .unknown }
        }
        return .rows(rows.map(\.row))
    }

    /// A document with the place that it is at, `[ra − 180, dec]`, and how many bytes it has.
    typealias Found = (document: DocumentView, point: DocumentView?, bytes: Int)

    /// The documents of some rows that the filter lets through, as the projection leaves them.
    /// - Returns: nil where only the database can tell.
    func documents(of rows: [Int]) -> [Found]? {
        guard let program else { return nil }
        var execution = Execution(program, now: Log.milliseconds())
        var found: [Found] = []
        var passed = 0
        for row in rows {
            if found.count >= limit { break }
            guard let stored = try? index.document(of: row) else { return nil }
            let point = stored.view.arrayView(at: Self.point)
            if isPlain {
                passed += 1
                if passed > skip { found.append((stored.view, point, stored.bytes.count)) }
                continue
            }
            guard case .results(let results) = execution.outcome(on: Subject(stored)) else { return nil }
            guard let document = results.documents.first else { continue }
            passed += 1
            if passed > skip { found.append((document.view, point, document.bytes.count)) }
        }
        return found
    }

    private static let point = Path("\(PositionQuery.field).coordinates")
}

/// The fields of a catalogue that its index has.
private struct StoredFields {
    /// nil for all.
    private let paths: [String]?

    init(_ fields: [String]?) { paths = fields.map { $0 + ["_id", PositionQuery.field] } }

    /// Whether a filter and a projection look at nothing else.
    func answer(_ filter: Document, _ projection: Document?) -> Bool {
        guard paths != nil else { return true }
        guard let projection else { return false }
        return includes(filter.view) && isInclusion(projection)
    }

    private func includes(_ filter: DocumentView) -> Bool {
        filter.elements.allSatisfy { element in
            if ["$and", "$or", "$nor"].contains(element.key) {
                return element.array?.elements.allSatisfy { $0.object.map(includes) ?? false } ?? false
            }
            return includes(element.key)
        }
    }

    private func includes(_ path: String) -> Bool {
        paths?.contains { path == $0 || path.hasPrefix($0 + ".") } ?? true
    }

    /// Whether a projection is a list of fields that are all there.
    private func isInclusion(_ projection: Document) -> Bool {
        var names = false
        for element in projection.elements {
            let isIncluded: Bool
            switch element.value {
            case .bool(let flag): isIncluded = flag
            case .int32(let number): isIncluded = number != 0
            case .int64(let number): isIncluded = number != 0
            case .double(let number): isIncluded = number != 0
            default: return false
            }
            if element.key == "_id" {
                names = names || isIncluded
                continue
            }
            guard isIncluded, includes(element.key) else { return false }
            names = true
        }
        return names
    }
}
