import Documents
import TestSupport

extension Family {
    /// Operators that take dates apart and reckon with them.
    static let dates = Family(
        name: "dates",
        operators: [
            "$year", "$month", "$dayOfMonth", "$dayOfWeek", "$dayOfYear", "$hour", "$minute", "$second",
            "$millisecond", "$week", "$isoWeek", "$isoWeekYear", "$isoDayOfWeek", "$dateToParts",
            "$dateFromParts",
            "$dateAdd", "$dateSubtract", "$dateDiff", "$dateTrunc", "$tsSecond", "$tsIncrement",
        ]
    ) { operation, source in
        let isFar = source.one(in: 8)
        return Case(
            pipeline: [["$replaceRoot": ["newRoot": ["r": source.dateOperation(operation, isFar: isFar)]]]],
            documents: source.datedDocuments(isFar: isFar))
    }

    /// Operators that write dates and read them.
    static let dateTexts = Family(
        name: "date texts", operators: ["$dateToString", "$dateFromString"]
    ) { operation, source in
        let isFar = source.one(in: 8)
        return Case(
            pipeline: [["$replaceRoot": ["newRoot": ["r": source.dateOperation(operation, isFar: isFar)]]]],
            documents: source.datedDocuments(isFar: isFar))
    }
}

extension OddValues {
    /// A date of this century, or around an hour that clocks show twice or never, or a strange one.
    mutating func instant(isFar: Bool) -> Value {
        switch Int(random.next() % 12) {
        case 0: date()
        case 1:
            // Clocks change in Berlin, New York, Sydney, Santiago, on Lord Howe and in Dublin.
            .datetime(
                pick([
                    1_711_846_800_000, 1_729_990_800_000, 1_710_054_000_000, 1_730_613_600_000,
                    1_712_419_200_000,
                    1_728_144_000_000, 1_712_458_800_000, 1_725_768_000_000, 1_712_415_600_000,
                    1_728_142_200_000,
                ]) + Int64(random.next() % 14_400_000) - 7_200_000)
        case 2: .datetime(Int64(random.next() % 253_402_300_800_000))
        case 3: .datetime(-Int64(random.next() % 62_135_596_800_000))
        case 4: .datetime(Int64(bitPattern: random.next()) >> Int64(6 + random.next() % 18))
        case 5 where isFar:
            pick([.datetime(.max), .datetime(.min), .datetime(.max - 86_400_000), .datetime(.min + 1)])
        // The last days of months.
        case 6: .datetime(pick([1_706_659_200_000, 1_709_164_800_000, 1_583_020_799_999, 1_598_832_000_000]))
        default: .datetime(1_500_000_000_000 + Int64(random.next() % 300_000_000_000))
        }
    }

    /// What a date is taken from.
    mutating func dateLike(isFar: Bool) -> Value {
        switch Int(random.next() % 12) {
        case 0:
            .timestamp(
                seconds: UInt32(truncatingIfNeeded: random.next()), increment: UInt32(random.next() % 9))
        case 1:
            ObjectID((0..<12).map { _ in UInt8(truncatingIfNeeded: random.next()) }).map { .objectID($0) }
                ?? .null
        default: instant(isFar: isFar)
        }
    }

    /// Documents with dates in `d`, small numbers in `n`, and odd values.
    mutating func datedDocuments(isFar: Bool) -> [Document] {
        (0..<3).map { _ in
            [
                "d": dateLike(isFar: isFar), "e": one(in: 10) ? scalar() : instant(isFar: isFar),
                "n": number(), "a": value(),
                "s": zone(isFar: isFar),
            ]
        }
    }

    /// A time zone, mostly one that there is.
    mutating func zone(isFar: Bool) -> Value {
        switch Int(random.next() % 14) {
        case 0...4 where !isFar:
            .string(
                pick([
                    "America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Santiago",
                    "Europe/London",
                    "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Dublin", "America/Los_Angeles",
                    "Pacific/Apia",
                    "America/St_Johns", "Asia/Kathmandu", "America/Denver", "Etc/GMT+5",
                    "Africa/Johannesburg",
                ]))
        case 5...7 where !isFar: pick(["UTC", "GMT", "+00:00", "Zulu"])
        case 0...7: pick(["UTC", "+00:00"])
        case 8...11: pick(["+05:30", "-0330", "+01", "-11", "+1400", "-00:44", "+99:99", "-12:34"])
        case 12: pick(["Europe/Atlantis", "utc", "+1", "05:30", "", "+5:30", "+ab", "Z", "+0530x"])
        default: one(in: 2) ? .null : scalar()
        }
    }

