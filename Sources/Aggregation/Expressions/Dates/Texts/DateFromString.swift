/// `$dateFromString`. A null text gives `onNull`, or null; a text that is no date gives `onError`, or fails.
struct DateFromString: Expression {
    private let text: any Expression
    private let format: FormatArgument
    private let zone: ZoneArgument
    private let onNull: (any Expression)?
    private let onError: (any Expression)?

    static let named = Operator.selective(
        "$dateFromString", required: ["dateString"], optional: ["timezone", "format", "onNull", "onError"]
    ) { DateFromString($0) }

    private init(_ arguments: NamedArguments) {
        text = arguments.required("dateString")
        format = FormatArgument(arguments.optional("format"), allowed: DateFormat.read, code: 40684)
        zone = arguments.zone
        onNull = arguments.optional("onNull")
        onError = arguments.optional("onError")
    }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(5)
        let datum = try text.value(&run)
        let format = try format.outcome(&run)
        let zone = try zone.zone(&run)
        if datum.isNullish { return try onNull?.value(&run) ?? .null }
        do throws(Failure) {
            let text = try datum.text("dateString", code: DateFields.code)
            guard let zone else { return .null }
            try run.spend(text.utf8.count / 8)
            try run.hold(2 * text.utf8.count)
            return try Self.date(text, format, zone)
        } catch {
            guard let onError, case .error(DateFields.code, _) = error else { throw error }
            return try onError.value(&run)
        }
    }

    private static func date(
        _ text: String, _ format: FormatArgument.Outcome, _ zone: Zone
    ) throws(Failure) -> Datum {
        var reader = try DateReader(text)
        switch format {
        case .null: return .null
        case .absent: try reader.readISO8601()
        case .format(let format): try reader.read(format)
        }
        return .datetime(try reader.fields.instant(in: zone, text))
    }
}
