import Documents

/// `$dateAdd` and `$dateSubtract`.
struct DateAddition: Expression {
    private let start: any Expression
    private let unit: any Expression
    private let amount: any Expression
    private let zone: ZoneArgument
    private let name: String
    private let isSubtraction: Bool

    static let named = [make("$dateAdd", false), make("$dateSubtract", true)]

    private static func make(_ name: String, _ isSubtraction: Bool) -> Operator {
        .selective(name, required: ["startDate", "unit", "amount"], optional: ["timezone"]) { arguments in
            DateAddition(
                start: arguments.required("startDate"), unit: arguments.required("unit"),
                amount: arguments.required("amount"), zone: arguments.zone, name: name,
                isSubtraction: isSubtraction)
        }
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(4)
        let start = try start.value(&run)
        if start.isNullish { return .null }
        let unit = try unit.value(&run)
        if unit.isNullish { return .null }
        let amount = try amount.value(&run)
        if amount.isNullish { return .null }
        guard let zone = try zone.zone(&run) else { return .null }
        let instant = try start.instant(for: name, code: 5_166_403)
        let unitOfTime = try DateUnit(unit, codes: (5_166_404, 9))
        let number = try amount.integer("amount", code: 5_166_405)
        guard !isSubtraction || number != .min else {
            throw .error(code: 6_045_000, "$dateSubtract cannot subtract \(number)")
        }
        return .datetime(try Self.sum(instant, isSubtraction ? -number : number, unitOfTime, in: zone))
    }

    /// An instant some units later, milliseconds since 1970.
    ///
    /// Units of the clock are as long everywhere; days and longer ones keep what clocks in the zone show. Where a
    /// month is too short the day is its last one. Before 1970 MongoDB 6.0 loses a second of a date that has
    /// milliseconds, unless these are added: it takes them for negative, and the second they belong to for the one
    /// before.
    static func sum(_ instant: Int64, _ amount: Int64, _ unit: DateUnit, in zone: Zone) throws(Failure)
        -> Int64
    {
        if unit == .millisecond {
            let (sum, overflows) = instant.addingReportingOverflow(amount)
            guard !overflows else { throw .error(code: 159, "the date lies too far away") }
            return sum
        }
        guard amount.magnitude < bound(unit) else {
            throw .error(code: 5_976_500, "\(amount) \(unit) is too much to be added to a date")
        }
        let count = Int(amount)
        let start = try LocalTime(instant, in: zone)
        let lost = instant < 0 && start.millisecond != 0 ? 1 : 0
        if let seconds = unit.seconds {
            return try milliseconds(start.instant - lost + count * seconds, start.millisecond)
        }
        let days: Int
        if let months = unit.months {
            days = later(count * months, than: start, lost)
        } else {
            days = unit == .week ? count * 7 : count
        }
        // Not the same as reckoning with local times where these are shown twice.
        if days == 0 { return try milliseconds(start.instant - lost, start.millisecond) }
        let local = start.seconds - lost + days * LocalTime.secondsPerDay
        guard local.magnitude < 1 << 54 else { throw .error(code: 5_166_406, "the date lies too far away") }
        let sum = try zone.instant(showing: local, reference: start.instant)
        return try milliseconds(sum, start.millisecond)
    }

    /// How many days later a time is so many months later.
    private static func later(_ months: Int, than start: LocalTime, _ lost: Int) -> Int {
        var (date, today) = (start.date, start.days)
        let isAdjusted = date.day > 28 || start.offset != 0
        if !isAdjusted, lost != 0 {
            // The months are added behind the second's loss, which may have been the day's first one.
            date = CalendarTime(seconds: start.seconds - lost, millisecond: 0)
            today = (start.seconds - lost).flooredDivision(by: LocalTime.secondsPerDay).quotient
        }
        let (years, rest) = (date.month - 1 + months).flooredDivision(by: 12)
        let (year, month) = (date.year + years, rest + 1)
        let day = isAdjusted ? min(date.day, CalendarTime.daysIn(month, of: year)) : date.day
        return CalendarTime.days(year, month, 1) + day - 1 - today
    }

    /// Milliseconds of seconds and milliseconds.
    static func milliseconds(_ seconds: Int, _ rest: Int) throws(Failure) -> Int64 {
        let (product, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1000)
        let (sum, overflowsToo) = product.addingReportingOverflow(Int64(rest))
        guard !overflows, !overflowsToo else { throw .error(code: 5_166_406, "the date lies too far away") }
        return sum
    }

    /// The amount from which on MongoDB does not begin to reckon: about twice what dates can differ by.
    private static func bound(_ unit: DateUnit) -> UInt64 {
        let days = UInt64.max / 86_400_000 + 1
        let years = days / 365 + 1
        return switch unit {
        case .year: years
        case .quarter: years * 4
        case .month: years * 12
        case .week: days / 7
        case .day: days
        case .hour: days * 24
        case .minute: days * 24 * 60
        case .second, .millisecond: days * 24 * 3600
        }
    }
}
