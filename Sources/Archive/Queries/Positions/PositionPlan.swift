import Catalogs
import Documents
import Mongo
import Sky

/// How the positions of a query are put to the database: in batches, in the order of the answer.
///
/// Measured with mongod 6.0 on a catalogue of 400,000 stars and a radius of 5″, in mongod's CPU time per position: one find
/// each 180 µs; an aggregate of 10, 50, 100, 200 branches of `$unionWith` 90, 80, 100, 110 µs, with 1/7 of the client's
/// time; one `$or` of 10 cones 120 µs, of 50 320 µs, of 200 1,250 µs, because every document is held against every cone.
struct PositionPlan: Sendable {
    /// Positions of one catalogue that are asked for together.
    struct Batch: Sendable {
        /// The index of the query's part.
        let part: Int
        /// The indices of its positions, ascending.
        let positions: [Int]
        /// Whether the catalogue's index is looked at first.
        var isIndexed = false
    }

    /// How a catalogue is asked.
    private enum Way: Sendable {
        /// Not at all: its documents have no positions, or there are no positions.
        case nothing
        /// One aggregate for so many positions.
        case united(Int)
        /// One find or aggregate for each position.
        case single
    }

    /// Positions that are looked for in an index at a time.
    private static let indexedPositions = 256

    /// Positions of one aggregate at most, and what they may take of the 16 MB that a command may have.
    private static let unitedPositions = 50
    private static let unitedBytes = 4 << 20

    let query: PositionQuery
    private let ways: [Way]
    /// The parts that an index may answer.
    private let indexed: [IndexedPart?]
    private let rights: [AccessRights]
    private let user: User

    /// - Parameters:
    ///   - rights: the user's to the catalogues of the query's parts.
    ///   - surveys: the surveys, whose auxiliary collections have no positions.
    ///   - width: how many batches may be asked for at a time.
    ///   - indexes: the indexes of the catalogues that have one.
    /// - Throws: `RequestError` where distances cannot be had.
    init(
        _ query: PositionQuery, for user: User, surveys: [Survey], width: Int,
        indexes: [String: CatalogIndex] = [:]
    ) throws(RequestError) {
        self.query = query
        self.user = user
        rights = query.parts.map { AccessRights(of: user, to: $0.catalog, surveys: surveys) }
        var ways: [Way] = []
        for part in query.parts {
            let isForm = Self.isForAggregates(part.filter, query.options.sort, part.projection)
            if query.addsDistance, part.projection != nil, !isForm || query.overrides(part) {
                throw RequestError(
                    .value,
                    "distance_arcsec cannot be had with this filter, sort or projection of \(part.catalog)")
            }
            if query.positions.isEmpty || surveys.contains(where: { $0.auxiliary == part.catalog }) {
                ways.append(.nothing)
            } else if isForm, query.options.hint == nil, !query.overrides(part) {
                let size = part.filter.bytes.count + (part.projection?.bytes.count ?? 0) + 512
                let fair = (query.positions.count + width - 1) / width
                let most = max(1, min(Self.unitedPositions, Self.unitedBytes / size))
                ways.append(.united(min(most, max(10, fair))))
            } else {
                ways.append(.single)
            }
        }
        self.ways = ways
        indexed = zip(query.parts, ways).map { part, way in
            guard case .united = way, let index = indexes[part.catalog],
                !surveys.contains(where: { $0.hasCollection(part.catalog) })
            else { return nil }
            return IndexedPart(part, of: query, index)
        }
    }

    /// The batch after another, the first after none; nil after the last.
    func batch(after last: Batch?) -> Batch? {
        var part = last?.part ?? 0
        var start = (last?.positions.last).map { $0 + 1 } ?? 0
        while part < ways.count {
            let isIndexed = indexed[part] != nil
            let size = isIndexed ? Self.indexedPositions : size(of: part)
            if size > 0, start < query.positions.count {
                let positions = start..<min(start + size, query.positions.count)
                return Batch(part: part, positions: Array(positions), isIndexed: isIndexed)
            }
            part += 1
            start = 0
        }
        return nil
    }

    /// How many positions of a part are put to the database at a time.
    private func size(of part: Int) -> Int {
        switch ways[part] {
        case .nothing: 0
        case .single: 1
        case .united(let count): count
        }
    }

    /// What an index says at the positions of a batch; nil where none is to be looked at.
    /// - Throws: `CancellationError`, `RequestError` where the time is over.
    func indexedAnswer(_ batch: Batch, until deadline: ContinuousClock.Instant) throws -> IndexedAnswer? {
        guard batch.isIndexed, let part = indexed[batch.part] else { return nil }
        let hits = try batch.positions.map { position -> IndexedPart.Hits in
            try Task.checkCancellation()
            try PositionAsker.checkTime(deadline - .now)
            return part.hits(at: query.positions[position].coordinates)
        }
        let open = batch.positions.indices.filter { hits[$0].mustAsk }.map { batch.positions[$0] }
        let size = max(1, size(of: batch.part))
        let batches = stride(from: 0, to: open.count, by: size).map { start in
            Batch(part: batch.part, positions: Array(open[start..<min(start + size, open.count)]))
        }
        return IndexedAnswer(part: part, batch: batch, hits: hits, asking: batches)
    }

