import Documents

/// A type that values are converted to.
enum ConversionTarget: Sendable {
    case double
    case string
    case objectID
    case bool
    case date
    case int32
    case int64
    case decimal
    /// A type that nothing is converted to.
    case impossible(String)

    /// MongoDB's number for a value that cannot be converted.
    static let failure = 241

    /// The names and numbers of all types.
    private static let types: [(name: String, number: Int32, target: ConversionTarget)] =
        [
            ("double", 1, .double), ("string", 2, .string), ("objectId", 7, .objectID), ("bool", 8, .bool),
            ("date", 9, .date), ("int", 16, .int32), ("long", 18, .int64), ("decimal", 19, .decimal),
        ]
        + [
            ("minKey", -1), ("missing", 0), ("object", 3), ("array", 4), ("binData", 5), ("undefined", 6),
            ("null", 10), ("regex", 11), ("dbPointer", 12), ("javascript", 13), ("symbol", 14),
            ("javascriptWithScope", 15), ("timestamp", 17), ("maxKey", 127),
        ].map { ($0.0, $0.1, .impossible($0.0)) }

    /// The type that a name or number means.
    init(_ datum: Datum) throws(Failure) {
        switch datum {
        case .string(let name):
            guard let type = Self.types.first(where: { $0.name == name }) else {
                throw .error(code: 2, "there is no type \(name)")
            }
            self = type.target
        case .int32, .int64, .double:
            guard let number = datum.int32, let type = Self.types.first(where: { $0.number == number }) else {
                throw .error(code: 9, "'to' of $convert is not the number of a type")
            }
            self = type.target
        default: throw datum.refused(by: "'to' of $convert", code: 9)
        }
    }

    /// A value, which is not null, as this type.
    func converted(_ datum: Datum) throws(Failure) -> Datum {
        if case .other(.decimal128) = datum { throw .unsupported("decimal128") }
        switch self {
        case .double: return try double(datum)
        case .string: return .string(try string(datum))
        case .bool: return .bool(try datum.truth())
        case .date: return try date(datum)
        case .int32: return try int32(datum)
        case .int64: return try int64(datum)
        case .objectID:
            if case .objectID = datum { return datum }
            guard case .string(let text) = datum else { throw unconvertible(datum, "objectId") }
            guard let id = ObjectID(hexadecimal: text) else { throw unreadable("objectId") }
            return .objectID(id)
        case .decimal:
            switch datum {
            case .double, .int32, .int64, .bool, .datetime, .string: throw .unsupported("decimal128")
            default: throw unconvertible(datum, "decimal")
            }
        case .impossible(let name): throw unconvertible(datum, name)
        }
    }

    private func double(_ datum: Datum) throws(Failure) -> Datum {
        switch datum {
        case .double: return datum
        case .int32(let number): return .double(Double(number))
        case .int64(let number), .datetime(let number): return .double(Double(number))
        case .bool(let flag): return .double(flag ? 1 : 0)
        case .string(let text):
            guard let number = NumberText.double(text) else { throw unreadable("double") }
            return .double(number)
        default: throw unconvertible(datum, "double")
        }
    }

    private func string(_ datum: Datum) throws(Failure) -> String {
        switch datum {
        case .string(let text): return text
        case .double(let number):
            if number.isNaN { return "NaN" }
            if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
            return NumberText.short(number)
        case .int32(let number): return String(number)
        case .int64(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .objectID(let id): return id.description
        case .datetime(let milliseconds): return try Self.text(of: milliseconds)
        default: throw unconvertible(datum, "string")
        }
    }

    /// A date as text, an error outside of the years 0 to 9999.
    static func text(of milliseconds: Int64) throws(Failure) -> String {
        guard let text = DateText.text(milliseconds) else {
            throw .error(code: 18537, "a date outside of the years 0 to 9999 cannot be written")
        }
        return text
    }

    private func date(_ datum: Datum) throws(Failure) -> Datum {
        switch datum {
        case .datetime: return datum
        case .int64(let milliseconds): return .datetime(milliseconds)
        case .double(let milliseconds): return .datetime(try whole(milliseconds, "date"))
        case .timestamp(let bits): return .datetime(Int64(bits >> 32) * 1000)
        case .objectID(let id):
            // Its first four bytes are seconds, with a sign.
            let seconds = id.array.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return .datetime(Int64(Int32(bitPattern: seconds)) * 1000)
        case .string(let text):
            switch DateText.date(text) {
            case .date(let milliseconds): return .datetime(milliseconds)
            case .none: throw unreadable("date")
            case .unknown: throw .unsupported("a date that is not written as in ISO 8601")
            }
        default: throw unconvertible(datum, "date")
        }
    }

    private func int32(_ datum: Datum) throws(Failure) -> Datum {
        let number: Int64
        switch datum {
        case .int32: return datum
        case .int64(let wide): number = wide
        case .bool(let flag): return .int32(flag ? 1 : 0)
        case .double(let double):
            // Beyond the ends is an error also where only the fraction is.
            guard double >= Double(Int32.min), double <= Double(Int32.max) else { throw outOfRange("int") }
            number = try whole(double, "int")
        case .string(let text):
            guard let read = NumberText.integer(text) else { throw unreadable("int") }
            number = read
        default: throw unconvertible(datum, "int")
        }
        guard let narrow = Int32(exactly: number) else { throw outOfRange("int") }
        return .int32(narrow)
    }

    private func int64(_ datum: Datum) throws(Failure) -> Datum {
        switch datum {
        case .int64: return datum
        case .int32(let number): return .int64(Int64(number))
        case .datetime(let milliseconds): return .int64(milliseconds)
        case .bool(let flag): return .int64(flag ? 1 : 0)
        case .double(let number): return .int64(try whole(number, "long"))
        case .string(let text):
            guard let number = NumberText.integer(text) else { throw unreadable("long") }
            return .int64(number)
        default: throw unconvertible(datum, "long")
        }
    }

    private func whole(_ number: Double, _ type: String) throws(Failure) -> Int64 {
        guard let whole = Int64(exactly: number.rounded(.towardZero)) else { throw outOfRange(type) }
        return whole
    }

    private func outOfRange(_ type: String) -> Failure {
        .error(code: Self.failure, "the number is out of the range of \(type)")
    }

    private func unreadable(_ type: String) -> Failure {
        .error(code: Self.failure, "the text cannot be read as \(type)")
    }

    private func unconvertible(_ datum: Datum, _ type: String) -> Failure {
        .error(code: Self.failure, "\(datum.typeName) cannot be converted to \(type)")
    }
}
