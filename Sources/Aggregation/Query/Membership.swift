import Documents

/// Equality with any of several constants: `$in`, and equality with one string.
///
/// Immutable, and its constants are decoded to the last part, so threads may share it.
struct MembershipTest: ValueTest, @unchecked Sendable {
    /// Whole numbers in range, ascending.
    private var integers: [Int64] = []
    /// All other numbers but NaN, ascending.
    private var fractions: [Double] = []
    private var hasNaN = false
    private var hasNull = false
    /// Ascending by bytes.
    private var strings: [String] = []
    private var truth: Set<Bool> = []
    /// All else, ascending.
    private var others: [Datum] = []
    private let patterns: [PatternTest]
    let isEquality: Bool

    init(_ constants: [Constant], patterns: [PatternTest] = []) throws(Failure) {
        self.patterns = patterns
        isEquality = constants.count + patterns.count == 1
        for constant in constants {
            switch constant.datum {
            case .int32(let number): integers.append(Int64(number))
            case .int64(let number): integers.append(number)
            case .double(let number):
                if let whole = Int64(exactly: number) {
                    integers.append(whole)
                } else if number.isNaN {
                    hasNaN = true
                } else {
                    fractions.append(number)
                }
            case .null: hasNull = true
            case .string(let text): strings.append(text)
            case .bool(let flag): truth.insert(flag)
            default: others.append(constant.datum)
            }
        }
        integers.sort()
        fractions.sort()
        strings.sort { Datum.order($0, $1) < 0 }
        do {
            try others.sort { try Datum.compare($0, $1) < 0 }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .unsupported("\(error)")
        }
    }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        if try contains(datum) { return true }
        for pattern in patterns where try pattern.holds(for: datum, &run) { return true }
        return false
    }

    private func contains(_ datum: Datum) throws(Failure) -> Bool {
        switch datum {
        case .int32(let number): return contains(Int64(number))
        case .int64(let number): return contains(number)
        case .double(let number):
            if let whole = Int64(exactly: number) { return contains(whole) }
            return number.isNaN ? hasNaN : fractions.contains(number)
        case .string(let text): return contains(text)
        case .bool(let flag): return truth.contains(flag)
        case .missing, .null, .undefined: return hasNull
        case .other(.symbol(let text)): if contains(text) { return true }
        case .other(.decimal128):
            if integers.isEmpty, fractions.isEmpty, !hasNaN { return false }
            throw .unsupported("decimal128")
        default: break
        }
        let position = try others.firstPosition { (other) throws(Failure) in
            try Datum.compare(other, datum) >= 0
        }
        guard position < others.count else { return false }
        return try Datum.compare(others[position], datum) == 0
    }

    @inline(__always)
    private func contains(_ number: Int64) -> Bool {
        if integers.count <= 8 { return integers.contains(number) }
        let position = integers.firstPosition { $0 >= number }
        return position < integers.count && integers[position] == number
    }

    private func contains(_ text: String) -> Bool {
        if strings.count <= 4 { return strings.contains { Datum.equal($0, text) } }
        let position = strings.firstPosition { Datum.order($0, text) >= 0 }
        return position < strings.count && Datum.equal(strings[position], text)
    }
}

extension Array {
    /// The first position whose element, and with it all that follow, fulfils a condition; the count where none does.
    fileprivate func firstPosition<Fault: Error>(
        where condition: (Element) throws(Fault) -> Bool
    ) throws(Fault) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if try condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Datum {
    /// Whether two strings have the same bytes.
    ///
    /// Strings of equal bytes are equal; equal strings may have other bytes where they look alike, which they cannot
    /// where as many bytes are ASCII in one of them.
    @inline(__always)
    fileprivate static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left == right
            && (left.utf8Span.isKnownASCII || left.utf8.elementsEqual(right.utf8))
    }
}
