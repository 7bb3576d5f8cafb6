import Documents
import Glibc

extension Operator {
    /// Operators of arithmetic.
    static let arithmetic: [Operator] = [
        .associative(Addition.self), .associative(Multiplication.self), subtract, divide, remainder, power,
        rounding("$round", .toNearestOrEven), rounding("$trunc", .towardZero), absolute,
        whole("$ceil") { $0.rounded(.up) }, whole("$floor") { $0.rounded(.down) },
        function("$exp") { Glibc.exp($0) },
        function("$sqrt") { number throws(Failure) in
            if number < 0 { throw .error(code: 28714, "$sqrt of a negative number") }
            return number.squareRoot()
        },
        function("$ln") { number throws(Failure) in
            if number <= 0 { throw .error(code: 28766, "$ln of a number that is not positive") }
            return Glibc.log(number)
        },
        function("$log10") { number throws(Failure) in
            if number <= 0 { throw .error(code: 28761, "$log10 of a number that is not positive") }
            return Glibc.log10(number)
        },
        .binary("$log") { argument, base throws(Failure) in
            if argument.isNullish || base.isNullish { return .null }
            let number = try argument.number(for: "$log", code: 28756)
            let root = try base.number(for: "$log", code: 28757)
            if number <= 0 { throw .error(code: 28758, "$log of a number that is not positive") }
            if root <= 0 || root == 1 {
                throw .error(code: 28759, "the base of $log must be positive and not 1")
            }
            return .double(Glibc.log(number) / Glibc.log(root))
        },
    ]

    /// An operator that makes a double of a number, and null of null.
    static func function(
        _ name: String, _ body: @escaping @Sendable (Double) throws(Failure) -> Double
    ) -> Operator {
        .unary(name) { datum throws(Failure) in
            if datum.isNullish { return .null }
            return .double(try body(try datum.number(for: name)))
        }
    }

    /// An operator that leaves integers as they are.
    private static func whole(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Operator {
        .unary(name) { datum throws(Failure) in
            switch datum {
            case .double(let number): return .double(body(number))
            case .int32, .int64: return datum
            case .null, .missing, .undefined: return .null
            default: throw datum.refused(by: name)
            }
        }
    }

    private static let absolute = Operator.unary("$abs") { datum throws(Failure) in
        switch datum {
        case .double(let number): return .double(abs(number))
        case .int32(let number): return .narrow(abs(Int64(number)))
        case .int64(let number):
            if number == .min { throw .error(code: 28680, "$abs of the smallest integer of 64 bits") }
            return .int64(abs(number))
        case .null, .missing, .undefined: return .null
        default: throw datum.refused(by: "$abs")
        }
    }

    /// `$pow`: of integers an integer where it fits in 64 bits and the exponent is not negative, else a double.
    private static let power = Operator.binary("$pow") { base, exponent throws(Failure) in
        if base.isNullish || exponent.isNullish { return .null }
        let number = try base.number(for: "$pow", code: 28762)
        let times = try exponent.number(for: "$pow", code: 28763)
        if number == 0, times < 0 { throw .error(code: 28764, "$pow of 0 with a negative exponent") }
        switch (base, exponent) {
        case (.double, _), (_, .double): return .double(Glibc.pow(number, times))
        default: break
        }
        guard let root = base.int64, let count = exponent.int64, let result = integerPower(root, count) else {
            return .double(Glibc.pow(number, times))
        }
        if case .int32 = base, case .int32 = exponent { return .narrow(result) }
        return .int64(result)
    }

    /// The power of integers, nil where it is no integer of 64 bits.
    private static func integerPower(_ base: Int64, _ exponent: Int64) -> Int64? {
        switch base {
        case 0: return exponent == 0 ? 1 : 0
        case 1: return 1
        case -1: return exponent % 2 == 0 ? 1 : -1
        default: break
        }
        guard (0...63).contains(exponent) else { return nil }
        var power: Int64 = 1
        for _ in 0..<exponent {
            let (product, overflows) = power.multipliedReportingOverflow(by: base)
            if overflows { return nil }
            power = product
        }
        return power
    }
}
