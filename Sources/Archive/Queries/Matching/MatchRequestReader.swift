public import Documents
import Sky

/// Reads a request to match positions with catalogues: `{catalogs, positions, radius?, unit?, filter?, projection?, limit?,
/// nearest_only?, max_time_ms?}`.
public struct MatchRequestReader: Sendable {
    private let limits: MatchLimits
    /// Arcseconds where the request does not say.
    private static let usualRadius = 2.0
    private static let ownFields: Set<String> = [
        "radius", "unit", "filter", "projection", "limit", "nearest_only",
    ]
    private static let fields = ownFields.union(["catalogs", "positions", "max_time_ms"])

    /// - Parameter limits: how much may be asked for.
    public init(limits: MatchLimits) { self.limits = limits }

    /// The request that a JSON body means.
    /// - Throws: `RequestError` that names the field.
    public func read(_ body: Document, for user: User) throws(RequestError) -> MatchRequest {
        guard let positions = body["positions"] else { throw .missing("positions") }
        return try request(body, try self.positions(positions), user)
    }

    /// The request that positions in CSV and parameters beside them mean.
    /// - Throws: `RequestError` that names the field or the line.
    public func read(
        _ parameters: Document, positions: MatchPositionTable, for user: User
    ) throws(RequestError) -> MatchRequest {
        if parameters.element(key: "positions") != nil {
            throw RequestError(.value, "positions are the lines of the body")
        }
        return try request(parameters, try positions.positions(atMost: limits.positions), user)
    }

    private func request(
        _ body: Document, _ positions: [MatchRequest.Position], _ user: User
    ) throws(RequestError) -> MatchRequest {
        try Self.check(body, Self.fields, in: "the body")
        let general = Document(body, only: Self.ownFields)
        guard let given = body["catalogs"] else { throw .missing("catalogs") }
        let time = try time(body["max_time_ms"])
        let places = positions.enumerated().map { index, position in
            PositionQuery.Position(key: position.name ?? String(index), coordinates: position.coordinates)
        }
        var catalogs: [String] = []
        var queries: [PositionQuery] = []
        for (name, own) in try self.catalogs(given) {
            let catalog = try QueryRules.catalog(name, user)
            guard !catalogs.contains(catalog) else {
                throw RequestError(.value, "catalogs has \(catalog) twice")
            }
            catalogs.append(catalog)
            queries.append(
                try query(of: catalog, own.over(general), "catalogs.\(catalog)", places, time, user))
        }
        guard !catalogs.isEmpty else {
            throw RequestError(.value, "catalogs must name at least one catalogue")
        }
        return MatchRequest(
            positions: positions, hasNames: positions.contains { $0.name != nil }, catalogs: catalogs,
            queries: queries)
    }

    /// The catalogues with what is said of each.
    private func catalogs(_ given: Value) throws(RequestError) -> [(String, Document)] {
        switch given {
        case .string(let name): return [(name, [:])]
        case .document(let named):
            var catalogs: [(String, Document)] = []
            for element in named.elements {
                guard let own = element.value == .null ? Document() : element.value.document else {
                    throw RequestError(.type, "catalogs.\(element.key) must be an object")
                }
                try Self.check(own, Self.ownFields, in: "catalogs.\(element.key)")
                catalogs.append((element.key, own))
            }
            return catalogs
        case .array:
            var catalogs: [(String, Document)] = []
            for (index, name) in (given.list ?? []).enumerated() {
                guard let name = name.string else {
                    throw RequestError(.type, "catalogs.\(index) must be the name of a catalogue")
                }
                catalogs.append((name, [:]))
            }
            return catalogs
        default: throw RequestError(.type, "catalogs must be an object or a list of names")
        }
    }

