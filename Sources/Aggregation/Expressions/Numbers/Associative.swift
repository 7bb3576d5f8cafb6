import Documents

/// A call of an operator whose arguments may be grouped in any way, such as `$add` and `$concat`.
protocol Associative: Expression {
    /// The operator's name.
    static var name: String { get }
    /// Whether the order of arguments does not matter either.
    static var isCommutative: Bool { get }
    /// Whether a single argument may be a list of the arguments; then it must stay alone.
    static var takesOneList: Bool { get }
    /// The arguments.
    var parts: [any Expression] { get }
    /// A call with these arguments.
    init(parts: [any Expression])
}

extension Associative {
    static var takesOneList: Bool { false }

    /// Whether its arguments may be put together with others.
    fileprivate static func isOpen(_ parts: [any Expression]) -> Bool { !takesOneList || parts.count != 1 }
}

extension Compiler {
    /// A call whose arguments are put together as MongoDB's optimizer does it, which shows in the last digits of sums
    /// and in what fails: arguments of a call of the same operator inside are taken for its own; neighbouring constants
    /// become one, and where the order does not matter all constants become one at the end.
    func regrouped<Call: Associative>(
        _ arguments: [any Expression], as call: Call.Type, _ place: Place
    ) throws(CompileError) -> any Expression {
        guard isFolding else { return Call(parts: arguments) }
        if !Call.isOpen(arguments) || arguments.allSatisfy({ $0 is Constant }) {
            return try fold(Call(parts: arguments), arguments, place)
        }
        var parts: [any Expression] = []
        var constants: [any Expression] = []
        let flat = arguments.flatMap { argument in
            guard let call = argument as? Call, Call.isOpen(call.parts) else { return [argument] }
            return call.parts
        }
        for part in flat {
            if part is Constant {
                constants.append(part)
                continue
            }
            if !Call.isCommutative { try flush(&constants, into: &parts, as: call, place) }
            parts.append(part)
        }
        try flush(&constants, into: &parts, as: call, place)
        return Call(parts: parts)
    }

    private func flush<Call: Associative>(
        _ constants: inout [any Expression], into parts: inout [any Expression], as call: Call.Type,
        _ place: Place
    ) throws(CompileError) {
        if constants.count > 1 {
            parts.append(try fold(Call(parts: constants), constants, place))
        } else {
            parts += constants
        }
        constants = []
    }
}

extension Operator {
    /// An operator of any number of arguments that may be grouped in any way.
    static func associative<Call: Associative>(_ call: Call.Type) -> Operator {
        Operator(Call.name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 0...Int.max, of: Call.name, place)
            return try compiler.regrouped(arguments, as: call, place)
        }
    }
}
