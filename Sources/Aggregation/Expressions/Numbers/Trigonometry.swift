import Documents
import Glibc

extension Operator {
    /// Operators of trigonometry. Angles are in radians.
    static let trigonometry: [Operator] = [
        function("$sin", where: { !$0.isInfinite }) { Glibc.sin($0) },
        function("$cos", where: { !$0.isInfinite }) { Glibc.cos($0) },
        function("$tan", where: { !$0.isInfinite }) { Glibc.tan($0) },
        function("$asin", where: isCosine) { Glibc.asin($0) },
        function("$acos", where: isCosine) { Glibc.acos($0) },
        function("$atan") { Glibc.atan($0) },
        function("$sinh") { Glibc.sinh($0) },
        function("$cosh") { Glibc.cosh($0) },
        function("$tanh") { Glibc.tanh($0) },
        function("$asinh") { Glibc.asinh($0) },
        function("$acosh", where: { !($0 < 1) }) { Glibc.acosh($0) },
        function("$atanh", where: isCosine) { Glibc.atanh($0) },
        function("$degreesToRadians") { $0 * (Double.pi / 180) },
        function("$radiansToDegrees") { $0 * (180 / Double.pi) },
        .binary("$atan2") { ordinate, abscissa throws(Failure) in
            if ordinate.isNullish { return .null }
            let y = try ordinate.number(for: "$atan2", code: 51044)
            if abscissa.isNullish { return .null }
            return .double(Glibc.atan2(y, try abscissa.number(for: "$atan2", code: 51045)))
        },
    ]

    /// Whether it is from -1 to 1, or NaN.
    @Sendable
    private static func isCosine(_ number: Double) -> Bool { !(abs(number) > 1) }

    /// A function that is defined for some numbers only. All are for NaN, and give NaN.
    private static func function(
        _ name: String, where isDefined: @escaping @Sendable (Double) -> Bool,
        _ body: @escaping @Sendable (Double) -> Double
    ) -> Operator {
        function(name) { number throws(Failure) in
            guard isDefined(number) else {
                throw .error(code: 50989, "\(name) is not defined for \(number)")
            }
            return body(number)
        }
    }
}
