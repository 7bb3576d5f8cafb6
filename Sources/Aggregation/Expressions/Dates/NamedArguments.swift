import Documents

/// The arguments of an operator that has names for them and decides itself which of them are evaluated, in which order.
struct NamedArguments {
    private let expressions: [String: any Expression]

    fileprivate init(_ expressions: [String: any Expression]) { self.expressions = expressions }

    /// An argument, nil where it was left out.
    func optional(_ name: String) -> (any Expression)? { expressions[name] }

    /// An argument, missing where it was left out.
    func required(_ name: String) -> any Expression { expressions[name] ?? Constant(datum: .missing) }

    /// The argument `timezone`.
    var zone: ZoneArgument { ZoneArgument(expressions["timezone"]) }

    /// All of them.
    fileprivate var all: [any Expression] { Array(expressions.values) }
}

extension Operator {
    /// An operator whose argument is an object of named arguments.
    static func selective<Made: Expression>(
        _ name: String, required: [String], optional: [String] = [],
        _ make: @escaping @Sendable (NamedArguments) -> Made
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = NamedArguments(
                try compiler.namedArguments(argument, required, optional, of: name, place))
            return try compiler.fold(make(arguments), arguments.all, place)
        }
    }
}
