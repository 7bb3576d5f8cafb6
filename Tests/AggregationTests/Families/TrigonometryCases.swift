import Documents
import TestSupport

extension Family {
    /// Operators of trigonometry.
    static let trigonometry = Family(
        name: "trigonometry",
        operators: [
            "$sin", "$cos", "$tan", "$asin", "$acos", "$atan", "$atan2", "$sinh", "$cosh", "$tanh", "$asinh",
            "$acosh", "$atanh", "$degreesToRadians", "$radiansToDegrees",
        ]
    ) { operation, source in
        let isNarrow = ["$asin", "$acos", "$atanh"].contains(operation)
        let number: (inout OddValues) -> Value = { source in
            if source.one(in: 12) { return source.number() }
            let unit = Double(source.random.next() >> 11) * 0x1p-53
            if isNarrow { return .double(2 * unit - 1) }
            if operation == "$acosh" { return .double(1 + unit * 100) }
            return source.one(in: 3) ? source.plainNumber() : .double(unit * 20 - 10)
        }
        let argument = source.list(operation == "$atan2" ? 2 : 1) { $0.argument(of: number) }
        return OddValues.case(operation, argument, source.documents(of: number))
    }
}
