import Documents
import Glibc

extension Operator {
    /// `$round` and `$trunc`: to a number of decimal places, which may be negative.
    static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> Operator {
        .nary(name, 1...2) { arguments, _ throws(Failure) in
            let datum = arguments[0]
            if datum.isNullish { return .null }
            let number = try datum.number(for: name, code: 51081)
            var places = 0
            if arguments.count == 2 {
                if arguments[1].isNullish { return .null }
                places = Int(try arguments[1].truncated(for: name))
                if arguments[1].int32 == nil {
                    throw .error(code: 51082, "the places of \(name) must be a whole number")
                }
                if !(-20...100).contains(places) {
                    throw .error(code: 51083, "the places of \(name) must be from -20 to 100")
                }
            }
            switch datum {
            case .int32(let integer):
                if places >= 0 { return datum }
                guard let rounded = rounded(Int64(integer), -places, rule) else { return .int32(0) }
                // Beyond the upper end it becomes an int64; beyond the lower end MongoDB cuts off the upper bits.
                return rounded > Int64(Int32.max)
                    ? .int64(rounded) : .int32(Int32(truncatingIfNeeded: rounded))
            case .int64(let integer):
                if places >= 0 { return datum }
                guard let rounded = rounded(integer, -places, rule) else {
                    throw .error(code: 51080, "what \(name) makes is out of the range of 64 bits")
                }
                return .int64(rounded)
            default:
                return .double(places == 0 ? number.rounded(rule) : rounded(number, places, rule))
            }
        }
    }

    /// An integer with its last digits made zero; nil where it does not fit in 64 bits.
    private static func rounded(_ number: Int64, _ digits: Int, _ rule: FloatingPointRoundingRule) -> Int64? {
        // Ten to the 20th is more than twice any integer of 64 bits.
        if digits >= 20 { return 0 }
        var unit: UInt64 = 1
        for _ in 0..<digits { unit *= 10 }
        var (quotient, rest) = number.magnitude.quotientAndRemainder(dividingBy: unit)
        if rule == .toNearestOrEven, rest > unit - rest || (rest == unit - rest && quotient % 2 == 1) {
            quotient += 1
        }
        let (magnitude, overflows) = quotient.multipliedReportingOverflow(by: unit)
        if overflows { return nil }
        if number < 0 { return magnitude > Int64.min.magnitude ? nil : 0 &- Int64(bitPattern: magnitude) }
        return Int64(exactly: magnitude)
    }

    /// A number rounded to decimal places as decimal arithmetic of 34 digits does it.
    private static func rounded(
        _ number: Double, _ places: Int, _ rule: FloatingPointRoundingRule
    ) -> Double {
        guard number.isFinite, number != 0 else { return number }
        let (digits, exponent) = NumberText.digits(of: number.magnitude)
        let kept = exponent + 1 + places
        // All 34 digits stay: more than a double has.
        if kept >= digits.count { return number }
        let sign: Double = number < 0 ? -1 : 1
        if kept < 0 { return sign * 0 }
        var head = Array(digits[..<kept])
        if rule == .toNearestOrEven {
            let five = UInt8(ascii: "5")
            let isAboveHalf =
                digits[kept] > five
                || (digits[kept] == five && digits[(kept + 1)...].contains { $0 != UInt8(ascii: "0") })
            let isOdd = (head.last ?? UInt8(ascii: "0")) % 2 == 1
            if isAboveHalf || (digits[kept] == five && isOdd) { increment(&head) }
        }
        if head.isEmpty { return sign * 0 }
        let text = String(decoding: head, as: UTF8.self) + "e\(-places)"
        return sign * (Double(text) ?? number)
    }

    /// Adds one to a number in decimal digits.
    private static func increment(_ digits: inout [UInt8]) {
        var index = digits.count - 1
        while index >= 0 {
            if digits[index] < UInt8(ascii: "9") {
                digits[index] += 1
                return
            }
            digits[index] = UInt8(ascii: "0")
            index -= 1
        }
        digits.insert(UInt8(ascii: "1"), at: 0)
    }
}
