import Documents

/// Dates as ISO 8601 texts, the forms that `$toDate` and `$toString` know.
enum DateText {
    /// What a text turned out to be.
    enum Reading: Equatable {
        /// A date, in milliseconds since 1970-01-01T00:00:00Z.
        case date(Int64)
        /// No date.
        case none
        /// MongoDB reads many other forms: `Jan 2 2024`, `2024-W01-1`, `@1234`.
        case unknown
    }

    /// From 0000-01-01 to 9999-12-31, what can be written.
    private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
    /// `2024-01-02T03:04:05.678Z`; nil outside of the years 0 to 9999.
    static func text(_ milliseconds: Int64) -> String? {
        guard writable.contains(milliseconds) else { return nil }
        let millisecond = ((milliseconds % 1000) + 1000) % 1000
        let time = CalendarTime(
            seconds: Int((milliseconds - millisecond) / 1000), millisecond: Int(millisecond))
        return padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2) + "T"
            + padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2) + "."
            + padded(time.millisecond, 3) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Reads `2024-01-02`, optionally `T` or a blank and `03:04`, `03:04:05` or `03:04:05.678`, optionally `Z`, `+01`,
    /// `+0100` or `+01:00`.
    static func date(_ text: String) -> Reading {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
            scanner.take("-"),
            let day = scanner.number(2)
        else { return otherForm(text) }
        var (hour, minute, second, microsecond) = (Int64(0), Int64(0), Int64(0), Int64(0))
        if scanner.take("T") || scanner.take("t") || scanner.isFollowedByTime {
            _ = scanner.take(" ")
            guard let hours = scanner.number(2), scanner.take(":"), let minutes = scanner.number(2) else {
                return .unknown
            }
            (hour, minute) = (hours, minutes)
            if scanner.take(":") {
                guard let seconds = scanner.number(2) else { return .unknown }
                second = seconds
                if scanner.take(".") {
                    guard let fraction = scanner.microseconds() else { return .unknown }
                    microsecond = fraction
                }
            }
        }
        guard let offset = scanner.offset(), scanner.rest.isEmpty else { return .unknown }
        guard (1...12).contains(month),
            (1...CalendarTime.daysIn(Int(month), of: Int(year))).contains(Int(day)), hour < 24, minute < 60,
            second < 60
        else { return .none }
        let days = Int64(CalendarTime.days(Int(year), Int(month), Int(day)))
        let seconds = days * 86_400 + (hour * 60 + minute - offset) * 60 + second
        // Parts of milliseconds are cut off towards 1970.
        return .date((seconds * 1_000_000 + microsecond) / 1000)
    }

    /// A text with fewer digits than a date needs is none. (`@1` would be one.)
    private static func otherForm(_ text: String) -> Reading {
        let digits = text.utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if text.utf8.contains(UInt8(ascii: "@")) { return .unknown }
        if digits <= 1 { return .none }
        let hasLetters = text.utf8.contains { $0 >= 0x41 }
        return digits == 2 && !hasLetters ? .none : .unknown
    }

    /// What is left of a text that is being read.
    private struct Scanner {
        var rest: ArraySlice<UInt8>

        /// Takes a character off if it comes next.
        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == character.value else { return false }
            rest.removeFirst()
            return true
        }

        /// Takes exactly so many digits off, and no further one follows.
        mutating func number(_ count: Int) -> Int64? {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard digits.count == count else { return nil }
            rest = rest.dropFirst(count)
            return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }

        /// Takes one or more digits off, of which six count.
        mutating func microseconds() -> Int64? {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            let six = digits.prefix(6)
            let number = six.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
            return (six.count..<6).reduce(number) { number, _ in number * 10 }
        }

        /// Whether a blank and a digit come next.
        var isFollowedByTime: Bool {
            let next = rest.prefix(2)
            guard next.count == 2, next.first == UInt8(ascii: " "), let last = next.last else { return false }
            return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last)
        }

        /// Takes an offset from UTC off, in minutes; zero where there is none.
        mutating func offset() -> Int64? {
            if take("Z") || take("z") || rest.isEmpty { return 0 }
            let isNegative = take("-")
            guard isNegative || take("+") else { return nil }
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let minutes: Int64
            if digits.count == 4 {
                guard let number = number(4) else { return nil }
                minutes = number / 100 * 60 + number % 100
                if number % 100 > 59 { return nil }
            } else {
                guard let hours = number(2) else { return nil }
                var part: Int64 = 0
                if take(":") {
                    guard let number = number(2), number < 60 else { return nil }
                    part = number
                }
                minutes = hours * 60 + part
            }
            guard minutes < 24 * 60 else { return nil }
            return isNegative ? -minutes : minutes
        }
    }
}
