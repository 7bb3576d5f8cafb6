import Documents

/// An operator applied to a path, as it stands in a query.
struct QueryOperation {
    let name: String
    let argument: Value
    let path: String
    /// The document in which it stands: `$regex` and `$options` belong together.
    let siblings: Document
    let level: QueryLevel
    let place: Place
}

extension Compiler {
    /// Compiles an operator on a path; nil where it says nothing by itself.
    mutating func condition(_ operation: QueryOperation) throws(CompileError) -> (any Predicate)? {
        let (path, argument, place) = (operation.path, operation.argument, operation.place)
        switch operation.name {
        case "$eq": return try comparison(on: path, .equal, argument, place)
        case "$gt": return try comparison(on: path, .greater, argument, place)
        case "$gte": return try comparison(on: path, .greaterOrEqual, argument, place)
        case "$lt": return try comparison(on: path, .less, argument, place)
        case "$lte": return try comparison(on: path, .lessOrEqual, argument, place)
        case "$ne":
            if case .regularExpression = argument {
                throw CompileError(.invalid, place, "$ne takes no regular expression")
            }
            return Negation(predicate: try comparison(on: path, .equal, argument, place))
        case "$in": return try membership(operation)
        case "$nin":
            return Negation(predicate: try membership(operation))
        case "$not": return try negation(operation)
        case "$exists":
            let existence = PathCondition(path: QueryPath(path, &self), test: ExistenceTest())
            return try exists(argument, place) ? existence : Negation(predicate: existence)
        case "$type":
            return PathCondition(path: QueryPath(path, &self), test: try TypeTest(argument, place))
        case "$mod": return PathCondition(path: QueryPath(path, &self), test: try remainder(argument, place))
        case "$regex": return try pattern(operation)
        case "$options":
            if operation.siblings.keys.contains("$regex") { return nil }
            throw CompileError(.invalid, place, "$options needs a $regex")
        case "$all": return try all(operation)
        case "$elemMatch": return try elementMatch(operation)
        case "$size":
            guard let size = argument.int64, 0...Int64(Int32.max) ~= size else {
                throw CompileError(.invalid, place, "$size takes a whole number that is not negative")
            }
            return PathCondition(path: QueryPath(path, &self), test: SizeTest(size: Int(size)))
        case "$bitsAllSet": return try bits(operation, set: true, all: true)
        case "$bitsAllClear": return try bits(operation, set: false, all: true)
        case "$bitsAnySet": return try bits(operation, set: true, all: false)
        case "$bitsAnyClear": return try bits(operation, set: false, all: false)
        case "$geoWithin", "$within": return try region(operation)
        case "$near", "$nearSphere", "$geoNear", "$geoIntersects", "$maxDistance", "$minDistance":
            throw CompileError(.unsupported, place, "operator \(operation.name)")
        default:
            let isInternal = operation.name.hasPrefix("$_internal")
            throw CompileError(
                isInternal ? .unsupported : .invalid, place, "there is no operator \(operation.name)")
        }
    }

    private func exists(_ argument: Value, _ place: Place) throws(CompileError) -> Bool {
        do {
            return try Datum(argument).truth()
        } catch {
            throw CompileError(.unsupported, place, "decimal128")
        }
    }

    private mutating func bits(
        _ operation: QueryOperation, set: Bool, all: Bool
    ) throws(CompileError) -> any Predicate {
        let test = try BitTest(operation.argument, set: set, all: all, operation.place)
        return PathCondition(path: QueryPath(operation.path, &self), test: test)
    }

    private mutating func membership(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        guard case .array(let list) = operation.argument else {
            throw CompileError(.invalid, operation.place, "\(operation.name) takes an array")
        }
        var constants: [Constant] = []
        var patterns: [PatternTest] = []
        for element in list.elements {
            let place = operation.place.at(element.key)
            switch element.value {
            case .regularExpression(let text, let options): patterns.append(try pattern(text, options, place))
            case .document(let document) where document.isConditions && !document.isReference:
                throw CompileError(.invalid, place, "\(operation.name) takes no operators")
            default: constants.append(try constant(element.value, place))
            }
        }
        let test = try membership(constants, patterns, operation.place)
        return PathCondition(path: QueryPath(operation.path, &self), test: test)
    }

    private mutating func negation(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        switch operation.argument {
        case .regularExpression(let text, let options):
            let test = try pattern(text, options, operation.place)
            return Negation(predicate: PathCondition(path: QueryPath(operation.path, &self), test: test))
        case .document(let inner) where !inner.isEmpty:
            return Negation(
                predicate: Junction.all(
                    try conditions(on: operation.path, inner, operation.level, operation.place)))
        default:
            throw CompileError(.invalid, operation.place, "$not takes operators or a regular expression")
        }
    }

    private func remainder(_ argument: Value, _ place: Place) throws(CompileError) -> RemainderTest {
        guard let numbers = argument.list, numbers.count == 2 else {
            throw CompileError(.invalid, place, "$mod takes an array of divisor and remainder")
        }
        let divisor = try whole(numbers[0], place.at("0"))
        let remainder = try whole(numbers[1], place.at("1"))
        if divisor == 0 { throw CompileError(.invalid, place, "the divisor must not be 0") }
        return RemainderTest(divisor: divisor, remainder: remainder)
    }

    /// A number without its fraction.
    private func whole(_ value: Value, _ place: Place) throws(CompileError) -> Int64 {
        if case .decimal128 = value { throw CompileError(.unsupported, place, "decimal128") }
        if let number = value.int64 { return number }
        guard let number = value.double.flatMap({ Int64(exactly: $0.rounded(.towardZero)) }) else {
            throw CompileError(.invalid, place, "must be a number that an integer can be made of")
        }
        return number
    }

    /// `$regex` with the options that stand with it.
    private mutating func pattern(_ operation: QueryOperation) throws(CompileError) -> any Predicate {
        var text = ""
        var options = ""
        for element in operation.siblings.elements {
            let place = operation.place
            switch (element.key, element.value) {
            case ("$regex", .string(let given)): text = given
            case ("$regex", .regularExpression(let given, let own)):
                text = given
                guard !own.isEmpty else { continue }
                if !options.isEmpty { throw CompileError(.invalid, place, "options stand in two places") }
                options = own
            case ("$options", .string(let given)):
                if !options.isEmpty { throw CompileError(.invalid, place, "options stand in two places") }
                options = given
            case ("$regex", _):
                throw CompileError(.invalid, place, "$regex takes a string or a regular expression")
            case ("$options", _): throw CompileError(.invalid, place, "$options takes a string")
            default: continue
            }
        }
        let test = try pattern(text, options, operation.place)
        return PathCondition(path: QueryPath(operation.path, &self), test: test)
    }
}

extension Document {
    /// Whether it refers to a document of a collection: `{$ref: …, $id: …}`.
    var isReference: Bool { keys.contains("$ref") && keys.contains("$id") }
}