    private func query(
        of catalog: String, _ given: Document, _ place: String, _ positions: [PositionQuery.Position],
        _ time: Int64, _ user: User
    ) throws(RequestError) -> PositionQuery {
        let reader = QueryReader(defaultTime: time, longestTime: time)
        let unit = try AngularUnit(given["unit"] ?? "arcsec")
        let radius =
            try given["radius"].map { given throws(RequestError) in
                if case .bool = given { throw RequestError(.value, "\(place).radius must be a number") }
                return try unit.angle(given, "\(place).radius")
            } ?? Self.usualRadius * AngularUnit.arcsec.radians
        guard radius <= limits.radius * AngularUnit.arcsec.radians * (1 + 1e-12) else {
            throw RequestError(.value, "\(place).radius is more than \(limits.radius) arcsec")
        }
        var options = Query.Options(maximumTime: time)
        if let limit = given["limit"], limit != .null {
            guard let number = limit.int64.flatMap(Int.init(exactly:)), number >= 1, limit != .bool(true)
            else { throw RequestError(.value, "\(place).limit must be int >= 1") }
            options.limit = number
        }
        switch given["nearest_only"] {
        case nil, .null, .bool(false): break
        case .bool(true): options.limit = 1
        default: throw RequestError(.type, "\(place).nearest_only must be a bool")
        }
        let hasFilter = given.element(key: "filter") != nil && given["filter"] != .null
        let part = PositionQuery.Part(
            catalog: catalog, filter: hasFilter ? try reader.filter(given, user) : Document(),
            projection: try reader.projection(given, user))
        guard part.filter.element(key: PositionQuery.field) == nil else {
            throw RequestError(.value, "\(place).filter must not name \(PositionQuery.field)")
        }
        return PositionQuery(
            reach: .ring(from: 0, to: radius), positions: positions, parts: [part], options: options,
            isFilterFirst: false, addsDistance: true)
    }

    private func time(_ given: Value?) throws(RequestError) -> Int64 {
        guard let given, given != .null else { return limits.time.usual }
        guard let time = given.int64, time >= 1, given != .bool(true) else {
            throw RequestError(.value, "max_time_ms must be int >= 1")
        }
        return min(time, limits.time.longest)
    }

    /// `[[ra, dec], …]`, `[{ra, dec, name?}, …]` or `{name: [ra, dec], …}`.
    private func positions(_ given: Value) throws(RequestError) -> [MatchRequest.Position] {
        var positions: [MatchRequest.Position] = []
        switch given {
        case .document(let named):
            for element in named.elements {
                try check(positions.count)
                positions.append(try Self.position(element.value, element.key, "positions.\(element.key)"))
            }
        case .array(let list):
            for element in list.elements {
                try check(positions.count)
                positions.append(try Self.position(element.value, nil, "positions.\(positions.count)"))
            }
        default: throw RequestError(.type, "positions must be a list or an object")
        }
        return positions
    }

    private func check(_ count: Int) throws(RequestError) {
        guard count < limits.positions else {
            throw RequestError(
                .value, "positions are more than \(limits.positions); ask for fewer at a time")
        }
    }

    private static func position(
        _ given: Value, _ name: String?, _ place: String
    ) throws(RequestError) -> MatchRequest.Position {
        if let pair = given.list {
            guard pair.count == 2 else { throw RequestError(.value, "\(place) must be [ra, dec]") }
            return MatchRequest.Position(name: name, coordinates: try coordinates(pair[0], pair[1], place))
        }
        guard let object = given.document, let ra = object["ra"], let dec = object["dec"] else {
            throw RequestError(.value, "\(place) must be [ra, dec] or an object with ra and dec")
        }
        try check(object, ["ra", "dec", "name"], in: place)
        var name = name
        switch object["name"] {
        case nil, .null: break
        case .string(let text): name = text
        case .int32(let number): name = String(number)
        case .int64(let number): name = String(number)
        default: throw RequestError(.type, "\(place).name must be a string")
        }
        return MatchRequest.Position(name: name, coordinates: try coordinates(ra, dec, place))
    }

    private static func coordinates(
        _ ra: Value, _ dec: Value, _ place: String
    ) throws(RequestError) -> Coordinates {
        switch (ra, dec) {
        case (.bool, _), (_, .bool): break
        case (.string(let ra), .string(let dec)): return try MatchPositionTable.coordinates(ra, dec, place)
        default:
            guard let ra = ra.double, let dec = dec.double else { break }
            do { return try Coordinates(ra: ra, dec: dec) } catch {
                throw RequestError(.value, "\(place): \(error)")
            }
        }
        throw RequestError(.value, "\(place): ra and dec must be two numbers or two texts")
    }

    private static func check(
        _ given: Document, _ fields: Set<String>, in place: String
    ) throws(RequestError) {
        for element in given.elements where !fields.contains(element.key) {
            throw RequestError(
                .value,
                "\(place) has a field \(element.key), which is none of \(fields.sorted().joined(separator: ", "))"
            )
        }
    }
}

extension Document {
    /// Some fields of a document.
    fileprivate init(_ document: Document, only fields: Set<String>) {
        var writer = DocumentWriter()
        for element in document.elements where fields.contains(element.key) { writer.append(element) }
        self = writer.finish()
    }

    /// This document's fields, and those of another one that it lacks.
    fileprivate func over(_ other: Document) -> Document {
        var writer = DocumentWriter()
        writer.append(contentsOf: view)
        for field in other.elements where element(key: field.key) == nil { writer.append(field) }
        return writer.finish()
    }
}
