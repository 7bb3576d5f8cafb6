import Documents

extension Operator {
    /// Operators that ask for types and change them.
    static let conversion: [Operator] = [
        .unary("$type") { .string($0.typeName) },
        .unary("$isNumber") { datum in
            switch datum {
            case .double, .int32, .int64, .other(.decimal128): .bool(true)
            default: .bool(false)
            }
        },
        short("$toBool", .bool), short("$toInt", .int32), short("$toLong", .int64),
        short("$toDouble", .double),
        short("$toString", .string), short("$toDate", .date), short("$toObjectId", .objectID),
        Operator("$convert") { compiler, argument, place throws(CompileError) in
            let parts = try compiler.namedArguments(
                argument, ["input", "to"], ["onError", "onNull"], of: "$convert", place)
            let all = ["input", "to", "onError", "onNull"].compactMap { parts[$0] }
            let null = Constant(datum: .null)
            let convert = Convert(
                input: parts["input"] ?? null, target: parts["to"] ?? null, onError: parts["onError"],
                onNull: parts["onNull"] ?? null)
            return try compiler.fold(convert, all, place)
        },
    ]

    /// `$convert` to one type, where null becomes null.
    private static func short(_ name: String, _ target: ConversionTarget) -> Operator {
        .unary(name) { datum throws(Failure) in
            datum.isNullish ? .null : try target.converted(datum)
        }
    }
}

/// `$convert`.
private struct Convert: Expression {
    let input: any Expression
    let target: any Expression
    let onError: (any Expression)?
    let onNull: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let wanted = try target.value(&run)
        let datum = try input.value(&run)
        let type = wanted.isNullish ? nil : try ConversionTarget(wanted)
        if datum.isNullish { return try onNull.value(&run) }
        guard let type else { return .null }
        do {
            return try type.converted(datum)
        } catch {
            // Only this one is an error of the value; the others are errors of the call.
            guard let onError, case .error(ConversionTarget.failure, _) = error else { throw error }
            return try onError.value(&run)
        }
    }
}