    /// A date or an expression that gives one.
    mutating func dateArgument(isFar: Bool) -> Value {
        switch Int(random.next() % 14) {
        case 0...7: one(in: 4) ? "$e" : "$d"
        case 8, 9: dateLike(isFar: isFar)
        case 10:
            [
                "$dateAdd": [
                    "startDate": "$d", "unit": "day", "amount": .int32(Int32(random.next() % 400) - 200),
                ]
            ]
        case 11: ["$dateFromParts": ["year": .int32(Int32(random.next() % 9999) + 1), "day": 60]]
        default: one(in: 2) ? "$x" : one(in: 2) ? "$a" : ["$literal": value(depth: 1)]
        }
    }

    /// An argument, now and then an odd one.
    private mutating func mostly(_ argument: Value) -> Value {
        switch Int(random.next() % 24) {
        case 0: "$a"
        case 1: pick([.null, "$x", "$n", .undefined])
        case 2: ["$literal": value(depth: 1)]
        default: argument
        }
    }

    private mutating func whole(_ range: ClosedRange<Int>) -> Value {
        let number = range.lowerBound + Int(random.next() % UInt64(range.count))
        return one(in: 8)
            ? .double(Double(number)) : one(in: 4) ? .int64(Int64(number)) : .int32(Int32(number))
    }

    private mutating func unit() -> Value {
        if one(in: 25) { return pick(["years", "Day", "", "microsecond", "ho"]) }
        return pick(["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"])
    }

    /// Arguments, some of those that may be left out.
    /// - Parameter isPlain: whether all of them are as given.
    private mutating func arguments(
        _ required: [(String, Value)], _ optional: [(String, Value)], isPlain: Bool = false
    ) -> Value {
        var writer = DocumentWriter()
        for (name, value) in required where !one(in: 60) {
            writer.append(name, isPlain ? value : mostly(value))
        }
        for (name, value) in optional where one(in: 2) {
            writer.append(name, isPlain ? value : mostly(value))
        }
        if one(in: 60) { writer.append("other", 1) }
        return .document(writer.finish())
    }

    /// An operator of dates with arguments.
    mutating func dateOperation(_ operation: String, isFar: Bool) -> Value {
        // Beyond the year 5,800,000 no named zone is supported: there numbers are small.
        let isFar = isFar || one(in: 2)
        let zone = ("timezone", !isFar && one(in: 8) ? "$s" : zone(isFar: isFar))
        let argument: Value
        switch operation {
        case "$dateToParts":
            argument = arguments(
                [("date", dateArgument(isFar: isFar))], [zone, ("iso8601", .bool(one(in: 2)))])
        case "$dateFromParts": argument = parts(zone, isPlain: !isFar)
        case "$dateAdd", "$dateSubtract":
            let amount = isFar && one(in: 4) ? number() : whole(-1000...1000)
            argument = arguments(
                [
                    ("startDate", dateArgument(isFar: isFar)), ("unit", unit()),
                    ("amount", isFar && one(in: 8) ? "$n" : amount),
                ],
                [zone], isPlain: !isFar)
        case "$dateDiff":
            argument = arguments(
                [
                    ("startDate", dateArgument(isFar: isFar)), ("endDate", dateArgument(isFar: isFar)),
                    ("unit", unit()),
                ],
                [zone, ("startOfWeek", weekday())])
        case "$dateTrunc":
            let size = one(in: 8) ? number() : whole(1...40)
            argument = arguments(
                [("date", dateArgument(isFar: isFar)), ("unit", unit())],
                [zone, ("binSize", one(in: 8) ? "$n" : size), ("startOfWeek", weekday())])
        case "$tsSecond", "$tsIncrement":
            argument = one(in: 6) ? ["$literal": scalar()] : one(in: 3) ? "$e" : "$d"
        case "$dateToString":
            argument = arguments(
                [("date", dateArgument(isFar: isFar))],
                [zone, ("format", writtenFormat()), ("onNull", .string("nothing"))])
        case "$dateFromString": argument = readDate(zone)
        default:
            switch Int(random.next() % 6) {
            case 0...2: argument = arguments([("date", dateArgument(isFar: isFar))], [zone, zone])
            case 3: argument = [dateArgument(isFar: isFar)]
            case 4:
                argument =
                    one(in: 6)
                    ? [dateArgument(isFar: isFar), dateArgument(isFar: isFar)] : dateArgument(isFar: isFar)
            default: argument = dateArgument(isFar: isFar)
            }
        }
        return .document([operation: argument])
    }

    private mutating func weekday() -> Value {
        pick(["monday", "Tue", "WEDNESDAY", "thu", "friday", "Saturday", "sun", "sunday", "mo", ""])
    }

