/// A night of the survey, named by its UTC date; at Palomar a night lies within one such date.
public struct Night: Sendable, Hashable, Comparable {
    /// Days since 2017-01-01, which ZTF calls `nid`: floor(jd − 2457754.5).
    public let number: Int

    /// The nights that can be simulated: their numbers and those of the 31 nights before have four digits, as
    /// the first four of a `pid` must, and a `candid` stays below 2⁶³; 2019-10-29 to 2042-04-02.
    public static let range = Night(number: 1031)...Night(number: 9222)

    /// The night of a UTC date.
    ///
    /// - Throws: `SimulationError` if there is no such date or if it is outside `range`.
    public init(year: Int, month: Int, day: Int) throws(SimulationError) {
        guard (2017...2050).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            throw SimulationError(reason: "simulate a night: no date \(year)-\(month)-\(day)")
        }
        // Fliegel and Van Flandern, Communications of the ACM 11, 657 (1968).
        let january = (month - 14) / 12
        let julianDay =
            day - 32075 + 1461 * (year + 4800 + january) / 4 + 367 * (month - 2 - january * 12) / 12
            - 3 * ((year + 4900 + january) / 100) / 4
        self.init(number: julianDay - 2_457_755)
        guard date == (year, month, day) else {
            throw SimulationError(reason: "simulate a night: no date \(year)-\(month)-\(day)")
        }
        guard Self.range.contains(self) else {
            throw SimulationError(
                reason: "simulate a night: \(text) is not between \(Self.range.lowerBound.text) "
                    + "and \(Self.range.upperBound.text)")
        }
    }

    /// The night of a number, unchecked.
    init(number: Int) { self.number = number }

    /// The UTC date.
    public var date: (year: Int, month: Int, day: Int) {
        var rest = number + 2_457_755 + 68569
        let century = 4 * rest / 146_097
        rest -= (146_097 * century + 3) / 4
        let year = 4000 * (rest + 1) / 1_461_001
        rest -= 1461 * year / 4 - 31
        let month = 80 * rest / 2447
        let day = rest - 2447 * month / 80
        let wrap = month / 11
        return (100 * (century - 49) + year + wrap, month + 2 - 12 * wrap, day)
    }

    /// The date as eight digits, YYYYMMDD, as topics and file names have it.
    public var text: String {
        let (year, month, day) = date
        return String(year) + padded(month, 2) + padded(day, 2)
    }

    /// The Julian date of a moment of the night.
    ///
    /// - Parameter fraction: ten-millionths of a day since 0 h UTC.
    func julianDate(fraction: Int) -> Double {
        // One division of whole numbers below 2⁵³: the nearest double of seven decimals.
        Double(24_577_545_000_000 + number * 10_000_000 + fraction) / 1e7
    }

    /// Earlier before later.
    public static func < (left: Night, right: Night) -> Bool { left.number < right.number }
}

/// A whole number with zeros in front to fill a width.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= width
        ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}

/// The double nearest to a number rounded to seven decimals, as the survey's coordinates and dates are.
func sevenDecimals(_ number: Double) -> Double { (number * 1e7).rounded() / 1e7 }