    /// What the database is asked for a batch.
    func request(_ batch: Batch) -> PositionRequest {
        let part = query.parts[batch.part]
        guard isFind(batch) else { return .aggregate(stages(batch)) }
        let position = query.positions[batch.first]
        let filter = rights[batch.part].filter(query.filter(of: part, at: position.coordinates))
        return .find(filter ?? Self.nothing, part.projection)
    }

    /// Whether a find does it: for one position, unless its place must be kept where the projection leaves it out.
    private func isFind(_ batch: Batch) -> Bool {
        batch.positions.count == 1 && !(query.addsDistance && query.parts[batch.part].projection != nil)
    }

    private func stages(_ batch: Batch) -> [Document] {
        let collection = Value.string(query.parts[batch.part].catalog)
        var stages = branch(batch.part, batch.first)
        for position in batch.positions.dropFirst() {
            let further = Value.list(branch(batch.part, position).map { .document($0) })
            stages.append(["$unionWith": ["coll": collection, "pipeline": further]])
        }
        return stages
    }

    /// The stages that give the documents at one position as `{n: number of the position, d: document, p: where it
    /// is}`, the last only where it is asked for and may be missing in the document.
    private func branch(_ partIndex: Int, _ position: Int) -> [Document] {
        let part = query.parts[partIndex]
        var stages = [nearby(partIndex, query.positions[position])]
        if case .ring = query.reach { stages.append(["$unset": .string(Self.distance)]) }
        if let sort = query.options.sort { stages.append(["$sort": .document(sort)]) }
        stages += query.options.window
        let number = Value.integer(Int64(position))
        var wrapper: Document = ["n": ["$literal": number], "d": "$$ROOT"]
        if query.addsDistance, let projection = part.projection {
            stages.append(["$set": [Self.kept: .string("$\(PositionQuery.field).coordinates")]])
            stages.append(["$project": .document(projection.keeping(Self.kept))])
            let document: Value = ["$unsetField": ["field": .string(Self.kept), "input": "$$ROOT"]]
            wrapper = ["n": ["$literal": number], "p": .string("$\(Self.kept)"), "d": document]
        } else if let projection = part.projection {
            stages.append(["$project": .document(projection)])
        }
        stages.append(["$replaceWith": .document(wrapper)])
        return stages
    }

    /// The first stage of a branch: the documents near enough that the user may see, in their order.
    private func nearby(_ partIndex: Int, _ position: PositionQuery.Position) -> Document {
        let part = query.parts[partIndex]
        let rights = rights[partIndex]
        switch query.reach {
        case .cone:
            let filter = query.filter(of: part, at: position.coordinates)
            return ["$match": .document(rights.filter(filter) ?? Self.nothing)]
        case .ring(let from, let to):
            let center: Value = [
                .double(position.coordinates.geojsonLongitude), .double(position.coordinates.dec),
            ]
            let filter = query.filterWithoutPosition(of: part)
            return [
                "$geoNear": [
                    "near": center, "spherical": true, "key": .string(PositionQuery.field),
                    "minDistance": .double(from), "maxDistance": .double(to),
                    "query": .document(rights.filter(filter) ?? Self.nothing),
                    // The stage wants to put it somewhere.
                    "distanceField": .string(Self.distance),
                ]
            ]
        }
    }

    /// Matches no document.
    static let nothing: Document = ["_id": ["$in": []]]
    private static let kept = "skipper_position"
    private static let distance = "skipper_distance"
}

extension PositionPlan.Batch {
    /// The first position.
    var first: Int { positions.first ?? 0 }
}

/// What the database is asked.
enum PositionRequest: Sendable {
    case find(Document, Document?)
    case aggregate([Document])
}

extension PositionPlan {
    /// The first batch of a part; nil where nothing of it is asked for.
    func firstBatch(of part: Int) -> Batch? {
        guard size(of: part) > 0, !query.positions.isEmpty else { return nil }
        return Batch(part: part, positions: Array(0..<min(size(of: part), query.positions.count)))
    }

    /// The documents that a batch has given, each at its position.
    func piece(_ batch: Batch, _ documents: [Document]) -> PositionSearch.Piece {
        var found: [(position: Int, document: DocumentView)] = []
        found.reserveCapacity(documents.count)
        let isWrapped = !isFind(batch)
        for document in documents {
            guard isWrapped else {
                let position = batch.first
                found.append((position, distant(document.view, nil, from: position)))
                continue
            }
            guard let number = document.int64(at: "n").flatMap(Int.init(exactly:)),
                batch.positions.contains(number), let inner = document.view(at: "d")
            else { continue }
            found.append((number, distant(inner, document.arrayView(at: "p"), from: number)))
        }
        return PositionSearch.Piece(catalog: batch.part, documents: found)
    }
}