    private mutating func parts(_ zone: (String, Value), isPlain: Bool) -> Value {
        let isWeeks = one(in: 3)
        let isWide = one(in: 4)
        let clock = [
            ("hour", whole(isWide ? -40_000...40_000 : 0...23)),
            ("minute", whole(isWide ? -33_000...33_000 : 0...59)),
            ("second", !isPlain && one(in: 12) ? number() : whole(isWide ? -1_000_000...1_000_000 : 0...59)),
            (
                "millisecond",
                !isPlain && one(in: 12) ? number() : whole(isWide ? -1_000_000...1_000_000 : 0...999)
            ),
        ]
        if isWeeks {
            return arguments(
                [("isoWeekYear", whole(one(in: 4) ? -5...10_005 : 1970...2037))],
                [
                    ("isoWeek", whole(isWide ? -400...400 : 1...53)),
                    ("isoDayOfWeek", whole(isWide ? -40...40 : 1...7)),
                ]
                    + clock + [zone], isPlain: isPlain)
        }
        return arguments(
            [("year", whole(one(in: 4) ? -5...10_005 : 1970...2037))],
            [
                ("month", whole(isWide ? -33_000...33_000 : 1...12)),
                ("day", whole(isWide ? -33_000...33_000 : 1...31)),
            ]
                + clock + [zone] + (one(in: 60) ? [("isoWeek", 1)] : []), isPlain: isPlain)
    }

    /// A format that `$dateToString` takes, mostly.
    private mutating func writtenFormat() -> Value {
        if one(in: 12) { return pick(["%", "%x", "%Y%", "%%", "", "%b", "100%% é", "%n%Y"]) }
        if one(in: 8) { return ["$literal": "%Y-%m"] }
        let letters = [
            "%Y", "%m", "%d", "%H", "%M", "%S", "%L", "%j", "%u", "%w", "%U", "%V", "%G", "%Z", "%z", "%%",
        ]
        return .string((0..<6).map { _ in pick(letters) }.joined(separator: pick(["", "-", " ", "ü"])))
    }

    private mutating func digits(_ count: Int, below bound: Int) -> String {
        let number = String(Int(random.next() % UInt64(bound)))
        return String(repeating: "0", count: max(0, count - number.utf8.count)) + number
    }

    /// `$dateFromString` of a text that fits the format, mostly.
    private mutating func readDate(_ zone: (String, Value)) -> Value {
        var text = ""
        var format = ""
        let isISO = one(in: 2)
        func add(_ specifier: String, _ value: String, _ separator: String) {
            text += (text.isEmpty ? "" : separator) + value
            format += (format.isEmpty ? "" : separator) + specifier
        }
        if isISO || !one(in: 4) {
            add("%Y", digits(4, below: one(in: 4) ? 10_000 : 2100), "")
            add("%m", digits(2, below: 13), "-")
            add("%d", digits(2, below: one(in: 10) ? 32 : 29), "-")
        } else {
            add("%G", digits(4, below: one(in: 4) ? 10_000 : 2100), "")
            if !one(in: 4) { add("%V", digits(2, below: 54), "W") }
            if !one(in: 4) { add("%u", digits(1, below: 8), "-") }
        }
        if !one(in: 4) {
            add("%H", digits(2, below: 25), isISO ? "T" : pick(["T", " ", "x"]))
            add("%M", digits(2, below: 60), ":")
            if !one(in: 4) {
                add("%S", digits(2, below: one(in: 10) ? 61 : 60), ":")
                if one(in: 2) {
                    add(
                        "%L",
                        isISO
                            ? digits(9, below: 1_000_000_000).prefix(pick([1, 3, 6, 9])) + ""
                            : digits(3, below: 1000), ".")
                }
            }
            switch Int(random.next() % 6) {
            case 0: add("%z", pick(["Z", "UTC", "z"]), "")
            case 1, 2: add("%z", pick(["+05:30", "-0330", "+01", "-11", "+23:59", "+0000"]), "")
            case 3 where !isISO: add("%Z", pick(["+300", "-45", "+", "12", "+0"]), "")
            default: break
            }
        }
        // Without a format anything may mean something, and behind letters they may be a zone's.
        if !isISO, one(in: 12), text.utf8.allSatisfy({ $0 < UInt8(ascii: "U") }) {
            if one(in: 2) { text += pick([" ", "x", "%"]) } else { text.removeLast() }
        }
        var optional = [("onNull", Value.string("nothing")), ("onError", .string("wrong"))]
        if one(in: 3) { optional.append(zone) }
        guard case .document(let document) = arguments([], optional) else { return .null }
        var writer = DocumentWriter()
        if !isISO { writer.append("format", mostly(one(in: 16) ? writtenFormat() : .string(format))) }
        writer.append(
            "dateString", one(in: 20) ? pick([.null, "$x", "$d", 5, ["$literal": []]]) : .string(text))
        for element in document.elements { writer.append(element) }
        return .document(writer.finish())
    }
}
