/// `$dateToString`. Format and zone are looked at even where the date is null; a null date gives `onNull`, or null.
struct DateToString: Expression {
    private let date: any Expression
    private let format: FormatArgument
    private let zone: ZoneArgument
    private let onNull: (any Expression)?

    static let named = Operator.selective(
        "$dateToString", required: ["date"], optional: ["format", "timezone", "onNull"]
    ) { DateToString($0) }

    private init(_ arguments: NamedArguments) {
        date = arguments.required("date")
        format = FormatArgument(arguments.optional("format"), allowed: DateFormat.written, code: 18533)
        zone = arguments.zone
        onNull = arguments.optional("onNull")
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(4)
        let datum = try date.value(&run)
        let format = try format.outcome(&run)
        let zone = try zone.zone(&run)
        if datum.isNullish { return try onNull?.value(&run) ?? .null }
        guard let zone else { return .null }
        switch format {
        case .null: return .null
        case .absent: return try text(of: datum, .iso8601, zone, &run)
        case .format(let format): return try text(of: datum, format, zone, &run)
        }
    }

    private func text(
        of datum: Datum, _ format: DateFormat, _ zone: Zone, _ run: inout Run
    ) throws(Failure) -> Datum {
        let time = try LocalTime(datum.instant(for: "$dateToString"), in: zone)
        return .string(try format.text(of: time, in: zone, &run))
    }
}
