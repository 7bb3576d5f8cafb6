import Documents

/// `$dateFromParts`: a date of year, month and day or of year, week and weekday. Numbers beyond their bounds carry over.
struct DateFromParts: Expression {
    private static let clock = ["hour", "minute", "second", "millisecond"]
    private static let calendar = ["year", "month", "day"]
    private static let weeks = ["isoWeekYear", "isoWeek", "isoDayOfWeek"]

    /// Hour, minute, second and millisecond, nil where they were left out.
    private let clock: [(any Expression)?]
    /// Year, month and day, or year, week and weekday.
    private let day: [(any Expression)?]
    private let countsWeeks: Bool
    private let zone: ZoneArgument

    static let named = Operator("$dateFromParts") { compiler, argument, place throws(CompileError) in
        let arguments = try compiler.namedArguments(
            argument, [], calendar + weeks + clock + ["timezone"], of: "$dateFromParts", place)
        let countsWeeks = arguments["isoWeekYear"] != nil
        guard countsWeeks || arguments["year"] != nil else {
            throw CompileError(.invalid, place, "$dateFromParts needs an argument year or isoWeekYear")
        }
        guard !(countsWeeks ? calendar : weeks).contains(where: { arguments[$0] != nil }) else {
            throw CompileError(.invalid, place, "$dateFromParts takes months and days or weeks, not both")
        }
        let expression = DateFromParts(
            clock: clock.map { arguments[$0] }, day: (countsWeeks ? weeks : calendar).map { arguments[$0] },
            countsWeeks: countsWeeks, zone: ZoneArgument(arguments["timezone"]))
        return try compiler.fold(expression, Array(arguments.values), place)
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(8)
        guard let hour = try part(clock[0], "hour", 0, &run),
            let minute = try part(clock[1], "minute", 0, &run),
            let second = try part(clock[2], "second", 0, isBounded: false, &run),
            let millisecond = try part(clock[3], "millisecond", 0, isBounded: false, &run),
            let zone = try zone.zone(&run)
        else { return .null }
        let names = countsWeeks ? Self.weeks : Self.calendar
        guard let year = try part(day[0], names[0], 1970, isBounded: false, &run),
            let middle = try part(day[1], names[1], 1, &run), let third = try part(day[2], names[2], 1, &run)
        else { return .null }
        guard 1...9999 ~= year else {
            throw .error(code: countsWeeks ? 31095 : 40523, "the year \(year) is not within 1 to 9999")
        }
        let days = countsWeeks ? Self.days(year, week: middle, third) : Self.days(year, month: middle, third)
        // MongoDB reckons in microseconds.
        let (carried, rest) = millisecond.flooredDivision(by: 1000)
        let (seconds, overflows) = (carried + (days * 24 + hour) * 3600 + minute * 60)
            .addingReportingOverflow(second)
        guard !overflows, abs(millisecond / 1000) < Int.max / 1_000_000, seconds.magnitude < 1 << 54 else {
            throw .error(code: 159, "the date lies too far away")
        }
        let local = try zone.instant(showing: seconds, reference: 0)
        return .datetime(try DateAddition.milliseconds(local, rest))
    }

    private static func days(_ year: Int, month: Int, _ day: Int) -> Int {
        let (years, months) = (month - 1).flooredDivision(by: 12)
        return CalendarTime.days(year + years, months + 1, 1) + day - 1
    }

    /// The fourth of January is always in the first week.
    private static func days(_ year: Int, week: Int, _ weekday: Int) -> Int {
        let fourth = CalendarTime.days(year, 1, 4)
        return fourth - LocalTime.weekday(of: fourth) + (week - 1) * 7 + weekday
    }

    /// A part, nil where it is null.
    private func part(
        _ expression: (any Expression)?, _ name: String, _ otherwise: Int, isBounded: Bool = true,
        _ run: inout Run
    ) throws(Failure) -> Int? {
        guard let expression else { return otherwise }
        let datum = try expression.value(&run)
        if datum.isNullish { return nil }
        let number = Int(try datum.integer(name, code: 40515))
        guard !isBounded || -32_768...32_767 ~= number else {
            throw .error(code: 31034, "'\(name)' is \(number), not within -32768 to 32767")
        }
        return number
    }
}
