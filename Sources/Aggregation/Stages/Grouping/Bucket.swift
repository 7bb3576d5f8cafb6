import Documents

/// What `$bucket` groups by: the lower bound of the bucket that a value lies in.
private struct Bucket: Expression {
    let value: any Expression
    let boundaries: [Constant]
    /// What stands for all other values; nil where there may be none, missing where they have none.
    let other: Constant?

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(boundaries.count)
        let datum = try value.value(&run)
        for (lower, upper) in zip(boundaries, boundaries.dropFirst()) {
            guard try Datum.compare(datum, lower.datum) >= 0, try Datum.compare(datum, upper.datum) < 0
            else { continue }
            return lower.datum
        }
        guard let other else {
            throw .error(code: 40066, "a value lies in no bucket, and there is no default")
        }
        return other.datum
    }
}

extension Compiler {
    /// Compiles the argument of `$bucket`.
    mutating func buckets(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        let given = try fields(
            argument, ["groupBy", "boundaries"], ["default", "output"], of: "$bucket", place)
        guard let groupBy = given["groupBy"], groupBy.isPathOrOperator else {
            throw CompileError(.invalid, place.at("groupBy"), "must be a path or an expression")
        }
        let value = try expression(groupBy, place.at("groupBy"))
        guard case .array(let list)? = given["boundaries"] else {
            throw CompileError(.invalid, place.at("boundaries"), "must be an array")
        }
        var boundaries: [Constant] = []
        for element in list.elements {
            boundaries.append(
                try boundary(element.value, place.at("boundaries").at(element.key)))
        }
        try check(boundaries, place.at("boundaries"))
        var other: Constant?
        if let given = given["default"] {
            let constant = try boundary(given, place.at("default"))
            try check(default: constant, boundaries, place.at("default"))
            other = constant.datum.isMissing ? nil : constant
        }
        let bucket = Bucket(value: value, boundaries: boundaries, other: other)
        var accumulators: [(name: Name, accumulator: Accumulator)] = []
        switch given["output"] {
        case nil:
            accumulators = [(Name("count"), Accumulator(input: Constant(datum: .int32(1))) { _ in Adding() })]
        case .document(let output)?:
            let grouped = try grouping(.document(Document.identified(output)), place.at("output"))
            accumulators = grouped.accumulators
        default: throw CompileError(.invalid, place.at("output"), "must be an object")
        }
        return Chain(
            pipeline: Pipeline([
                Group(identity: .value(bucket), accumulators: accumulators),
                Sort(pattern: try sortPattern(["_id": 1], place)),
            ]))
    }

    private mutating func boundary(_ value: Value, _ place: Place) throws(CompileError) -> Constant {
        if case .decimal128 = value { throw CompileError(.unsupported, place, "decimal128") }
        guard let constant = try expression(value, place) as? Constant else {
            throw CompileError(.invalid, place, "must be constant")
        }
        return constant
    }

    private func check(_ boundaries: [Constant], _ place: Place) throws(CompileError) {
        guard boundaries.count > 1 else { throw CompileError(.invalid, place, "must be two at least") }
        for (lower, upper) in Swift.zip(boundaries, boundaries.dropFirst()) {
            guard try areOfOneKind(lower, upper, place), try order(lower, upper, place) < 0 else {
                throw CompileError(.invalid, place, "must be of one type and ascend")
            }
        }
    }

    private func check(
        default constant: Constant, _ boundaries: [Constant], _ place: Place
    ) throws(CompileError) {
        guard let first = boundaries.first, let last = boundaries.last else { return }
        guard try areOfOneKind(constant, first, place) else { return }
        let orders = try (order(constant, first, place), order(constant, last, place))
        guard orders.0 < 0 || orders.1 >= 0 else {
            throw CompileError(.invalid, place, "must lie outside the boundaries")
        }
    }

    /// Whether MongoDB's order puts both types into one group.
    private func areOfOneKind(_ left: Constant, _ right: Constant, _ place: Place) throws(CompileError)
        -> Bool
    {
        do { return try left.datum.group() == right.datum.group() } catch {
            throw CompileError(.unsupported, place, "decimal128")
        }
    }

    private func order(_ left: Constant, _ right: Constant, _ place: Place) throws(CompileError) -> Int {
        do { return try Datum.compare(left.datum, right.datum) } catch {
            throw CompileError(.unsupported, place, "decimal128")
        }
    }
}

extension Document {
    /// The accumulators with an `_id` that is constant.
    fileprivate static func identified(_ output: Document) -> Document {
        var writer = DocumentWriter()
        writer.appendNull("_id")
        for element in output.elements { writer.append(element) }
        return writer.finish()
    }
}

extension Value {
    /// Whether it is `"$path"` or `{$operator: …}`.
    var isPathOrOperator: Bool {
        switch self {
        case .string(let text): text.utf8.first == UInt8(ascii: "$")
        case .document(let document): document.keys.first?.utf8.first == UInt8(ascii: "$")
        default: false
        }
    }
}
