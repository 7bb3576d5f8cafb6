import Foundation

/// How values between 0 and 1 become brightness between 0 and 1; the names and formulas are those of
/// astropy.visualization, with its default parameters.
public enum Stretch: String, Sendable, Hashable, CaseIterable {
    /// As they are.
    case linear
    /// log(1000 x + 1) / log(1001): faint things become visible.
    case log
    /// asinh(10 x) / asinh(10): linear for the faint, logarithmic for the bright.
    case asinh
    /// The square root.
    case sqrt

    /// The brightness of a value.
    func callAsFunction(_ value: Double) -> Double {
        switch self {
        case .linear: value
        case .log: Foundation.log(1000 * value + 1) / Foundation.log(1001)
        case .asinh: Foundation.asinh(value / 0.1) / Foundation.asinh(1 / 0.1)
        case .sqrt: value.squareRoot()
        }
    }
}
