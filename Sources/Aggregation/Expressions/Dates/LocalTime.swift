import Documents

/// An instant as clocks in a time zone show it.
struct LocalTime {
    /// The local time as if it were UTC, seconds since 1970.
    let seconds: Int
    /// 0 to 999.
    let millisecond: Int
    /// Seconds east of Greenwich.
    let offset: Int

    static let secondsPerDay = 86_400

    /// - Parameter instant: milliseconds since 1970.
    @inline(__always)
    init(_ instant: Int64, in zone: Zone) throws(Failure) {
        let (seconds, millisecond) = Int(instant).flooredDivision(by: 1000)
        self.millisecond = millisecond
        offset = try zone.offset(at: seconds)
        self.seconds = seconds + offset
    }

    /// The whole seconds of the instant, since 1970.
    var instant: Int { seconds - offset }

    /// Days since 1970-01-01.
    var days: Int { seconds.flooredDivision(by: Self.secondsPerDay).quotient }

    private var secondOfDay: Int { seconds.flooredDivision(by: Self.secondsPerDay).remainder }

    var hour: Int { secondOfDay / 3600 }
    var minute: Int { secondOfDay / 60 % 60 }
    var second: Int { secondOfDay % 60 }

    /// Year, month and day.
    var date: CalendarTime { CalendarTime(seconds: seconds, millisecond: millisecond) }

    /// 1 to 366.
    var dayOfYear: Int { days - CalendarTime.days(date.year, 1, 1) + 1 }

    /// Monday is 1, Sunday 7.
    var weekday: Int { Self.weekday(of: days) }

    /// The weeks of the year as C's `%U` counts them: the first one begins with the first Sunday, before it is week 0.
    var week: Int { (dayOfYear - weekday % 7 - 1 + 7) / 7 }

    /// The week of ISO 8601, 1 to 53, and the year that it belongs to: the one that its Thursday is in.
    var isoWeek: (year: Int, week: Int) {
        let thursday = days - weekday + 4
        let year = CalendarTime(seconds: thursday * Self.secondsPerDay, millisecond: 0).year
        return (year, (thursday - CalendarTime.days(year, 1, 1)) / 7 + 1)
    }

    /// The weekday of a day counted from 1970-01-01, a Thursday: Monday is 1, Sunday 7.
    static func weekday(of days: Int) -> Int { (days + 3).flooredDivision(by: 7).remainder + 1 }
}

extension Int {
    /// Quotient and remainder of which the remainder is never negative.
    /// - Parameter divisor: positive.
    @inline(__always)
    func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Datum {
    /// The instant, milliseconds since 1970, of a date, timestamp or ObjectId.
    @inline(__always)
    func instant(for operation: String, code: Int = 16006) throws(Failure) -> Int64 {
        switch self {
        case .datetime(let milliseconds): return milliseconds
        case .timestamp(let bits): return Int64(bits >> 32) * 1000
        case .objectID(let id):
            let seconds =
                UInt32(id.bytes[0]) << 24 | UInt32(id.bytes[1]) << 16 | UInt32(id.bytes[2]) << 8
                | UInt32(id.bytes[3])
            return Int64(Int32(bitPattern: seconds)) * 1000
        case .later: throw .later
        default: throw .error(code: code, "\(operation) takes a date, not a value of type \(typeName)")
        }
    }

    /// The text of a string.
    func text(_ argument: String, code: Int) throws(Failure) -> String {
        switch self {
        case .string(let text): return text
        case .later: throw .later
        default: throw .error(code: code, "'\(argument)' must be a string, not a value of type \(typeName)")
        }
    }

    /// The number of a whole number of whatever type.
    func integer(_ argument: String, code: Int) throws(Failure) -> Int64 {
        switch self {
        case .later: throw .later
        case .other(.decimal128): throw .unsupported("decimal128")
        default:
            guard let number = int64 else {
                throw .error(code: code, "'\(argument)' must be a whole number, not one of type \(typeName)")
            }
            return number
        }
    }
}
