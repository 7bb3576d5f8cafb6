public import Documents
import Mongo
import Sky

/// A request to match positions that is under way: catalogue after catalogue, position after position, the nearest first.
public struct MatchSearch: Sendable {
    /// A document near a position.
    public struct Match: Sendable {
        /// The catalogue's index in the request.
        public let catalog: Int
        /// The position's index in the request.
        public let position: Int
        /// The document; its field `distance_arcsec` says how far it is.
        public let document: DocumentView
    }

    /// What is asked.
    public let request: MatchRequest
    private var searches: [PositionSearch]
    private var current = 0

    init(_ request: MatchRequest, _ searches: [PositionSearch]) {
        self.request = request
        self.searches = searches
    }

    /// Gives the matches from where the search stands.
    /// - Parameter take: takes some; false to stop after them.
    /// - Returns: false where `take` has stopped it; the search can go on then.
    /// - Throws: `MongoError`, `RequestError` where the time is over, whatever `take` throws.
    public mutating func run(_ take: ([Match]) async throws -> Bool) async throws -> Bool {
        while current < searches.count {
            let catalog = current
            let isWhole = try await searches[catalog].run { piece in
                try await take(
                    piece.documents.map {
                        Match(catalog: catalog, position: $0.position, document: $0.document)
                    })
            }
            guard isWhole else { return false }
            current += 1
        }
        return true
    }

    /// Asks the database about the catalogues that it has not been asked about, so that what is wrong with a filter is
    /// known before an answer begins.
    public mutating func check() async throws {
        for index in searches.indices.dropFirst(current) { try await searches[index].check() }
    }
}

extension QueryRunner {
    /// Begins to match positions with catalogues.
    /// - Throws: `MongoError`; `RequestError` where a catalogue is not there or the positions are too many for one that
    ///   has no index on this host.
    public func match(
        _ request: MatchRequest, limits: MatchLimits, for user: User
    ) async throws -> MatchSearch {
        let indexed = try await indexedCatalogs(request.catalogs)
        let present = try await names(for: user)
        for catalog in request.catalogs {
            guard present.contains(catalog), !isWithoutPositions(catalog) else {
                throw RequestError(.value, "catalogs.\(catalog): there is no such catalogue of positions")
            }
            guard indexed.contains(catalog) || request.positions.count <= limits.positionsWithoutIndex else {
                throw RequestError(
                    .value,
                    "catalogs.\(catalog) has no index on this host: ask for at most \(limits.positionsWithoutIndex) "
                        + "positions at a time")
            }
        }
        var searches: [PositionSearch] = []
        for query in request.queries { searches.append(try await search(query, user)) }
        return MatchSearch(request, searches)
    }

    /// The fields that a table of a request's first catalogue has: those that its projection names or else, of some of its
    /// documents, those that hold one value and no others.
    /// - Throws: `MongoError`.
    public func columns(of request: MatchRequest, for user: User) async throws -> [String] {
        guard let query = request.queries.first, let part = query.parts.first else { return [] }
        if let projection = part.projection, let named = Self.named(projection) { return named }
        var options = Query.Options(maximumTime: query.options.maximumTime)
        options.limit = 100
        let find = Query.find(
            catalog: part.catalog, filter: [:], projection: part.projection, options: options)
        guard case .documents(let cursor) = try await run(find, for: user) else { return [] }
        var columns: [String] = []
        while let batch = try await cursor.nextBatch() {
            for element in batch.flatMap({ Array($0.elements) })
            where element.view == nil && !columns.contains(element.key) { columns.append(element.key) }
        }
        return columns
    }

    /// The fields that a projection lets through, `_id` first; nil where it says what it leaves out.
    private static func named(_ projection: Document) -> [String]? {
        var names: [String] = []
        var hasID = true
        for element in projection.elements {
            let isIn = !(element.value == .bool(false) || element.double == 0)
            if element.key == "_id" {
                hasID = isIn
            } else if isIn {
                names.append(element.key)
            } else {
                return nil
            }
        }
        return names.isEmpty && !hasID ? nil : (hasID ? ["_id"] : []) + names
    }

    private func names(for user: User) async throws -> Set<String> {
        let query = Query.info(.catalogNames, options: Query.Options(maximumTime: 30_000))
        guard case .value(let names) = try await run(query, for: user) else { return [] }
        return Set((names?.list ?? []).compactMap(\.string))
    }
}
