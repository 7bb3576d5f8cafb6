import Documents

extension Operator {
    /// Operators of regular expressions.
    static let patterns: [Operator] = [
        pattern("$regexMatch", empty: .bool(false)) { search, run throws(Failure) in
            .bool(try search.pattern.matches(search.input, &run))
        },
        pattern("$regexFind", empty: .null) { search, run throws(Failure) in
            try search.next(&run)?.datum ?? .null
        },
        pattern("$regexFindAll", empty: .array(List([Datum]()))) { search, run throws(Failure) in
            .array(List(try search.all(&run)))
        },
    ]

    /// An operator that looks for a regular expression in a string.
    /// - Parameter empty: its value where the string or the expression is null or missing.
    private static func pattern(
        _ name: String, empty: @escaping @Sendable @autoclosure () -> Datum,
        _ body: @escaping @Sendable (inout PatternSearch, inout Run) throws(Failure) -> Datum
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let given = try compiler.namedArguments(
                argument, ["input", "regex"], ["options"], of: name, place)
            let missing = Constant(datum: .missing)
            let (input, regex) = (given["input"] ?? missing, given["regex"] ?? missing)
            let options = given["options"] ?? missing
            var pattern: PatternSource?
            if let regex = regex as? Constant, let options = options as? Constant {
                do throws(Failure) {
                    pattern = try PatternSource(regex.datum, options.datum, isKept: true, name)
                } catch {
                    switch error {
                    case .unsupported(let what): throw CompileError(.unsupported, place, what)
                    case .error(_, let reason), .exhausted(let reason):
                        throw CompileError(.invalid, place, reason)
                    case .later: pattern = nil
                    }
                }
            }
            let search = PatternExpression(
                name: name, input: input, regex: regex, options: options, compiled: pattern, empty: empty,
                body: body)
            return try compiler.fold(search, [input, regex, options], place)
        }
    }
}

/// `$regexMatch`, `$regexFind` or `$regexFindAll`.
private struct PatternExpression: Expression {
    let name: String
    let input: any Expression
    let regex: any Expression
    let options: any Expression
    /// The pattern, where it is the same for every document.
    let compiled: PatternSource?
    let empty: @Sendable () -> Datum
    let body: @Sendable (inout PatternSearch, inout Run) throws(Failure) -> Datum

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let text = try input.value(&run)
        var source = compiled
        if source == nil {
            let (regex, options) = (try regex.value(&run), try options.value(&run))
            // Compiling takes about as long as matching against a text that is 100 times as long.
            try run.spend(100 + 6 * (regex.string?.utf8.count ?? 0))
            try checkInput(text)
            source = try PatternSource(regex, options, isKept: false, name)
        } else {
            try checkInput(text)
        }
        guard case .string(let input) = text, let pattern = source?.pattern else { return empty() }
        var search = PatternSearch(pattern: pattern, input: input)
        return try body(&search, &run)
    }

    private func checkInput(_ text: Datum) throws(Failure) {
        switch text {
        case .string, .null, .missing, .undefined: return
        case .later: throw .later
        default: throw .error(code: 51104, "\(name) needs a string as input, not \(text.typeName)")
        }
    }
}

/// The pattern that the arguments of an operator mean; none where the regular expression is null or missing.
private struct PatternSource: Sendable {
    let pattern: Pattern?

    init(_ regex: Datum, _ options: Datum, isKept: Bool, _ name: String) throws(Failure) {
        var letters: String?
        switch options {
        case .string(let given): letters = given
        case .null, .missing, .undefined: letters = nil
        case .later: throw .later
        default: throw .error(code: 51106, "\(name) needs a string as options, not \(options.typeName)")
        }
        let text: String?
        switch regex {
        case .string(let given): text = given
        case .other(.regularExpression(let given, let own)):
            text = given
            if letters != nil, !own.isEmpty {
                throw .error(code: 51107, "\(name) has options in two places")
            }
            letters = letters ?? own
        case .null, .missing, .undefined: text = nil
        case .later: throw .later
        default: throw .error(code: 51105, "\(name) needs a regular expression, not \(regex.typeName)")
        }
        do {
            // Without a pattern the options must be right all the same.
            _ = try Pattern.bits(of: letters ?? "")
            if let text {
                pattern = try Pattern(text, options: letters ?? "", isKept: isKept)
            } else {
                pattern = nil
            }
        } catch {
            switch error {
            case .invalid(let code, let reason): throw .error(code: code == 51091 ? 51111 : code, reason)
            case .unsupported(let what): throw .unsupported(what)
            }
        }
    }
}
