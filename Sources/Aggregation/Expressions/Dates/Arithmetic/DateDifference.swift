import Documents

/// `$dateDiff`: how many boundaries of a unit lie between two dates.
struct DateDifference: Expression {
    private let start: any Expression
    private let end: any Expression
    private let unit: any Expression
    private let zone: ZoneArgument
    private let startOfWeek: (any Expression)?

    static let named = Operator.selective(
        "$dateDiff", required: ["startDate", "endDate", "unit"], optional: ["timezone", "startOfWeek"]
    ) { DateDifference($0) }

    private init(_ arguments: NamedArguments) {
        start = arguments.required("startDate")
        end = arguments.required("endDate")
        unit = arguments.required("unit")
        zone = arguments.zone
        startOfWeek = arguments.optional("startOfWeek")
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(5)
        let start = try start.value(&run)
        if start.isNullish { return .null }
        let end = try end.value(&run)
        if end.isNullish { return .null }
        let unit = try unit.value(&run)
        if unit.isNullish { return .null }
        var firstDay = Datum.string("sunday")
        if let startOfWeek, unit.string == DateUnit.week.rawValue {
            firstDay = try startOfWeek.value(&run)
            if firstDay.isNullish { return .null }
        }
        guard let zone = try zone.zone(&run) else { return .null }
        let first = try start.instant(for: "$dateDiff", code: 5_166_307)
        let second = try end.instant(for: "$dateDiff", code: 5_166_307)
        let unitOfTime = try DateUnit(unit, codes: (5_439_013, 5_439_014))
        if unitOfTime == .millisecond {
            let (difference, overflows) = second.subtractingReportingOverflow(first)
            guard !overflows else { throw .error(code: 5_166_308, "the dates lie too far apart") }
            return .int64(difference)
        }
        let weekday = unitOfTime == .week ? try DateUnit.weekday(firstDay, codes: (5_439_015, 5_439_016)) : 7
        let difference = Self.count(
            unitOfTime, from: try LocalTime(first, in: zone), to: try LocalTime(second, in: zone), weekday)
        return .int64(Int64(difference))
    }

    /// The boundaries between two local times.
    /// - Parameter firstWeekday: Monday is 1.
    static func count(
        _ unit: DateUnit, from start: LocalTime, to end: LocalTime, _ firstWeekday: Int
    ) -> Int {
        let days = end.days - start.days
        switch unit {
        case .year: return end.date.year - start.date.year
        case .quarter: return (months(end) / 3) - (months(start) / 3) + 4 * (end.date.year - start.date.year)
        case .month: return months(end) - months(start) + 12 * (end.date.year - start.date.year)
        case .week:
            return (days + weekday(start, firstWeekday) - weekday(end, firstWeekday)) / 7
        case .day: return days
        case .hour: return days * 24 + end.hour - start.hour + (start.offset - end.offset) / 3600
        case .minute:
            let hours = days * 24 + end.hour - start.hour
            return hours * 60 + end.minute - start.minute + (start.offset - end.offset) / 60
        case .second, .millisecond: return end.instant - start.instant
        }
    }

    /// Months of the year that are over.
    private static func months(_ time: LocalTime) -> Int { time.date.month - 1 }

    /// Days since the week began.
    private static func weekday(_ time: LocalTime, _ first: Int) -> Int { (time.weekday - first + 7) % 7 }
}
