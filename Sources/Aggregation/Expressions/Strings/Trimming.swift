import Documents

extension Operator {
    /// Which ends of a text are trimmed.
    enum Ends: Sendable {
        case left
        case right
        case both
    }

    /// What is trimmed where nothing else is said: zero, blanks of ASCII and of some of Unicode's.
    private static let blanks: Set<Unicode.Scalar> = Set(
        ["\0", " ", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{A0}", "\u{1680}"]
            + (0x2000...0x200A).compactMap { Unicode.Scalar($0 as UInt32) })

    /// `$trim`, `$ltrim` and `$rtrim`: a text without certain code points at its ends.
    static func trimming(_ name: String, _ ends: Ends) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let parts = try compiler.namedArguments(argument, ["input"], ["chars"], of: name, place)
            let input = parts["input"] ?? Constant(datum: .null)
            let trim = Trim(name: name, ends: ends, input: input, characters: parts["chars"])
            return try compiler.fold(trim, [input] + (parts["chars"].map { [$0] } ?? []), place)
        }
    }

    private struct Trim: Expression {
        let name: String
        let ends: Ends
        let input: any Expression
        let characters: (any Expression)?

        func value(_ run: inout Run) throws(Failure) -> Datum {
            try run.spend()
            let datum = try input.value(&run)
            if datum.isNullish { return .null }
            guard case .string(let text) = datum else { throw datum.refused(by: name, code: 50699) }
            var trimmed = Operator.blanks
            if let characters {
                let chosen = try characters.value(&run)
                if chosen.isNullish { return .null }
                guard case .string(let list) = chosen else { throw chosen.refused(by: name, code: 50700) }
                try run.hold(list.utf8.count)
                trimmed = Set(list.unicodeScalars)
            }
            try run.hold(text.utf8.count)
            var rest = text.unicodeScalars[...]
            if ends != .right { rest = rest.drop { trimmed.contains($0) } }
            if ends != .left {
                while let last = rest.last, trimmed.contains(last) { rest.removeLast() }
            }
            return .string(String(rest))
        }
    }
}
