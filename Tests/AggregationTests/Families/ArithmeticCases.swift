import Documents
import TestSupport

extension Family {
    /// Operators of arithmetic, on numbers of all types and on dates.
    static let arithmetic = Family(
        name: "arithmetic",
        operators: [
            "$abs", "$add", "$ceil", "$divide", "$exp", "$floor", "$ln", "$log", "$log10", "$mod",
            "$multiply",
            "$pow", "$round", "$sqrt", "$subtract", "$trunc",
        ]
    ) { operation, source in
        let withDates = ["$add", "$subtract"].contains(operation) && source.one(in: 3)
        let argument = source.arithmetic(operation, depth: 2, withDates: withDates)
        return OddValues.case(
            operation, argument,
            source.documents { withDates && $0.one(in: 3) ? $0.wideDate() : $0.plainNumber() })
    }
}

extension OddValues {
    /// A number, mostly one that nothing is wrong with.
    mutating func plainNumber() -> Value {
        switch Int(random.next() % 8) {
        case 0...2: number()
        case 3: .double(anyDouble())
        case 4: .int64(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
        case 5: .int32(Int32(truncatingIfNeeded: random.next()))
        case 6: .double(Double(Int64(bitPattern: random.next()) >> 40) / 1000)
        default: .double(Double(random.next() % 100_000) / 997)
        }
    }

    /// Any bits, except for those of unusual NaNs.
    private mutating func anyDouble() -> Double {
        let number = Double(bitPattern: random.next())
        return number.isNaN ? .nan : number
    }

    /// A date, also one far from now.
    mutating func wideDate() -> Value {
        one(in: 3) ? .datetime(Int64(bitPattern: random.next()) >> Int64(random.next() % 40)) : date()
    }

    /// The argument of an operator of arithmetic.
    mutating func arithmetic(_ operation: String, depth: Int, withDates: Bool = false) -> Value {
        let count: Int
        switch operation {
        case "$add", "$multiply": count = Int(random.next() % 5) + (one(in: 8) ? 0 : 1)
        case "$divide", "$log", "$mod", "$pow", "$subtract": count = 2
        case "$round", "$trunc":
            if one(in: 3) { return list(1) { $0.argument { $0.plainNumber() } } }
            let number = argument { $0.plainNumber() }
            let places = Int32(random.next() % (one(in: 4) ? 130 : 8)) - (one(in: 4) ? 25 : 4)
            return [number, one(in: 10) ? argument { $0.number() } : .int32(places)]
        default: count = 1
        }
        return list(count) { source in
            if depth > 0, source.one(in: 5) {
                let inner =
                    source.one(in: 2) ? operation : source.pick(["$add", "$multiply", "$subtract", "$abs"])
                return OddValues.call(inner, source.arithmetic(inner, depth: depth - 1, withDates: withDates))
            }
            return source.argument { withDates && $0.one(in: 4) ? $0.wideDate() : $0.plainNumber() }
        }
    }
}
