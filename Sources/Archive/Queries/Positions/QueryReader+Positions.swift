import Documents

extension QueryReader {
    /// Reads `cone_search`: `{object_coordinates: {cone_search_radius, cone_search_unit, radec}, catalogs}`.
    func coneSearch(
        _ query: Document, _ kwargs: Document, _ options: Query.Options, _ user: User
    ) throws(RequestError) -> PositionQuery {
        guard let given = query["object_coordinates"] else { throw .missing("object_coordinates") }
        guard let object = given.document else {
            throw RequestError(.type, "object_coordinates must be an object")
        }
        guard let radius = object["cone_search_radius"] else { throw .missing("cone_search_radius") }
        guard let unit = object["cone_search_unit"] else { throw .missing("cone_search_unit") }
        let angle = try AngularUnit(unit).angle(radius, "cone_search_radius")
        guard let positions = object["radec"] else { throw .missing("radec") }
        return try positionQuery(.cone(radius: angle), positions, query, kwargs, options, user)
    }

    /// Reads `near`: `{radec, catalogs, min_distance?, max_distance?, distance_units?}`.
    ///
    /// The greatest distance is an arcminute unless given: the number of its radians, in whatever unit is given.
    func near(
        _ query: Document, _ kwargs: Document, _ options: Query.Options, _ user: User
    ) throws(RequestError) -> PositionQuery {
        let unit = try AngularUnit(query["distance_units"] ?? "rad")
        let nearest = try unit.angle(query["min_distance"] ?? 0, "min_distance")
        let usual = Value.double(AngularUnit.arcmin.radians)
        let farthest = try unit.angle(query["max_distance"] ?? usual, "max_distance")
        guard let positions = query["radec"] else { throw .missing("radec") }
        return try positionQuery(.ring(from: nearest, to: farthest), positions, query, kwargs, options, user)
    }

    private func positionQuery(
        _ reach: PositionQuery.Reach, _ positions: Value, _ query: Document, _ kwargs: Document,
        _ options: Query.Options, _ user: User
    ) throws(RequestError) -> PositionQuery {
        guard let given = query["catalogs"] else { throw .missing("catalogs") }
        guard let catalogs = given.document else {
            throw RequestError(.type, "catalogs must be an object")
        }
        var parts: [PositionQuery.Part] = []
        var indices: [String: Int] = [:]
        for element in catalogs.elements {
            let part = try part(element.key, element.value, user)
            if let index = indices[part.catalog] {
                parts[index] = part
            } else {
                indices[part.catalog] = parts.count
                parts.append(part)
            }
        }
        let list = try PositionList(positions).positions
        try Self.check(list, in: parts.count)
        return PositionQuery(
            reach: reach, positions: list, parts: parts, options: options,
            isFilterFirst: try flag(kwargs, "filter_first"), addsDistance: try flag(kwargs, "distance_arcsec")
        )
    }

    /// Bytes of the answer's keys at most: each position's in each catalogue, which are put together where nothing is
    /// found in between.
    private static let mostKeyBytes = 1 << 25

    private static func check(
        _ positions: [PositionQuery.Position], in catalogs: Int
    ) throws(RequestError) {
        let bytes = positions.reduce(0) { $0 + $1.key.utf8.count + 4 }
        let (all, isTooMany) = bytes.multipliedReportingOverflow(by: catalogs)
        guard !isTooMany, all <= mostKeyBytes else {
            throw RequestError(
                .value,
                "the keys of \(positions.count) positions in \(catalogs) catalogs take more than \(mostKeyBytes) "
                    + "bytes; ask for fewer at a time")
        }
    }

    private func part(
        _ name: String, _ given: Value, _ user: User
    ) throws(RequestError) -> PositionQuery.Part {
        let catalog = try QueryRules.catalog(name, user)
        guard let part = given == .null ? Document() : given.document else {
            throw RequestError(.type, "catalogs.\(name) must be an object")
        }
        let hasFilter = part.element(key: "filter") != nil
        return PositionQuery.Part(
            catalog: catalog, filter: hasFilter ? try filter(part, user) : Document(),
            projection: try projection(part, user))
    }

    private func flag(_ kwargs: Document, _ name: String) throws(RequestError) -> Bool {
        switch kwargs.element(key: name)?.value {
        case nil, .null: return false
        case .bool(let flag): return flag
        default: throw RequestError(.type, "\(name) must be a bool")
        }
    }
}
