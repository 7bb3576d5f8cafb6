/// A time as calendar and clock show it in UTC, in the proleptic Gregorian calendar, to the millisecond.
package struct CalendarTime {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let millisecond: Int

    /// The times that relaxed Extended JSON writes as text, 1970 to 9999, in milliseconds since 1970.
    static let writable: ClosedRange<Int64> = 0...253_402_300_799_999

    private static let secondsPerDay = 86_400
    /// A Gregorian cycle.
    private static let daysPer400Years = 146_097
    /// From 0000-03-01 to 1970-01-01.
    private static let daysBefore1970 = 719_468

    /// The time so many milliseconds after 1970-01-01T00:00:00Z.
    init(milliseconds: Int64) {
        var seconds = milliseconds / 1000
        var rest = milliseconds % 1000
        if rest < 0 {
            rest += 1000
            seconds -= 1
        }
        self.init(seconds: Int(seconds), millisecond: Int(rest))
    }

    /// The time so many seconds, at most 2^62, after 1970-01-01T00:00:00Z, and so many milliseconds, 0 to 999.
    ///
    /// The date comes from counting years from March, so that the leap day is the last one, after E. G.
    /// Richards (Explanatory Supplement to the Astronomical Almanac, 3rd edition, section 15.11).
    package init(seconds: Int, millisecond: Int) {
        var days = seconds / Self.secondsPerDay
        var clock = seconds % Self.secondsPerDay
        if clock < 0 {
            clock += Self.secondsPerDay
            days -= 1
        }
        let count = days + Self.daysBefore1970
        let cycle = (count >= 0 ? count : count - (Self.daysPer400Years - 1)) / Self.daysPer400Years
        let dayOfCycle = count - cycle * Self.daysPer400Years
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = 400 * cycle + yearOfCycle + (month <= 2 ? 1 : 0)
        hour = clock / 3600
        minute = clock / 60 % 60
        second = clock % 60
        self.millisecond = millisecond
    }

    /// Milliseconds since 1970 of an ISO 8601 date and time: `2020-01-02T03:04:05`, optionally a fraction of
    /// which milliseconds count, optionally `Z`, `+HH`, `+HHMM` or `+HH:MM`; nil for anything else or a day
    /// that does not exist. Without an offset it is UTC, as PyMongo has it.
    static func milliseconds(_ text: [UInt8]) -> Int64? {
        guard text.count >= 19, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = number(text[0..<4]), let month = number(text[5..<7]), let day = number(text[8..<10]),
            let hour = number(text[11..<13]), let minute = number(text[14..<16]),
            let second = number(text[17..<19]),
            year >= 1, (1...12).contains(month), (1...daysIn(month, of: year)).contains(day), hour < 24,
            minute < 60,
            second < 60
        else { return nil }
        var rest = text[19...]
        var millisecond = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty else { return nil }
            for place in 0..<3 {
                let digit =
                    place < digits.count ? Int(digits[digits.startIndex + place] - UInt8(ascii: "0")) : 0
                millisecond = millisecond * 10 + digit
            }
            rest = text[digits.endIndex...]
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = days(year, month, day) * 86_400 + (hour * 60 + minute - offset) * 60 + second
        return Int64(seconds * 1000 + millisecond)
    }

    /// Days from 1970-01-01 to a date, whose year is at most 2^52: the reverse of the above.
    package static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let fromMarch = month > 2 ? year : year - 1
        let cycle = (fromMarch >= 0 ? fromMarch : fromMarch - 399) / 400
        let yearOfCycle = fromMarch - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * daysPer400Years + dayOfCycle - daysBefore1970
    }

    /// How many days a month, 1 to 12, has.
    package static func daysIn(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// An offset from UTC in minutes.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        guard let sign = text.first else { return 0 }
        if sign == UInt8(ascii: "Z") { return text.count == 1 ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Array(text.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 2 || digits.count == 4, let hours = number(digits[0..<2]), hours < 24,
            let minutes = digits.count == 4 ? number(digits[2..<4]) : 0, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
