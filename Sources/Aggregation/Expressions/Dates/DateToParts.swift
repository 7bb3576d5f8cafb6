/// `$dateToParts`.
struct DateToParts: Expression {
    private let date: any Expression
    private let zone: ZoneArgument
    private let iso8601: (any Expression)?

    static let named = Operator.selective(
        "$dateToParts", required: ["date"], optional: ["timezone", "iso8601"]
    ) { DateToParts($0) }

    private static let calendar: [(Name, DatePart)] =
        [(Name("year"), .year), (Name("month"), .month), (Name("day"), .dayOfMonth)] + clock
    private static let weeks: [(Name, DatePart)] =
        [
            (Name("isoWeekYear"), .isoWeekYear), (Name("isoWeek"), .isoWeek),
            (Name("isoDayOfWeek"), .isoDayOfWeek),
        ]
        + clock
    private static let clock: [(Name, DatePart)] = [
        (Name("hour"), .hour), (Name("minute"), .minute), (Name("second"), .second),
        (Name("millisecond"), .millisecond),
    ]

    private init(_ arguments: NamedArguments) {
        date = arguments.required("date")
        zone = arguments.zone
        iso8601 = arguments.optional("iso8601")
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(8)
        let datum = try date.value(&run)
        guard let zone = try zone.zone(&run) else { return .null }
        var parts = Self.calendar
        if let iso8601 {
            switch try iso8601.value(&run) {
            case .missing, .null, .undefined: return .null
            case .bool(let isWanted): if isWanted { parts = Self.weeks }
            case .later: throw .later
            case let other:
                throw .error(code: 40521, "'iso8601' must be a bool, not a value of type \(other.typeName)")
            }
        }
        if datum.isNullish { return .null }
        let time = try LocalTime(datum.instant(for: "$dateToParts"), in: zone)
        try run.hold(32 * parts.count)
        return .document(
            Record(
                parts.map { name, part in
                    Record.Member(name, .int32(Int32(truncatingIfNeeded: part.number(of: time))))
                }))
    }
}
