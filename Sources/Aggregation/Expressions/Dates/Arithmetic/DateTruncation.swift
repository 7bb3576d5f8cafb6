import Documents

/// `$dateTrunc`: the beginning of the bin that a date lies in. Bins are counted from the year 2000 in the time zone.
struct DateTruncation: Expression {
    private let date: any Expression
    private let unit: any Expression
    private let binSize: (any Expression)?
    private let zone: ZoneArgument
    private let startOfWeek: (any Expression)?

    static let named = Operator.selective(
        "$dateTrunc", required: ["date", "unit"], optional: ["binSize", "timezone", "startOfWeek"]
    ) { DateTruncation($0) }

    private init(_ arguments: NamedArguments) {
        date = arguments.required("date")
        unit = arguments.required("unit")
        binSize = arguments.optional("binSize")
        zone = arguments.zone
        startOfWeek = arguments.optional("startOfWeek")
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(5)
        let date = try date.value(&run)
        if date.isNullish { return .null }
        let unit = try unit.value(&run)
        if unit.isNullish { return .null }
        var size = Datum.int32(1)
        if let binSize {
            size = try binSize.value(&run)
            if size.isNullish { return .null }
        }
        var firstDay = Datum.string("sunday")
        if let startOfWeek, unit.string == DateUnit.week.rawValue {
            firstDay = try startOfWeek.value(&run)
            if firstDay.isNullish { return .null }
        }
        guard let zone = try zone.zone(&run) else { return .null }
        let instant = try date.instant(for: "$dateTrunc", code: 5_439_012)
        let unitOfTime = try DateUnit(unit, codes: (5_439_013, 5_439_014))
        let bin = try size.integer("binSize", code: 5_439_017)
        guard bin > 0 else { throw .error(code: 5_439_018, "'binSize' must be greater than 0, not \(bin)") }
        let weekday = unitOfTime == .week ? try DateUnit.weekday(firstDay, codes: (5_439_015, 5_439_016)) : 7
        return .datetime(try Self.start(ofBin: bin, unitOfTime, around: instant, in: zone, weekday))
    }

    /// 2000-01-01, a Saturday, days since 1970.
    private static let reference = CalendarTime.days(2000, 1, 1)

    private static func start(
        ofBin size: Int64, _ unit: DateUnit, around instant: Int64, in zone: Zone, _ firstWeekday: Int
    ) throws(Failure) -> Int64 {
        // The first day of a week is the first one from the reference on.
        let delay = unit == .week ? (firstWeekday - LocalTime.weekday(of: reference) + 7) % 7 : 0
        let midnight = reference * LocalTime.secondsPerDay
        let origin = midnight - (try zone.offset(at: midnight)) + delay * LocalTime.secondsPerDay
        let originMilliseconds = try DateAddition.milliseconds(origin, 0)
        if unit == .millisecond || unit.seconds != nil {
            let (width, overflows) = size.multipliedReportingOverflow(by: Int64(unit.seconds ?? 0) * 1000)
            guard !overflows else { throw .error(code: 5_439_002, "a bin of \(size) \(unit) is too large") }
            return try start(ofBin: unit == .millisecond ? size : width, around: instant, originMilliseconds)
        }
        guard size <= 100_000_000_000 else {
            throw .error(code: 5_439_006, "a bin of \(size) \(unit) is too large")
        }
        let time = try LocalTime(instant, in: zone)
        let first = try LocalTime(originMilliseconds, in: zone)
        let count = DateDifference.count(unit, from: first, to: time, firstWeekday)
        let (_, remainder) = count.flooredDivision(by: Int(size))
        return try DateAddition.sum(originMilliseconds, Int64(count - remainder), unit, in: zone)
    }

    private static func start(ofBin width: Int64, around instant: Int64, _ origin: Int64) throws(Failure)
        -> Int64
    {
        let (distance, overflows) = instant.subtractingReportingOverflow(origin)
        guard !overflows else { throw .error(code: 5_439_000, "the date lies too far away") }
        let (_, remainder) = Int(distance).flooredDivision(by: Int(width))
        let (start, overflowsToo) = instant.subtractingReportingOverflow(Int64(remainder))
        guard !overflowsToo else { throw .error(code: 5_439_001, "the date lies too far away") }
        return start
    }
}
