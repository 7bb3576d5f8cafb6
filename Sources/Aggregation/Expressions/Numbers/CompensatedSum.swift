import Glibc

/// A sum of numbers in twice the precision of a double, as MongoDB's sums are: rounded once at the end, exact for
/// integers.
///
/// The two-sum of Møller (1965) and Knuth (The Art of Computer Programming, volume 2, 4.2.2) and the fast two-sum of
/// Dekker (1971). The order of the operations is MongoDB's: it decides about the last bit.
struct CompensatedSum {
    private var high = 0.0
    private var low = 0.0
    /// The plain sum, which is right where infinities spoil the other one.
    private var plain = 0.0

    /// Adds a double.
    mutating func add(_ number: Double) {
        // Of two NaNs the right one is kept.
        plain = number + plain
        let (head, rest) = Self.fastTwoSum(number, low)
        let (sum, error) = Self.twoSum(high, head)
        high = sum
        low = rest + error
    }

    /// Adds an integer, in two parts that a double can hold.
    mutating func add(_ number: Int64) {
        let upper = number / (1 << 32) * (1 << 32)
        add(Double(number - upper))
        add(Double(upper))
    }

    /// The sum as a double.
    var double: Double { high.isNaN ? plain : high }

    /// The sum rounded to an integer, half away from zero; nil where it is none of 64 bits.
    var int64: Int64? {
        if high == 0x1p63 {
            guard low < -0.5, let rest = Int64(exactly: round(low)) else { return nil }
            return rest &- Int64.min
        }
        guard high > -0x1p63 || (high == -0x1p63 && low >= -0.5),
            let whole = Int64(exactly: round(high)),
            let rest = Int64(exactly: round((high - Double(whole)) + low))
        else { return nil }
        let (sum, overflows) = whole.addingReportingOverflow(rest)
        return overflows ? nil : sum
    }

    /// The sum of two numbers and what rounding took off it.
    private static func twoSum(_ left: Double, _ right: Double) -> (Double, Double) {
        let sum = left + right
        let leftPart = sum - right
        let rightPart = sum - leftPart
        return (sum, (left - leftPart) + (right - rightPart))
    }

    /// The same where the right one is the smaller one.
    private static func fastTwoSum(_ left: Double, _ right: Double) -> (Double, Double) {
        let sum = left + right
        return (sum, right - (sum - left))
    }
}
