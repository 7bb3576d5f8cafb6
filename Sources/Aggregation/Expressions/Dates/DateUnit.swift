/// A unit of calendar or clock.
enum DateUnit: String, Sendable {
    case year, quarter, month, week, day, hour, minute, second, millisecond

    /// The seconds of a unit of the clock, nil for the others.
    var seconds: Int? {
        switch self {
        case .hour: 3600
        case .minute: 60
        case .second: 1
        default: nil
        }
    }

    /// The months of a unit that is as long as they are, nil for the others.
    var months: Int? {
        switch self {
        case .year: 12
        case .quarter: 3
        case .month: 1
        default: nil
        }
    }

    /// The unit that an argument names.
    /// - Parameter codes: MongoDB's numbers for what is no string and for what is no unit.
    init(_ datum: Datum, codes: (type: Int, value: Int)) throws(Failure) {
        let name = try datum.text("unit", code: codes.type)
        guard let unit = DateUnit(rawValue: name) else {
            throw .error(code: codes.value, "there is no unit of time '\(name)'")
        }
        self = unit
    }

    /// The weekday, Monday 1 to Sunday 7, that an argument names in full or by three letters of whatever case.
    static func weekday(_ datum: Datum, codes: (type: Int, value: Int)) throws(Failure) -> Int {
        let name = try datum.text("startOfWeek", code: codes.type)
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let lowercase = name.lowercased()
        guard let index = names.firstIndex(where: { $0 == lowercase || $0.prefix(3) == lowercase }) else {
            throw .error(code: codes.value, "there is no day of the week '\(name)'")
        }
        return index + 1
    }
}
