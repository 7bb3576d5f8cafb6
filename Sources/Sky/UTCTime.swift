/// An instant in milliseconds of unix time (UTC without leap seconds), the resolution of a BSON date.
public struct UTCTime: Equatable, Hashable, Comparable, Sendable {
    /// 86,400,000.
    public static let millisecondsPerDay: Int64 = 86_400_000

    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    public let milliseconds: Int64

    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Takes seconds since 1970-01-01T00:00:00Z, to the nearest millisecond; nil when they are not finite or too
    /// many.
    public init?(seconds: Double) {
        guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()) else { return nil }
        self.milliseconds = milliseconds
    }

    /// The start of a calendar day; nil when there is no such day (30 February) or the year is not −9999…9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (-9999...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        milliseconds = daysSinceEpoch(year: year, month: month, day: day) * UTCTime.millisecondsPerDay
        let date = calendar
        guard date.month == month, date.day == day else { return nil }
    }

    /// Year, month 1…12 and day 1…31 of this instant in the proleptic Gregorian calendar.
    public var calendar: (year: Int, month: Int, day: Int) { calendarDay(daysSinceEpoch: wholeDays) }

    /// The UTC day as `20260131`, the form in survey topics.
    public var compactDate: String {
        let date = calendar
        return padded(date.year, 4) + padded(date.month, 2) + padded(date.day, 2)
    }

    /// The first instant of the next UTC day.
    public var nextMidnight: UTCTime {
        let (start, overflow) = (wholeDays + 1).multipliedReportingOverflow(by: UTCTime.millisecondsPerDay)
        return UTCTime(milliseconds: overflow ? .max : start)
    }

    /// This instant as `2026-01-31T23:59:59.123Z`.
    public var iso8601: String {
        let date = calendar
        let rest = Int(milliseconds &- wholeDays &* UTCTime.millisecondsPerDay)
        let seconds = rest / 1000
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(rest % 1000, 3))Z"
    }

    /// Days since the epoch, rounded down.
    private var wholeDays: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: UTCTime.millisecondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Whether one instant is earlier.
    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds < right.milliseconds }
}

/// Days from 1970-01-01 to a calendar day, by counting years that start on 1 March, so that the leap day is
/// the last of its year and months follow the pattern 31 30 31 30 31 (153 days in five months).
private func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = month > 2 ? month - 3 : month + 9
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * daysPerEra + dayOfEra - daysFromMarchOfYear0)
}

/// The calendar day that lies so many days after 1970-01-01; the inverse of `daysSinceEpoch`.
private func calendarDay(daysSinceEpoch days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(days) + daysFromMarchOfYear0
    let era = (shifted >= 0 ? shifted : shifted - (daysPerEra - 1)) / daysPerEra
    let dayOfEra = shifted - era * daysPerEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}

/// Days in 400 Gregorian years.
private let daysPerEra = 146_097

/// Days from 0000-03-01 to 1970-01-01.
private let daysFromMarchOfYear0 = 719_468

/// A number with leading zeros, and a minus before them where it is negative.
private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value.magnitude)
    return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
}
