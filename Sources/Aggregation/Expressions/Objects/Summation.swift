import Documents

/// The sum of numbers as MongoDB's accumulators keep it: two doubles, the sum as far as one double can say and what is
/// left over (Boldo, Graillat and Muller, "On the robustness of the 2Sum and Fast2Sum algorithms", 2017). Sums of
/// integers are exact far beyond 64 bits.
struct Summation {
    private var sum = 0.0
    private var rest = 0.0
    /// The plain sum, for infinities: the compensated one makes NaN of them.
    private var plain = 0.0

    /// Adds a number.
    @inline(__always)
    mutating func add(_ number: Double) {
        // A NaN keeps its sign; of two the later one stays.
        plain = number.isNaN ? number : plain + number
        // The rest is smaller than the number, or so it is taken to be.
        let upper = number + rest
        let lower = rest - (upper - number)
        // Which of these is smaller is not known.
        let total = sum + upper
        let sumPart = total - upper
        let upperPart = total - sumPart
        rest = lower + ((sum - sumPart) + (upper - upperPart))
        sum = total
    }

    /// Adds an integer in two parts, each of which a double can hold.
    @inline(__always)
    mutating func add(_ number: Int64) {
        let high = number / 0x1_0000_0000 * 0x1_0000_0000
        add(Double(number - high))
        add(Double(high))
    }

    /// The nearest double.
    var double: Double { sum.isNaN ? plain : sum }

    /// The nearest integer, nil where it does not fit 64 bits.
    var int64: Int64? {
        if sum > -0x1p63, sum < 0x1p63 {
            // Both parts are far inside the range of the conversion; the rest is at most half a unit of the sum.
            return Int64(sum.rounded()) &+ (Int64(exactly: rest.rounded()) ?? 0)
        }
        if sum == 0x1p63, rest < -0.5 { return Int64.max &+ (Int64(exactly: rest.rounded()) ?? 0) &+ 1 }
        if sum == -0x1p63, rest >= -0.5 { return Int64.min &+ (Int64(exactly: rest.rounded()) ?? 0) }
        return nil
    }
}

/// What `$sum` keeps: the sum, and the widest type of number that was added.
struct Total {
    private var summation = Summation()
    private var widest = Widest.int32

    private enum Widest { case int32, int64, double }

    /// Adds a number; what is none counts nothing.
    mutating func add(_ datum: Datum) throws(Failure) {
        switch datum {
        case .double(let number):
            widest = .double
            summation.add(number)
        case .int32(let number): summation.add(Double(number))
        case .int64(let number):
            if widest == .int32 { widest = .int64 }
            summation.add(number)
        case .later: throw .later
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return
        }
    }

    /// The sum in the widest type; int32 becomes int64, and that a double, where it would overflow.
    var value: Datum {
        guard widest != .double, let whole = summation.int64 else { return .double(summation.double) }
        if widest == .int32, let small = Int32(exactly: whole) { return .int32(small) }
        return .int64(whole)
    }
}

/// What `$avg` keeps: the sum, and how many numbers were added.
struct Average {
    private var summation = Summation()
    private var count = 0

    /// Adds a number; what is none counts nothing.
    mutating func add(_ datum: Datum) throws(Failure) {
        switch datum {
        case .double(let number): summation.add(number)
        case .int32(let number): summation.add(Double(number))
        case .int64(let number): summation.add(number)
        case .later: throw .later
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return
        }
        count += 1
    }

    /// The average as a double, null where there were no numbers.
    var value: Datum { count == 0 ? .null : .double(summation.double / Double(count)) }
}

/// What `$stdDevPop` and `$stdDevSamp` keep: Welford's running mean and sum of squared differences from it.
struct Deviation {
    private var count = 0
    private var mean = 0.0
    private var squares = 0.0

    /// Adds a number; what is none counts nothing.
    mutating func add(_ datum: Datum) throws(Failure) {
        guard let number = datum.double else {
            switch datum {
            case .later: throw .later
            case .other(.decimal128): throw .unsupported("decimal128")
            default: return
            }
        }
        count += 1
        let difference = number - mean
        if difference != 0 {
            mean += difference / Double(count)
            squares += difference * (number - mean)
        }
    }

    /// The standard deviation as a double, null where there are too few numbers.
    /// - Parameter isSample: whether the numbers are a sample, not all there are.
    func value(isSample: Bool) -> Datum {
        let divisor = isSample ? count - 1 : count
        return divisor <= 0 ? .null : .double((squares / Double(divisor)).squareRoot())
    }
}
