/// An instant as days since noon UTC of 1 January 4713 BC, the time that alerts carry.
///
/// A Double of this size resolves about 40 µs.
public struct JulianDate: Equatable, Hashable, Comparable, Sendable {
    /// The Julian date of 1970-01-01T00:00:00Z.
    public static let unixEpoch = 2_440_587.5

    /// The modified Julian date is the Julian date minus this.
    public static let modifiedOffset = 2_400_000.5

    /// Days and fraction; may be any Double, since it comes from packets.
    public let days: Double

    /// Takes a Julian date in days.
    public init(days: Double) { self.days = days }

    /// Takes a modified Julian date in days.
    public init(modified days: Double) { self.days = days + JulianDate.modifiedOffset }

    /// The Julian date of an instant.
    public init(_ time: UTCTime) {
        days = JulianDate.unixEpoch + Double(time.milliseconds) / Double(UTCTime.millisecondsPerDay)
    }

    /// The modified Julian date in days.
    public var modified: Double { days - JulianDate.modifiedOffset }

    /// The instant, to the nearest millisecond; nil when the date is not finite or farther than the years
    /// −9999…9999.
    public var time: UTCTime? {
        let milliseconds = (days - JulianDate.unixEpoch) * Double(UTCTime.millisecondsPerDay)
        guard milliseconds.magnitude < 3.7e14 else { return nil }
        return UTCTime(milliseconds: Int64(milliseconds.rounded()))
    }

    /// Whether one date is earlier.
    public static func < (left: JulianDate, right: JulianDate) -> Bool { left.days < right.days }
}
