import Documents

/// Makes a program of a pipeline: counts the variables and hints that it needs, and knows which variables are in
/// scope.
struct Compiler {
    /// The variables in scope, without `$$`, and where the run keeps each.
    private(set) var scope: [String: Int] = [:]
    private(set) var variableCount = 0
    private(set) var hintCount = 0
    /// How deep expressions lie in one another.
    private var depth = 0
    /// Whether constant expressions are evaluated: not where MongoDB drops a part before it optimizes it, so that what
    /// would fail there does no harm.
    var isFolding = true

    /// MongoDB refuses to read documents that are deeper than this; the program's recursion is bounded by it.
    private static let maximumDepth = 200

    /// A place for a hint.
    mutating func hint() -> Int {
        hintCount += 1
        return hintCount - 1
    }

    /// Compiles something in whose scope there are further variables.
    /// - Parameter body: is given the places of the variables.
    mutating func with<Result>(
        variables names: [String], _ body: (inout Compiler, [Int]) throws(CompileError) -> Result
    ) throws(CompileError) -> Result {
        let outer = scope
        defer { scope = outer }
        var places: [Int] = []
        for name in names {
            places.append(variableCount)
            scope[name] = variableCount
            variableCount += 1
        }
        return try body(&self, places)
    }

    /// Compiles an expression: a path or variable, an operator, a document or list of expressions, or a constant.
    mutating func expression(_ value: Value, _ place: Place) throws(CompileError) -> any Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw CompileError(.invalid, place, "is nested too deeply") }
        switch value {
        case .string(let text) where text.utf8.first == UInt8(ascii: "$"): return try reference(text, place)
        case .document(let document): return try documentExpression(document, place)
        case .array(let list):
            var elements: [any Expression] = []
            for (index, element) in list.elements.enumerated() {
                elements.append(try expression(element.value, place.at(String(index))))
            }
            return try fold(ArrayExpression(elements: elements), elements, place)
        case .decimal128: throw CompileError(.unsupported, place, "decimal128")
        default: return Constant(datum: Datum(constant: value))
        }
    }

    /// The expression itself, or its value where all arguments are constants: MongoDB evaluates such ones while it
    /// optimizes, so what fails in them fails without any document.
    func fold(
        _ expression: some Expression, _ arguments: [any Expression], _ place: Place
    ) throws(CompileError) -> any Expression {
        guard isFolding, arguments.allSatisfy({ $0 is Constant }) else { return expression }
        // What is large is left to the run, which is limited: no pipeline is to keep more memory than it has text.
        let limits = Limits(steps: 100_000, bytes: 1 << 20)
        var run = Run(variables: variableCount, hints: hintCount, now: 0, limits: limits)
        do {
            return Constant(datum: try expression.value(&run).decoded)
        } catch {
            switch error {
            case .error(_, let reason): throw CompileError(.invalid, place, reason)
            case .unsupported(let what): throw CompileError(.unsupported, place, what)
            case .exhausted, .later: return expression
            }
        }
    }

    private mutating func documentExpression(
        _ document: Document, _ place: Place
    ) throws(CompileError) -> any Expression {
        if let first = document.elements.first(where: { _ in true }),
            first.key.utf8.first == UInt8(ascii: "$")
        {
            let name = first.key
            guard document.keys.count == 1 else {
                throw CompileError(.invalid, place, "an expression must have exactly one operator")
            }
            guard let known = Operator.all[name] else {
                throw CompileError(.unsupported, place, "operator \(name)")
            }
            return try known.build(&self, first.value, place.at(name))
        }
        var fields: [(name: Name, expression: any Expression)] = []
        for element in document.elements {
            let key = element.key
            try checkName(key, place)
            guard !fields.contains(where: { $0.name.text == key }) else {
                throw CompileError(.invalid, place, "field \(key) stands twice")
            }
            fields.append((Name(key), try expression(element.value, place.at(key))))
        }
        return try fold(DocumentExpression(fields: fields), fields.map(\.expression), place)
    }

    /// `$a.b` or `$$variable.a.b`.
    private mutating func reference(_ text: String, _ place: Place) throws(CompileError) -> any Expression {
        guard text.hasPrefix("$$") else {
            let path = String(text.dropFirst())
            if let current = scope["CURRENT"] { return try reference(.variable(current), path, place) }
            return try reference(.root, path, place)
        }
        let parts = text.dropFirst(2).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let path = parts.count > 1 ? String(parts[1]) : nil
        if let variable = scope[name] { return try reference(.variable(variable), path, place) }
        switch name {
        case "ROOT", "CURRENT": return try reference(.root, path, place)
        case "REMOVE":
            guard path == nil else { return Constant(datum: .missing) }
            return Constant(datum: .missing)
        case "NOW":
            guard path == nil else { return Constant(datum: .missing) }
            return Now()
        default:
            let isServers = name.unicodeScalars.first.map { ("A"..."Z").contains($0) } ?? false
            throw CompileError(
                isServers ? .unsupported : .invalid, place,
                "variable $$\(name)\(isServers ? "" : " is not defined")")
        }
    }

    private mutating func reference(
        _ base: FieldReference.Base, _ path: String?, _ place: Place
    ) throws(CompileError) -> any Expression {
        guard let path else { return FieldReference(base: base, steps: []) }
        var steps: [FieldReference.Step] = []
        for name in path.split(separator: ".", omittingEmptySubsequences: false) {
            try checkName(String(name), place)
            steps.append(FieldReference.Step(name: Name(String(name)), hint: hint()))
        }
        return FieldReference(base: base, steps: steps)
    }

    /// Checks the name of a field: not empty, no dot, no leading dollar sign.
    func checkName(_ name: String, _ place: Place) throws(CompileError) {
        if name.isEmpty { throw CompileError(.invalid, place, "a field's name must not be empty") }
        if name.utf8.first == UInt8(ascii: "$") {
            throw CompileError(.invalid, place, "a field's name must not begin with '$': \(name)")
        }
        if name.utf8.contains(UInt8(ascii: ".")) {
            throw CompileError(.invalid, place, "a field's name must not contain '.': \(name)")
        }
        if name.utf8.contains(0) {
            throw CompileError(.invalid, place, "a field's name must not contain a zero byte")
        }
    }

    /// The arguments of an operator: the elements of a list, or one argument without brackets.
    mutating func arguments(
        _ argument: Value, count: ClosedRange<Int>, of name: String, _ place: Place
    ) throws(CompileError) -> [any Expression] {
        var expressions: [any Expression] = []
        if case .array(let list) = argument {
            for (index, element) in list.elements.enumerated() {
                expressions.append(try expression(element.value, place.at(String(index))))
            }
        } else {
            expressions.append(try expression(argument, place))
        }
        guard count.contains(expressions.count) else {
            let wanted =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)"
                : count.upperBound == .max
                    ? "at least \(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw CompileError(.invalid, place, "\(name) takes \(wanted) arguments, not \(expressions.count)")
        }
        return expressions
    }

    /// The arguments of an operator that names them.
    mutating func namedArguments(
        _ argument: Value, _ required: [String], _ optional: [String], of name: String, _ place: Place
    ) throws(CompileError) -> [String: any Expression] {
        let given = try fields(argument, required, optional, of: name, place)
        var expressions: [String: any Expression] = [:]
        for (key, value) in given.sorted(by: { $0.key < $1.key }) {
            expressions[key] = try expression(value, place.at(key))
        }
        return expressions
    }

    /// The named arguments of an operator, not compiled.
    func fields(
        _ argument: Value, _ required: [String], _ optional: [String], of name: String, _ place: Place
    ) throws(CompileError) -> [String: Value] {
        guard case .document(let document) = argument else {
            throw CompileError(.invalid, place, "\(name) takes an object")
        }
        var given: [String: Value] = [:]
        for element in document.elements {
            guard required.contains(element.key) || optional.contains(element.key) else {
                throw CompileError(.invalid, place, "\(name) has no argument \(element.key)")
            }
            given[element.key] = element.value
        }
        for key in required where given[key] == nil {
            throw CompileError(.invalid, place, "\(name) needs an argument \(key)")
        }
        return given
    }
}

/// `$$NOW`: the same for a whole run.
private struct Now: Expression {
    func value(_ run: inout Run) -> Datum { .datetime(run.now) }
}
