import Documents

/// What a date can be taken apart into.
enum DatePart: String, CaseIterable, Sendable {
    case year, month, dayOfMonth, dayOfWeek, dayOfYear, hour, minute, second, millisecond
    case week, isoWeek, isoWeekYear, isoDayOfWeek

    /// The part of a local time. The year of an ISO week is an int64 in MongoDB, all others are int32.
    @inline(__always)
    func datum(of time: LocalTime) -> Datum {
        if self == .isoWeekYear { return .int64(Int64(time.isoWeek.year)) }
        return .int32(Int32(truncatingIfNeeded: number(of: time)))
    }

    /// The part of a local time as a number: years are within ±292,277,023.
    func number(of time: LocalTime) -> Int {
        switch self {
        case .year: time.date.year
        case .month: time.date.month
        case .dayOfMonth: time.date.day
        case .dayOfWeek: time.weekday % 7 + 1
        case .dayOfYear: time.dayOfYear
        case .hour: time.hour
        case .minute: time.minute
        case .second: time.second
        case .millisecond: time.millisecond
        case .week: time.week
        case .isoWeek: time.isoWeek.week
        case .isoWeekYear: time.isoWeek.year
        case .isoDayOfWeek: time.weekday
        }
    }

    /// `$hour` and the like. The argument is a date, or an object of a date and a time zone.
    var `operator`: Operator {
        let name = "$" + rawValue
        return Operator(name) { compiler, argument, place throws(CompileError) in
            var zone: (any Expression)?
            let date: any Expression
            if case .document(let document) = argument, !document.isExpression {
                let arguments = try compiler.namedArguments(argument, ["date"], ["timezone"], of: name, place)
                date = arguments["date"] ?? Constant(datum: .missing)
                zone = arguments["timezone"]
            } else {
                date = try compiler.arguments(argument, count: 1...1, of: name, place)[0]
            }
            return try compiler.fold(
                PartOfDate(date: date, zone: ZoneArgument(zone), part: self),
                [date] + (zone.map { [$0] } ?? []),
                place)
        }
    }
}

extension Document {
    /// Whether it is an operator with its arguments rather than an object of named ones.
    fileprivate var isExpression: Bool {
        for element in elements { return element.key.utf8.first == UInt8(ascii: "$") }
        return false
    }
}

/// One of the operators of `DatePart`. What is null gives null.
private struct PartOfDate: Expression {
    let date: any Expression
    let zone: ZoneArgument
    let part: DatePart

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let datum = try date.value(&run)
        if datum.isNullish { return .null }
        let instant = try datum.instant(for: "$" + part.rawValue)
        guard let zone = try zone.zone(&run) else { return .null }
        return part.datum(of: try LocalTime(instant, in: zone))
    }
}
