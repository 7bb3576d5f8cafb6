import Documents

/// An operator of expressions: its name, and how its argument is compiled.
struct Operator: Sendable {
    /// What becomes of the argument.
    typealias Build =
        @Sendable (_ compiler: inout Compiler, _ argument: Value, _ place: Place) throws(CompileError) ->
        any Expression

    /// The name with its dollar sign.
    let name: String
    let build: Build

    init(_ name: String, build: @escaping Build) {
        self.name = name
        self.build = build
    }

    /// All operators that can be run here, by name.
    static let all: [String: Operator] = {
        let families = [
            arithmetic, trigonometry, boolean, comparison, conditional, conversion, dates, dateArithmetic,
            arrays,
            loops, objects, sets, strings, patterns, variables, accumulators,
        ]
        return Dictionary(uniqueKeysWithValues: families.joined().map { ($0.name, $0) })
    }()

    /// An operator of exactly one argument, which may be given without brackets.
    static func unary(_ name: String, _ body: @escaping @Sendable (Datum) throws(Failure) -> Datum)
        -> Operator
    {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 1...1, of: name, place)
            return try compiler.fold(Unary(argument: arguments[0], body: body), arguments, place)
        }
    }

    /// An operator of exactly two arguments.
    static func binary(
        _ name: String, _ body: @escaping @Sendable (Datum, Datum) throws(Failure) -> Datum
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 2...2, of: name, place)
            return try compiler.fold(
                Binary(left: arguments[0], right: arguments[1], body: body), arguments, place)
        }
    }

    /// An operator of a list of arguments, all of which are always evaluated, in their order.
    static func nary(
        _ name: String, _ count: ClosedRange<Int>,
        _ body: @escaping @Sendable ([Datum], inout Run) throws(Failure) -> Datum
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: count, of: name, place)
            return try compiler.fold(Call(arguments: arguments, body: body), arguments, place)
        }
    }

    /// An operator whose argument is a document of named arguments, all of which are always evaluated, in the order of
    /// this list; those left out are missing.
    static func named(
        _ name: String, required: [String], optional: [String] = [],
        _ body: @escaping @Sendable ([Datum], inout Run) throws(Failure) -> Datum
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.namedArguments(argument, required, optional, of: name, place)
            let expressions = (required + optional).map { arguments[$0] ?? Constant(datum: .missing) }
            return try compiler.fold(Call(arguments: expressions, body: body), expressions, place)
        }
    }
}

private struct Unary: Expression {
    let argument: any Expression
    let body: @Sendable (Datum) throws(Failure) -> Datum

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        return try body(try argument.value(&run))
    }
}

private struct Binary: Expression {
    let left: any Expression
    let right: any Expression
    let body: @Sendable (Datum, Datum) throws(Failure) -> Datum

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let first = try left.value(&run)
        return try body(first, try right.value(&run))
    }
}

private struct Call: Expression {
    let arguments: [any Expression]
    let body: @Sendable ([Datum], inout Run) throws(Failure) -> Datum

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + arguments.count)
        var data: [Datum] = []
        data.reserveCapacity(arguments.count)
        for argument in arguments { data.append(try argument.value(&run)) }
        return try body(data, &run)
    }
}
