extension UTCTime {
    /// Reads `2026-01-31`, `2026-01-31T23:59:59.123Z`, with a space for the `T`, without seconds, with any
    /// number of decimals (cut to milliseconds) and with an offset `+01:00`; without one it is UTC.
    ///
    /// A leap second `:60` is the first second of the next minute, as unix time has it.
    ///
    /// - Throws: `SkyError` naming `time` when the text has another form or names no instant.
    public init(iso8601 text: String) throws(SkyError) {
        guard let time = UTCTime.reading(Array(text.utf8.prefix(48))), text.utf8.count <= 48 else {
            throw SkyError(
                field: "time", value: String(text.prefix(48)),
                reason: "not of the form 2026-01-31T23:59:59.123Z")
        }
        self = time
    }

    /// The instant that ASCII text names, or nil.
    private static func reading(_ text: [UInt8]) -> UTCTime? {
        var rest = text[...]
        guard let year = number(4, &rest), literal("-", &rest), let month = number(2, &rest),
            literal("-", &rest),
            let day = number(2, &rest), let midnight = UTCTime(year: year, month: month, day: day)
        else { return nil }
        if rest.isEmpty { return midnight }
        guard literal("T", &rest) || literal(" ", &rest), let hour = number(2, &rest), hour <= 23,
            literal(":", &rest), let minute = number(2, &rest), minute <= 59
        else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        if literal(":", &rest) {
            guard let second = number(2, &rest), second <= 60, let fraction = fraction(&rest) else {
                return nil
            }
            milliseconds += second * 1000 + fraction
        }
        guard let offset = offset(&rest), rest.isEmpty else { return nil }
        return UTCTime(milliseconds: midnight.milliseconds + Int64(milliseconds - offset))
    }

    /// Milliseconds from `.123456`, 0 where there is no fraction, nil for a point without digits.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard literal(".", &rest) else { return 0 }
        var milliseconds = 0
        var place = 100
        guard let first = rest.first, isDigit(first) else { return nil }
        while let byte = rest.first, isDigit(byte) {
            milliseconds += Int(byte - UInt8(ascii: "0")) * place
            place /= 10
            rest.removeFirst()
        }
        return milliseconds
    }

    /// Milliseconds east of Greenwich from `Z`, `+01:00`, `-0730` or nothing.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
        if rest.isEmpty || literal("Z", &rest) { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard literal("+", &rest) || literal("-", &rest), let hours = number(2, &rest), hours <= 23 else {
            return nil
        }
        _ = literal(":", &rest)
        guard let minutes = number(2, &rest), minutes <= 59 else { return nil }
        return (hours * 60 + minutes) * (isWest ? -60_000 : 60_000)
    }

    /// Takes exactly so many digits off the front.
    private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Takes one character off the front if it is there.
    private static func literal(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Whether a byte is one of `0`…`9`.
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
