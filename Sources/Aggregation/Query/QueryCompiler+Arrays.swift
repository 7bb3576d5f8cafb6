import Documents

extension Compiler {
    /// `$all`: every one of the constants, patterns and `$elemMatch`es.
    mutating func all(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        guard case .array(let list) = operation.argument else {
            throw CompileError(.invalid, operation.place, "$all takes an array")
        }
        let elements = Array(list.elements)
        if elements.isEmpty { return Always(answer: false) }
        let isOfMatches = elements[0].value.document?.keys.first == "$elemMatch"
        var members: [any Predicate] = []
        for element in elements {
            let place = operation.place.at(element.key)
            let first = element.value.document?.elements.first { _ in true }
            if isOfMatches {
                guard let first, first.key == "$elemMatch" else {
                    throw CompileError(.invalid, place, "$all takes $elemMatch only, or nothing of the kind")
                }
                members.append(
                    try elementMatch(
                        QueryOperation(
                            name: first.key, argument: first.value, path: operation.path,
                            siblings: operation.siblings, level: operation.level,
                            place: place.at("$elemMatch"))))
            } else if case .regularExpression(let text, let options) = element.value {
                let test = try pattern(text, options, place)
                members.append(PathCondition(path: QueryPath(operation.path, &self), test: test))
            } else if let first, Self.pathOperators.contains(first.key) {
                throw CompileError(.invalid, place, "$all takes no operators")
            } else {
                members.append(try comparison(on: operation.path, .equal, element.value, place))
            }
        }
        return Junction.all(members)
    }

    /// What MongoDB takes for an operator inside `$all`; `$not` is none.
    private static let pathOperators: Set<String> = [
        "$eq", "$gt", "$gte", "$lt", "$lte", "$ne", "$in", "$nin", "$exists", "$type", "$mod", "$regex",
        "$options",
        "$all", "$elemMatch", "$size", "$bitsAllSet", "$bitsAllClear", "$bitsAnySet", "$bitsAnyClear",
        "$geoWithin",
        "$within", "$near", "$nearSphere", "$geoNear", "$geoIntersects",
    ]

    /// What stands in a query in a field's stead.
    private static let combinations: Set<String> = [
        "$and", "$or", "$nor", "$comment", "$expr", "$alwaysTrue", "$alwaysFalse", "$ref", "$id", "$db",
        "$jsonSchema",
        "$text", "$where", "$sampleRate",
    ]

    /// `$elemMatch`: conditions on the elements themselves, or a query for the documents among them.
    mutating func elementMatch(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        guard case .document(let inner) = operation.argument else {
            throw CompileError(.invalid, operation.place, "$elemMatch takes an object")
        }
        let isOfValues =
            inner.isConditions && !inner.isReference
            && !(inner.keys.first.map(Self.combinations.contains) ?? false)
        if isOfValues {
            let conditions = try conditions(on: "", inner, operation.level, operation.place)
            return PathCondition(
                path: QueryPath(operation.path, &self),
                test: ValueElementTest(predicate: Junction.all(conditions)))
        }
        let predicate = try query(inner, operation.level.insideElement, operation.place)
        return PathCondition(
            path: QueryPath(operation.path, &self), test: DocumentElementTest(predicate: predicate))
    }

    /// `$geoWithin` of a circle on the sphere.
    mutating func region(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        let place = operation.place
        guard operation.siblings.keys.count == 1 else {
            throw CompileError(.invalid, place, "\(operation.name) stands with no other operator")
        }
        guard case .document(let shapes) = operation.argument else {
            throw CompileError(.invalid, place, "\(operation.name) takes an object")
        }
        var cap: SphericalCap?
        for element in shapes.elements where element.key != "$uniqueDocs" {
            switch element.key {
            case "$centerSphere": cap = try self.cap(element.value, place.at(element.key))
            case "$geometry", "$box", "$polygon", "$center":
                throw CompileError(.unsupported, place, "operator \(element.key)")
            default: throw CompileError(.invalid, place, "there is no shape \(element.key)")
            }
        }
        guard let cap else { throw CompileError(.invalid, place, "\(operation.name) needs a shape") }
        return PathCondition(path: QueryPath(operation.path, &self), test: RegionTest(cap: cap))
    }

    private func cap(_ argument: Value, _ place: Place) throws(CompileError) -> SphericalCap {
        guard let parts = argument.parts, parts.count == 2, let center = parts[0].parts, center.count == 2
        else {
            throw CompileError(.invalid, place, "$centerSphere takes a center and a radius")
        }
        for number in center + [parts[1]] {
            if case .decimal128 = number { throw CompileError(.unsupported, place, "decimal128") }
        }
        guard let longitude = center[0].double, let latitude = center[1].double,
            let axis = Direction(longitude: longitude, latitude: latitude)
        else {
            throw CompileError(.invalid, place, "a center has a longitude and a latitude in degrees")
        }
        guard let radius = parts[1].double, radius >= 0 else {
            throw CompileError(.invalid, place, "a radius is a number of radians and not negative")
        }
        return SphericalCap(around: axis, radius: radius)
    }
}

extension Value {
    /// The values in an array or a document.
    fileprivate var parts: [Value]? {
        switch self {
        case .array(let inner), .document(let inner): inner.elements.map(\.value)
        default: nil
        }
    }
}
