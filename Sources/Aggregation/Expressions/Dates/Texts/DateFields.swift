import Documents

/// What was read of a date, each part nil where there was none.
struct DateFields {
    var year: Int?
    var month: Int?
    var day: Int?
    var hour: Int?
    var minute: Int?
    var second: Int?
    var microsecond: Int?
    var isoYear: Int?
    var isoWeek: Int?
    var isoWeekday: Int?
    /// Seconds east of Greenwich.
    var offset: Int?

    /// MongoDB's number for a text that is no date, the only failure that `onError` stands in for.
    static let code = 241

    /// The failure of a text.
    static func failure(_ text: String, _ reason: String) -> Failure {
        .error(code: code, "cannot read '\(text)' as a date: \(reason)")
    }

    /// The instant, milliseconds since 1970.
    /// - Parameters:
    ///   - zone: the time zone that the operator was given; with one the text must not have its own, not even with UTC.
    ///   - text: what was read.
    func instant(in zone: Zone, _ text: String) throws(Failure) -> Int64 {
        let days = try days(text)
        let (hour, minute, second) = (hour ?? 0, minute ?? 0, second ?? 0)
        guard hour < 24, minute < 60, second < 60 else { throw Self.failure(text, "there is no such time") }
        let local = days * LocalTime.secondsPerDay + hour * 3600 + minute * 60 + second
        let instant: Int
        if let offset {
            guard zone.isNone else { throw Self.failure(text, "it has a time zone, and so has the operator") }
            instant = local - offset
        } else {
            instant = try zone.instant(showing: local, reference: 0)
        }
        // Years have four digits, so that this fits; what is less than a millisecond is cut off towards 1970.
        return Int64((instant * 1_000_000 + (microsecond ?? 0)) / 1000)
    }

    private func days(_ text: String) throws(Failure) -> Int {
        if let isoYear {
            guard year == nil, month == nil, day == nil else {
                throw Self.failure(text, "it mixes weeks with months and days")
            }
            let fourth = CalendarTime.days(isoYear, 1, 4)
            return fourth - LocalTime.weekday(of: fourth) + ((isoWeek ?? 1) - 1) * 7 + (isoWeekday ?? 1)
        }
        guard isoWeek == nil, isoWeekday == nil else { throw Self.failure(text, "a week needs its year") }
        guard let year, let month, let day else { throw Self.failure(text, "it is incomplete") }
        guard 1...12 ~= month, 1...CalendarTime.daysIn(month, of: year) ~= day else {
            throw Self.failure(text, "there is no such day")
        }
        return CalendarTime.days(year, month, day)
    }
}
