import Documents
import Glibc

/// `$multiply`.
struct Multiplication: Associative {
    static let name = "$multiply"
    static let isCommutative = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(parts.count)
        if parts.count == 2 {
            let left = try parts[0].value(&run)
            if left.isNullish { return .null }
            let right = try parts[1].value(&run)
            switch (left, right) {
            case (.double(let left), .double(let right)): return .double(left * right)
            case (.double(let left), .int32(let right)): return .double(left * Double(right))
            case (.int32(let left), .double(let right)): return .double(Double(left) * right)
            case (.int32(let left), .int32(let right)): return .narrow(Int64(left) * Int64(right))
            default:
                var product = Product()
                try product.multiply(left)
                if right.isNullish { return .null }
                try product.multiply(right)
                return product.datum
            }
        }
        var product = Product()
        for part in parts {
            let datum = try part.value(&run)
            if datum.isNullish { return .null }
            try product.multiply(datum)
        }
        return product.datum
    }

    /// What has been multiplied so far: as integers while they fit, and as doubles at the same time.
    private struct Product {
        private var double = 1.0
        private var integer: Int64? = 1
        private var isWide = false

        mutating func multiply(_ datum: Datum) throws(Failure) {
            switch datum {
            case .double(let factor):
                double *= factor
                integer = nil
            case .int32(let factor): multiply(Int64(factor))
            case .int64(let factor):
                isWide = true
                multiply(factor)
            default: throw datum.refused(by: "$multiply", code: 14)
            }
        }

        private mutating func multiply(_ factor: Int64) {
            double *= Double(factor)
            guard let old = integer else { return }
            let (product, overflows) = old.multipliedReportingOverflow(by: factor)
            integer = overflows ? nil : product
        }

        var datum: Datum {
            guard let integer else { return .double(double) }
            return isWide ? .int64(integer) : .narrow(integer)
        }
    }
}

extension Operator {
    /// `$subtract`: of numbers, of a number of milliseconds from a date, of a date from a date.
    static let subtract = Operator.binary("$subtract") { left, right throws(Failure) in
        switch (left, right) {
        case (.double(let left), .double(let right)): return .double(left - right)
        case (.double(let left), .int32(let right)): return .double(left - Double(right))
        case (.int32(let left), .double(let right)): return .double(Double(left) - right)
        case (.int32(let left), .int32(let right)): return .narrow(Int64(left) - Int64(right))
        default: break
        }
        if left.isNullish || right.isNullish { return .null }
        switch (left, right) {
        case (.int64(let left), .int64(let right)): return difference(left, right)
        case (.int64(let left), .int32(let right)): return difference(left, Int64(right))
        case (.int32(let left), .int64(let right)): return difference(Int64(left), right)
        case (.int64(let left), .double(let right)): return .double(Double(left) - right)
        case (.double(let left), .int64(let right)): return .double(left - Double(right))
        case (.datetime(let left), .datetime(let right)):
            let (span, overflows) = left.subtractingReportingOverflow(right)
            if overflows { throw .error(code: 159, "the time that $subtract makes is out of range") }
            return .int64(span)
        case (.datetime(let left), .int32), (.datetime(let left), .int64), (.datetime(let left), .double):
            let span = try right.truncated(for: "$subtract")
            let (date, overflows) = left.subtractingReportingOverflow(span)
            if overflows || span == .min {
                throw .error(code: 159, "the date that $subtract makes is out of range")
            }
            return .datetime(date)
        default:
            if case .other(.decimal128) = left { throw .unsupported("decimal128") }
            if case .other(.decimal128) = right { throw .unsupported("decimal128") }
            throw .error(code: 14, "$subtract cannot take \(right.typeName) from \(left.typeName)")
        }
    }

    private static func difference(_ left: Int64, _ right: Int64) -> Datum {
        let (difference, overflows) = left.subtractingReportingOverflow(right)
        return overflows ? .double(Double(left) - Double(right)) : .int64(difference)
    }

    /// `$divide`: always a double.
    static let divide = Operator.binary("$divide") { left, right throws(Failure) in
        guard let dividend = left.double, let divisor = right.double else {
            if left.isNullish || right.isNullish { return .null }
            throw refused(left, right, by: "$divide", code: 14)
        }
        if divisor == 0 { throw .error(code: 2, "$divide by zero") }
        return .double(dividend / divisor)
    }

    /// `$mod`: the remainder has the sign of the dividend. A divisor that is a double counts as an integer where it is a
    /// whole number of 32 bits and the dividend is an integer.
    static let remainder = Operator.binary("$mod") { left, right throws(Failure) in
        guard let dividend = left.double, let divisor = right.double else {
            if left.isNullish || right.isNullish { return .null }
            throw refused(left, right, by: "$mod", code: 16611)
        }
        if divisor == 0 { throw .error(code: 16610, "$mod by zero") }
        switch (left, right) {
        case (.int32(let left), .int32), (.int32(let left), .double):
            guard let right = right.int32 else { return .double(fmod(dividend, divisor)) }
            return .int32(right == -1 ? 0 : left % right)
        case (.int32, .int64), (.int64, .int32), (.int64, .int64):
            guard let left = left.int64, let right = right.int64 else { return .null }
            return .int64(right == -1 ? 0 : left % right)
        case (.int64(let left), .double):
            guard let right = right.int32 else { return .double(fmod(dividend, divisor)) }
            return .int64(right == -1 ? 0 : left % Int64(right))
        default: return .double(fmod(dividend, divisor))
        }
    }

    private static func refused(_ left: Datum, _ right: Datum, by name: String, code: Int) -> Failure {
        if case .other(.decimal128) = left { return .unsupported("decimal128") }
        return (left.double == nil ? left : right).refused(by: name, code: code)
    }
}
