import Documents

/// An accumulator of `$group`, compiled.
struct Accumulator: Sendable {
    /// What it takes of each document.
    let input: any Expression
    /// A new accumulation for a group whose `_id` is the run's document.
    let begin: @Sendable (_ run: inout Run) throws(Failure) -> any Accumulation
}

/// What an accumulator has gathered of one group. Belongs to one run.
protocol Accumulation: AnyObject {
    /// Takes the next document's value; the document itself is the run's.
    func add(_ datum: Datum, _ run: inout Run) throws(Failure)

    /// What was gathered.
    func result(_ run: inout Run) throws(Failure) -> Datum
}

extension Compiler {
    /// Compiles `{$sum: …}`.
    mutating func accumulator(
        of name: String, _ document: Document, _ place: Place
    ) throws(CompileError) -> Accumulator {
        let inner = place.at(name)
        guard let argument = document.elements.first(where: { _ in true })?.value,
            name.utf8.first == UInt8(ascii: "$")
        else { throw CompileError(.invalid, place, "must be an accumulator") }
        guard document.keys.count == 1 else {
            throw CompileError(.invalid, place, "must be one accumulator")
        }
        if let make = Self.simpleAccumulators[name] {
            if case .array = argument { throw CompileError(.invalid, inner, "takes one argument") }
            let input = try expression(argument, inner)
            return Accumulator(input: input) { _ in make() }
        }
        switch name {
        case "$count":
            guard case .document(let nothing) = argument, nothing.isEmpty else {
                throw CompileError(.invalid, inner, "takes no argument: {}")
            }
            return Accumulator(input: Constant(datum: .int32(1))) { _ in Adding() }
        case "$firstN", "$lastN", "$minN", "$maxN": return try counted(name, argument, inner)
        case "$top", "$bottom", "$topN", "$bottomN": return try ranked(name, argument, inner)
        case "$accumulator", "$_internalJsReduce", "$_internalConstructStats":
            throw CompileError(.unsupported, place, "accumulator \(name)")
        default: throw CompileError(.invalid, place, "there is no accumulator \(name)")
        }
    }

    /// Accumulators of one argument.
    static let simpleAccumulators: [String: @Sendable () -> any Accumulation] = [
        "$sum": { Adding() },
        "$avg": { Averaging() },
        "$stdDevPop": { Deviating(isSample: false) },
        "$stdDevSamp": { Deviating(isSample: true) },
        "$min": { Extreme(sense: 1) },
        "$max": { Extreme(sense: -1) },
        "$first": { End(isFirst: true) },
        "$last": { End(isFirst: false) },
        "$push": { Pushing() },
        "$addToSet": { Collecting() },
        "$mergeObjects": { Merging() },
    ]

    private mutating func counted(
        _ name: String, _ argument: Value, _ place: Place
    ) throws(CompileError) -> Accumulator {
        let given = try namedArguments(argument, ["n", "input"], [], of: name, place)
        guard let input = given["input"], let count = given["n"] else {
            throw CompileError(.invalid, place, "\(name) needs n and input")
        }
        return Accumulator(input: input) { run throws(Failure) in
            let count = try Self.checked(try count.value(&run))
            return switch name {
            case "$firstN": Several(count: count, areFirst: true)
            case "$lastN": Several(count: count, areFirst: false)
            case "$minN": Extremes(count: count, sense: 1)
            default: Extremes(count: count, sense: -1)
            }
        }
    }

    private mutating func ranked(
        _ name: String, _ argument: Value, _ place: Place
    ) throws(CompileError) -> Accumulator {
        let isSingle = !name.hasSuffix("N")
        let given = try fields(
            argument, ["sortBy", "output"] + (isSingle ? [] : ["n"]), [], of: name, place)
        let output = try expression(given["output"] ?? .null, place.at("output"))
        let pattern = try sortPattern(given["sortBy"] ?? .null, place.at("sortBy"))
        var keys: [any Expression] = []
        for part in pattern.parts {
            let path = part.path.map(\.text).joined(separator: ".")
            keys.append(try expression(.string("$" + path), place.at("sortBy")))
        }
        let parts = keys
        let count = try expression(given["n"] ?? 1, place.at("n"))
        let isTop = name.hasPrefix("$top")
        return Accumulator(input: output) { run throws(Failure) in
            Ranked(
                count: try Self.checked(try count.value(&run)), order: (pattern, parts), isTop: isTop,
                isSingle: isSingle)
        }
    }

    /// How many values are to be kept.
    private static func checked(_ datum: Datum) throws(Failure) -> Int {
        switch datum {
        case .later: throw .later
        case .other(.decimal128): throw .unsupported("decimal128")
        default: break
        }
        guard let count = datum.int64 else {
            throw .error(code: 5_787_903, "n must be a whole number, not of type \(datum.typeName)")
        }
        guard count > 0 else { throw .error(code: 5_787_908, "n must be greater than 0, not \(count)") }
        return Int(clamping: count)
    }
}
