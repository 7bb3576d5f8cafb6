/// A time zone as MongoDB knows it.
enum Zone: Sendable {
    /// So many seconds east of Greenwich at all times.
    case fixed(Int)
    /// The one called `UTC`.
    case universal
    case named(NamedZone)

    /// Where no zone is given.
    static let utc = Zone.fixed(0)

    /// The zone that `UTC`, `America/New_York`, `+05:30`, `+0530` or `+05` means; upper and lower case differ.
    init(_ identifier: String) throws(Failure) {
        if identifier == "UTC" {
            self = .universal
        } else if let zone = try NamedZone(identifier) {
            self = .named(zone)
        } else if let offset = Self.offset(identifier) {
            self = .fixed(offset)
        } else {
            throw .error(code: 40485, "there is no time zone \(identifier)")
        }
    }

    /// Whether it is none or an offset of zero: only then may a text that is read have a zone of its own.
    var isNone: Bool { if case .fixed(0) = self { true } else { false } }

    /// Seconds east of Greenwich at an instant, seconds since 1970.
    @inline(__always)
    func offset(at instant: Int) throws(Failure) -> Int {
        switch self {
        case .fixed(let offset): offset
        case .universal: 0
        case .named(let zone): try zone.offset(at: instant)
        }
    }

    /// The instant, seconds since 1970, at which clocks show a local time.
    ///
    /// What clocks never show, because they are put forward, is read with the offset from before. What they show twice
    /// is the first one, except where that would change from standard time at `reference` to daylight saving time.
    /// - Parameters:
    ///   - local: the local time as if it were UTC, seconds since 1970, less than 2^60.
    ///   - reference: the instant that the local time was computed from.
    func instant(showing local: Int, reference: Int) throws(Failure) -> Int {
        switch self {
        case .fixed(let offset): local - offset
        case .universal: local
        case .named(let zone): try zone.instant(showing: local, reference: reference)
        }
    }

    /// Seconds of `+05:30`, `+0530` or `+05`.
    private static func offset(_ text: String) -> Int? {
        var digits = Array(text.utf8)
        guard let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return nil
        }
        digits.removeFirst()
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 2 || digits.count == 4,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        let minutes = digits.count == 2 ? number * 60 : number / 100 * 60 + number % 100
        return (sign == UInt8(ascii: "-") ? -minutes : minutes) * 60
    }
}
