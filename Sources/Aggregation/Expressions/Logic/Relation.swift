/// How two values may stand to each other in MongoDB's order of all values.
enum Relation: Sendable {
    case equal
    case notEqual
    case greater
    case greaterOrEqual
    case less
    case lessOrEqual

    /// Whether it holds for values that compare so: negative, zero or positive.
    @inline(__always)
    func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        }
    }

    /// Whether a number, which may be NaN, stands so to one that is not: NaN is less than every other number.
    @inline(__always)
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .less: !(left >= right)
        case .lessOrEqual: !(left > right)
        }
    }

    /// What holds with the two values in the other order.
    var mirrored: Relation {
        switch self {
        case .equal, .notEqual: self
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        }
    }
}
