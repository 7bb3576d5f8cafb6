import Documents

/// An aggregation expression as a condition: `$expr`.
struct ExpressionCondition: Predicate {
    let expression: any Expression
    /// Whether it is a comparison that MongoDB derives another one from: to that both are a conjunction. (Here the
    /// derived one would only do the same work once more.)
    var isConjunction = false

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        run.root = record
        return try expression.value(&run).truth()
    }

    /// An expression looks at documents only; the compiler lets none get here.
    func holds(for element: Datum, _ run: inout Run) -> Bool { false }
}

/// The comparison of a field with a constant inside an `$expr`, asked before the expression itself.
///
/// Where there is an array on the way it says yes and leaves the answer to the expression.
struct NecessaryComparison: Predicate {
    let path: QueryPath
    let operation: ComparisonOperation
    let constant: Constant

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        switch try path.reach(from: 0, in: record, &run) {
        case .value(let datum): return operation.holds(try Datum.compare(datum, constant.datum))
        case .array: return true
        }
    }

    func holds(for element: Datum, _ run: inout Run) -> Bool { true }
}

extension Compiler {
    /// Compiles `$expr`.
    ///
    /// MongoDB derives comparisons from it and asks a single one first, so that a part that would fail is not reached
    /// where the comparison says no already; several are asked last. Here they also spare the light curve.
    mutating func expressionCondition(_ argument: Value, _ place: Place) throws(CompileError) -> any Predicate
    {
        let compiled = try expression(argument, place)
        var condition = ExpressionCondition(expression: compiled)
        if compiled is Constant { return condition }
        guard let operation = argument.operation, let necessary = try necessary(argument, place) else {
            return condition
        }
        if operation.name == "$and" || operation.name == "$or" {
            return Junction.all([necessary, condition])
        }
        condition.isConjunction = true
        return condition
    }

    /// A condition that holds wherever an expression is true, and never fails; nil where none is seen.
    private mutating func necessary(_ value: Value, _ place: Place) throws(CompileError) -> (any Predicate)? {
        guard let operation = value.operation else { return nil }
        var arguments = operation.argument.list ?? [operation.argument]
        if operation.name == "$and" || operation.name == "$or" {
            arguments = arguments.flatMap { $0.members(of: operation.name) }
            let count = arguments.count
            arguments = try variable(arguments, place)
            // Of a combination that a constant leaves only one member MongoDB keeps no more than its truth.
            if arguments.count == 1, count > 1 { return nil }
        }
        switch operation.name {
        case "$and":
            var members: [any Predicate] = []
            for argument in arguments {
                if let member = try necessary(argument, place) { members.append(member) }
            }
            return members.isEmpty ? nil : Junction.all(members)
        case "$or":
            var members: [any Predicate] = []
            for argument in arguments {
                guard let member = try necessary(argument, place) else { return nil }
                members.append(member)
            }
            return members.isEmpty ? nil : Junction.any(members)
        case "$eq": return try necessary(.equal, .equal, arguments, place)
        case "$gt": return try necessary(.greater, .less, arguments, place)
        case "$gte": return try necessary(.greaterOrEqual, .lessOrEqual, arguments, place)
        case "$lt": return try necessary(.less, .greater, arguments, place)
        case "$lte": return try necessary(.lessOrEqual, .greaterOrEqual, arguments, place)
        default: return nil
        }
    }

    /// Those of the expressions that are not constant.
    private mutating func variable(_ expressions: [Value], _ place: Place) throws(CompileError) -> [Value] {
        var variable: [Value] = []
        for value in expressions where !(try expression(value, place) is Constant) { variable.append(value) }
        return variable
    }

    /// - Parameter mirrored: the operation where the constant stands first.
    private mutating func necessary(
        _ operation: ComparisonOperation, _ mirrored: ComparisonOperation, _ arguments: [Value],
        _ place: Place
    ) throws(CompileError) -> (any Predicate)? {
        guard arguments.count == 2, scope["CURRENT"] == nil else { return nil }
        for (field, other) in [(0, 1), (1, 0)] {
            guard let path = arguments[field].fieldPath,
                let constant = try expression(arguments[other], place) as? Constant
            else { continue }
            switch constant.datum {
            case .array, .missing, .undefined: return nil
            default:
                return NecessaryComparison(
                    path: QueryPath(path, &self),
                    operation: field == 0 ? operation : mirrored, constant: constant)
            }
        }
        return nil
    }
}

extension Value {
    /// The members of a combination, those of the same ones inside it included.
    fileprivate func members(of combination: String) -> [Value] {
        guard let operation, operation.name == combination else { return [self] }
        return (operation.argument.list ?? [operation.argument]).flatMap { $0.members(of: combination) }
    }

    /// The path of a reference to a field of the document.
    fileprivate var fieldPath: String? {
        guard case .string(let text) = self, text.hasPrefix("$") else { return nil }
        guard text.hasPrefix("$$") else { return String(text.dropFirst()) }
        for base in ["$$ROOT.", "$$CURRENT."] where text.hasPrefix(base) {
            return String(text.dropFirst(base.count))
        }
        return nil
    }

    /// The operator of an expression like `{$gt: […]}` and its argument.
    fileprivate var operation: (name: String, argument: Value)? {
        guard case .document(let document) = self, document.isConditions,
            let element = document.elements.first(where: { _ in true })
        else { return nil }
        return (element.key, element.value)
    }
}
