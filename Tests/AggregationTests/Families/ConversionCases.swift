import Documents
import TestSupport

extension Family {
    /// Operators that ask for types and change them.
    static let conversion = Family(
        name: "conversion",
        operators: [
            "$convert", "$isNumber", "$toBool", "$toDate", "$toDouble", "$toInt", "$toLong", "$toObjectId",
            "$toString", "$type",
        ]
    ) { operation, source in
        guard operation == "$convert" else {
            let value: (inout OddValues) -> Value = { $0.convertible(by: operation) }
            return OddValues.case(
                operation, source.list(1) { $0.argument(of: value) }, source.documents(of: value))
        }
        let types: [(Value, String)] = [
            ("double", "$toDouble"), ("string", "$toString"), ("objectId", "$toObjectId"),
            ("bool", "$toBool"),
            ("date", "$toDate"), ("int", "$toInt"), ("long", "$toLong"), (1, "$toDouble"), (2, "$toString"),
            (7, "$toObjectId"), (8, "$toBool"), (9, "$toDate"), (16, "$toInt"), (18, "$toLong"),
            (16.0, "$toInt"),
        ]
        let odd: [Value] = ["missing", "x", 16.5, nil, "array", 3, 99, -1, true, "$zz", "$_id"]
        let (type, like) = source.one(in: 8) ? (source.pick(odd), "$toBool") : source.pick(types)
        let value: (inout OddValues) -> Value = { $0.convertible(by: like) }
        var fields: [(String, Value)] = [("input", source.argument(of: value)), ("to", type)]
        if source.one(in: 2) { fields.append(("onError", source.argument { $0.scalar() })) }
        if source.one(in: 2) { fields.append(("onNull", source.argument { $0.scalar() })) }
        var writer = DocumentWriter()
        for (key, value) in fields { writer.append(key, value) }
        return OddValues.case(operation, .document(writer.finish()), source.documents(of: value))
    }
}

extension OddValues {
    /// A value that an operator of conversion can mostly do something with.
    fileprivate mutating func convertible(by operation: String) -> Value {
        switch operation {
        case "$toDate":
            one(in: 3) ? .string(dateText()) : pick([wideDate(), .int64(number().int64 ?? 5), date()])
        case "$toObjectId":
            one(in: 3)
                ? scalar() : .string(pick(["0123456789abcdef01234567", "0123456789ABCDEF01234567", "0123"]))
        case "$toString": one(in: 3) ? wideDate() : one(in: 2) ? plainNumber() : scalar()
        case "$toInt", "$toLong", "$toDouble":
            one(in: 2) ? .string(numberText()) : one(in: 2) ? plainNumber() : scalar()
        default: one(in: 4) ? .string(numberText()) : one(in: 2) ? plainNumber() : scalar()
        }
    }

    /// A text that is a number, or nearly one.
    private mutating func numberText() -> String {
        if one(in: 3) {
            return pick([
                "", " 1", "1 ", "+1", "--1", "1e3", "1e400", "1e-400", "0x10", "-0x10", "0X1p3", "nan",
                "-nan", "inf",
                "Infinity", "-infinity", "2147483648", "-2147483648", "9223372036854775808",
                "-9223372036854775808",
                "00012", "-0", "1_000", "é", ".5", "5.", ".", "1e", "1.5e-310", "4.9e-324", "1\u{0}",
                "\u{0661}",
            ])
        }
        let digits = (0..<Int(1 + random.next() % 20)).map { _ in pick(Array("0123456789")) }
        return pick(["", "-", "+"]) + String(digits) + pick(["", "", ".5", ".25e-7", "e12", "E+5"])
    }

    /// A date in one of the forms of ISO 8601, now and then one that does not exist.
    private mutating func dateText() -> String {
        let (low, high) = one(in: 10) ? (0, 100) : (1, 28)
        func two(_ range: ClosedRange<Int>, _ source: inout OddValues) -> String {
            let number = range.lowerBound + Int(source.random.next() % UInt64(range.count))
            return (number < 10 ? "0" : "") + String(number)
        }
        let year = pick(["0000", "0001", "1858", "1969", "1970", "2000", "2023", "2024", "9999"])
        let date = year + "-" + two(1...12, &self) + "-" + two(low...min(high, 35), &self)
        if one(in: 5) { return date }
        var time = pick(["T", "T", " "]) + two(0...(one(in: 20) ? 26 : 23), &self) + ":" + two(0...59, &self)
        if !one(in: 4) {
            time += ":" + two(0...59, &self)
            if one(in: 2) { time += "." + String(random.next() % 1000) }
        }
        return date + time + pick(["", "Z", "Z", "z", "+01:00", "-0530", "+14", "-00:30"])
    }
}
