/// What a log line says under one key.
public enum LogValue: Equatable, Sendable {
    /// Text.
    case string(String)

    /// A whole number; candids stay exact.
    case int(Int64)

    /// A number.
    case double(Double)

    /// Yes or no.
    case bool(Bool)

    /// Several values.
    case list([LogValue])

    /// Text from bytes; what is not UTF-8 becomes U+FFFD.
    public init(bytes: some Sequence<UInt8>) {
        self = .string(String(decoding: Array(bytes), as: UTF8.self))
    }

    /// The value as any number type has it; larger than an Int64 becomes text.
    public init(_ number: some BinaryInteger) {
        self = Int64(exactly: number).map { .int($0) } ?? .string(String(number))
    }

    /// A time in seconds.
    public init(_ duration: Duration) { self = .double(duration / .seconds(1)) }

    /// Whatever the value prints as; an error, mostly. A secret prints as `***`.
    public init(describing value: Any) { self = .string(String(describing: value)) }

    /// The value as JSON. JSON has no infinities and no NaN, so those are text.
    var json: String {
        switch self {
        case .string(let text): JSONText.quoted(text)
        case .int(let number): String(number)
        case .double(let number): number.isFinite ? "\(number)" : "\"\(number)\""
        case .bool(let flag): flag ? "true" : "false"
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        }
    }

    /// The value for a person: words stand without quotes.
    var text: String {
        guard case .string(let text) = self else { return json }
        let isWord =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" }
        return isWord ? text : json
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral text: String) { self = .string(text) }

    /// A whole number.
    public init(integerLiteral number: Int64) { self = .int(number) }

    /// A number.
    public init(floatLiteral number: Double) { self = .double(number) }

    /// Yes or no.
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }

    /// Several values.
    public init(arrayLiteral values: LogValue...) { self = .list(values) }
}
