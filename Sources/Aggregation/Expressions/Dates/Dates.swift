extension Operator {
    /// Operators that take dates apart, read and write them.
    static let dates: [Operator] =
        DatePart.allCases.map(\.operator) + [
            DateToParts.named, DateToString.named, DateFromString.named, timestampPart("$tsSecond", 32),
            timestampPart("$tsIncrement", 0),
        ]

    /// An operator that gives a half of a timestamp, which lies so many bits above the lowest one.
    private static func timestampPart(_ name: String, _ position: UInt64) -> Operator {
        .unary(name) { datum throws(Failure) in
            switch datum {
            case .timestamp(let bits): return .int64(Int64(bits >> position & 0xFFFF_FFFF))
            case .missing, .null, .undefined: return .null
            case .later: throw .later
            default:
                throw .error(
                    code: position == 0 ? 5_687_302 : 5_687_301,
                    "\(name) takes a timestamp, not a value of type \(datum.typeName)")
            }
        }
    }
}
