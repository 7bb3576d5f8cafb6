public import Documents
import Sky

/// Times as requests about filters say them: Julian dates, or texts of ISO 8601.
public enum FilterDates {
    /// A Julian date from a value of a body.
    public static func jd(_ given: Value, _ name: String) throws(RequestError) -> Double {
        if let text = given.string { return try jd(text: text, name) }
        guard let days = given.double, days.isFinite else {
            throw RequestError(.value, "\(name) must be a Julian date or a time such as 2026-01-31T23:59:59")
        }
        return days
    }

    /// A Julian date from a text: of a number, a date or a time.
    public static func jd(text: String, _ name: String) throws(RequestError) -> Double {
        if let days = Double(text), days.isFinite { return days }
        do { return JulianDate(try UTCTime(iso8601: text)).days } catch {
            throw RequestError(.value, "\(name) must be a Julian date or a time such as 2026-01-31T23:59:59")
        }
    }

    /// From when to when `start_date` and `end_date` of a body say, both included.
    static func range(_ body: Document) throws(RequestError) -> (from: Double, to: Double) {
        guard let start = body.element(key: "start_date")?.value, start != .null,
            let end = body.element(key: "end_date")?.value, end != .null
        else { throw RequestError(nil, "start_date and end_date must be provided") }
        let range = (from: try jd(start, "start_date"), to: try jd(end, "end_date"))
        guard range.from <= range.to else {
            throw RequestError(.value, "end_date must not be before start_date")
        }
        return range
    }

    /// The night that `night` of a body names: a date, its number as in statistics, or a time in it; else the range of
    /// `start_date` and `end_date`, of a day at most.
    static func night(_ body: Document) throws(RequestError) -> (from: Double, to: Double) {
        guard let given = body.element(key: "night")?.value, given != .null else {
            let range = try range(body)
            guard range.to - range.from <= 1 else {
                throw RequestError(nil, "start_date and end_date must be within 1 day of each other")
            }
            return range
        }
        var days = try jd(given, "night")
        // Numbers of nights are modified Julian dates, which end long before Julian dates begin.
        if days < 1_000_000, given.string == nil { days += JulianDate.modifiedOffset }
        let start = (days - JulianDate.modifiedOffset).rounded(.down) + JulianDate.modifiedOffset
        return (start, (start + 1).nextDown)
    }
}
