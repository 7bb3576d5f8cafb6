import Foundation

/// Instants as Kowalski writes them into tokens: `2023-05-06T07:08:09.012345+00:00`, UTC.
enum Timestamp {
    private static let microsecondsPerSecond: Int64 = 1_000_000

    /// The text of an instant to the microsecond; one outside the years 1 to 9999 is brought to the nearest
    /// of them, and no number at all to 1970.
    static func text(_ date: Date) -> String {
        let year1 = -62_135_596_800.0
        let year9999 = 253_402_300_799.0
        let given = date.timeIntervalSince1970
        let seconds = given.isNaN ? 0 : min(max(given, year1), year9999)
        let total = Int64((seconds * Double(microsecondsPerSecond)).rounded(.toNearestOrEven))
        var (whole, micro) = total.quotientAndRemainder(dividingBy: microsecondsPerSecond)
        if micro < 0 {
            whole -= 1
            micro += microsecondsPerSecond
        }
        var clock = time_t(whole)
        var parts = tm()
        gmtime_r(&clock, &parts)
        return padded(parts.tm_year + 1900, 4) + "-" + padded(parts.tm_mon + 1, 2) + "-"
            + padded(parts.tm_mday, 2) + "T" + padded(parts.tm_hour, 2) + ":" + padded(parts.tm_min, 2) + ":"
            + padded(parts.tm_sec, 2) + "." + padded(Int32(micro), 6) + "+00:00"
    }

    /// The instant that such a text names; the fraction may have one to six digits or be absent. Nil for
    /// anything else.
    static func date(_ text: String) -> Date? {
        var bytes = Array(text.utf8)[...]
        var numbers: [Int32] = []
        for (digits, separator) in [(4, "-"), (2, "-"), (2, "T"), (2, ":"), (2, ":"), (2, "")] {
            guard let number = Self.number(&bytes, digits), bytes.starts(with: separator.utf8) else {
                return nil
            }
            bytes = bytes.dropFirst(separator.utf8.count)
            numbers.append(number)
        }
        var fraction = 0.0
        if bytes.first == UInt8(ascii: ".") {
            let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
            bytes = bytes.dropFirst(1 + digits.count)
            guard (1...6).contains(digits.count),
                let number = Double("0." + String(decoding: digits, as: UTF8.self))
            else { return nil }
            fraction = number
        }
        guard bytes.elementsEqual("+00:00".utf8), (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        var parts = tm()
        parts.tm_year = numbers[0] - 1900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        return Date(timeIntervalSince1970: Double(timegm(&parts)) + fraction)
    }

    private static func padded(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ digits: Int) -> Int32? {
        let taken = bytes.prefix(digits)
        guard taken.count == digits, taken.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        bytes = bytes.dropFirst(digits)
        return taken.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
    }
}
