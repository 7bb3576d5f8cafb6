import Documents

extension Compiler {
    /// Compiles a filter of MongoDB's query language: the argument of `$match`.
    mutating func predicate(_ filter: Document, _ place: Place) throws(CompileError) -> any Predicate {
        try query(filter, QueryLevel(), place)
    }

    /// Compiles a query: conditions on fields and combinations of queries, all of which must hold.
    mutating func query(
        _ filter: Document, _ level: QueryLevel, _ place: Place
    ) throws(CompileError) -> any Predicate {
        let level = try level.deeper(place)
        var members: [any Predicate] = []
        for element in filter.elements {
            let key = element.key
            let value = element.value
            if key.utf8.first == UInt8(ascii: "$") {
                if let member = try combination(key, value, level, place) { members.append(member) }
            } else if let conditions = value.conditions {
                members += try self.conditions(on: key, conditions, level, place.at(key))
            } else if case .regularExpression(let text, let options) = value {
                let test = try pattern(text, options, place.at(key))
                members.append(PathCondition(path: QueryPath(key, &self), test: test))
            } else {
                members.append(try comparison(on: key, .equal, value, place.at(key)))
            }
        }
        return Junction.all(members)
    }

    /// Compiles what begins with a dollar sign in a field's stead; nil where it says nothing.
    private mutating func combination(
        _ name: String, _ argument: Value, _ level: QueryLevel, _ place: Place
    ) throws(CompileError) -> (any Predicate)? {
        let inner = place.at(name)
        switch name {
        case "$and": return Junction.all(try queries(argument, level, inner))
        case "$or": return Junction.any(try queries(argument, level, inner))
        case "$nor": return Junction.none(try queries(argument, level, inner))
        case "$comment": return nil
        case "$expr":
            guard !level.isInsideElement else {
                throw CompileError(.invalid, inner, "$expr looks at whole documents only")
            }
            return try expressionCondition(argument, inner)
        case "$alwaysTrue", "$alwaysFalse":
            guard argument.int64 == 1 else {
                throw CompileError(.invalid, inner, "\(name) takes the number 1")
            }
            return Always(answer: name == "$alwaysTrue")
        case "$ref", "$id", "$db":
            return try comparison(on: name, .equal, argument, inner)
        case "$jsonSchema", "$text", "$where", "$sampleRate":
            throw CompileError(.unsupported, inner, "operator \(name)")
        default:
            let isInternal = name.hasPrefix("$_internal")
            throw CompileError(
                isInternal ? .unsupported : .invalid, inner, "operator \(name) has no meaning without a field"
            )
        }
    }

    private mutating func queries(
        _ argument: Value, _ level: QueryLevel, _ place: Place
    ) throws(CompileError) -> [any Predicate] {
        guard case .array(let list) = argument, !list.isEmpty else {
            throw CompileError(.invalid, place, "takes an array of at least one query")
        }
        var members: [any Predicate] = []
        for element in list.elements {
            guard case .document(let filter) = element.value else {
                throw CompileError(.invalid, place.at(element.key), "a query is an object")
            }
            members.append(try query(filter, level, place.at(element.key)))
        }
        return members
    }

    /// Compiles the conditions of a document like `{$gt: 1, $lt: 2}` on one path.
    mutating func conditions(
        on path: String, _ conditions: Document, _ level: QueryLevel, _ place: Place
    ) throws(CompileError) -> [any Predicate] {
        let level = try level.deeper(place)
        var members: [any Predicate] = []
        for element in conditions.elements {
            let operation = QueryOperation(
                name: element.key, argument: element.value, path: path, siblings: conditions,
                level: level, place: place.at(element.key))
            if let member = try condition(operation) { members.append(member) }
        }
        return members
    }

    /// Compiles the comparison of the values at a path with a constant.
    mutating func comparison(
        on path: String, _ operation: ComparisonOperation, _ value: Value, _ place: Place
    ) throws(CompileError) -> any Predicate {
        let constant = try constant(value, place)
        if case .regularExpression = value, operation != .equal {
            throw CompileError(.invalid, place, "a regular expression cannot be compared")
        }
        let queryPath = QueryPath(path, &self)
        switch value {
        case .double, .int32, .int64:
            guard let number = value.double, Datum.isExact(number, value), !number.isNaN else { break }
            return NumberCondition(path: queryPath, test: NumberTest(operation: operation, number: number))
        case .string where operation == .equal:
            return PathCondition(path: queryPath, test: try membership([constant], [], place))
        default: break
        }
        do {
            return PathCondition(path: queryPath, test: try ConstantTest(operation, constant))
        } catch {
            throw CompileError(.unsupported, place, "comparison with \(constant.datum.typeName)")
        }
    }

    /// A constant that values are compared with.
    func constant(_ value: Value, _ place: Place) throws(CompileError) -> Constant {
        switch value {
        case .undefined: throw CompileError(.invalid, place, "nothing can be compared with undefined")
        case .document(let inner), .array(let inner):
            for element in inner.elements where element.type != .undefined {
                _ = try constant(element.value, place)
            }
        case .decimal128: throw CompileError(.unsupported, place, "decimal128")
        default: break
        }
        return Constant(datum: Datum(constant: value))
    }

    /// The test whether a value is one of several constants or matches one of several patterns.
    func membership(
        _ constants: [Constant], _ patterns: [PatternTest], _ place: Place
    ) throws(CompileError) -> MembershipTest {
        do {
            return try MembershipTest(constants, patterns: patterns)
        } catch {
            throw CompileError(.unsupported, place, "comparison with these constants")
        }
    }

    /// The test whether a string matches a regular expression.
    func pattern(_ text: String, _ options: String, _ place: Place) throws(CompileError) -> PatternTest {
        do {
            return PatternTest(pattern: try Pattern(text, options: options, isOfQuery: true))
        } catch {
            switch error {
            case .invalid(_, let reason): throw CompileError(.invalid, place, reason)
            case .unsupported(let what): throw CompileError(.unsupported, place, what)
            }
        }
    }
}

/// Where in a query the compiler is.
struct QueryLevel {
    private var depth = 0
    /// Whether it is in an `$elemMatch`.
    private(set) var isInsideElement = false

    /// MongoDB takes no documents that are deeper than this.
    private static let maximumDepth = 200

    /// One level further in.
    func deeper(_ place: Place) throws(CompileError) -> QueryLevel {
        guard depth < Self.maximumDepth else { throw CompileError(.invalid, place, "is nested too deeply") }
        var copy = self
        copy.depth += 1
        return copy
    }

    /// The level in an `$elemMatch`.
    var insideElement: QueryLevel {
        var copy = self
        copy.isInsideElement = true
        return copy
    }
}

extension Value {
    /// The conditions of a document like `{$gt: 1}`; nil for all that is a constant. A reference to a document of a
    /// collection, `{$ref: …, $id: …}`, is a constant.
    fileprivate var conditions: Document? {
        guard case .document(let document) = self, document.isConditions else { return nil }
        return document.keys.contains("$ref") && document.keys.contains("$id") ? nil : document
    }
}

extension Document {
    /// Whether the first key begins with a dollar sign.
    var isConditions: Bool {
        elements.first { _ in true }.map { $0.keyBytes.first == UInt8(ascii: "$") } ?? false
    }
}

extension Datum {
    /// Whether a number is exactly a value: not so for large integers.
    fileprivate static func isExact(_ number: Double, _ value: Value) -> Bool {
        if case .int64(let integer) = value { return Int64(exactly: number) == integer }
        return true
    }
}
