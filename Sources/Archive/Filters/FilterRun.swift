import Documents
import Sky

/// The body of a request that runs a filter over the archive.
struct FilterRun {
    /// The version to run; nil for the last one.
    let version: Value?
    /// The objects whose alerts to look at; nil for all.
    let objects: [String]?
    /// The first and the last Julian date; nil for all.
    let dates: (from: Double, to: Double)?
    /// How long it may take.
    let maxTime: Duration

    /// Objects at most.
    private static let mostObjects = 1000
    /// Days at most where all objects are looked at.
    private static let mostDays = 1.0
    /// Milliseconds at most.
    private static let longest: Int64 = 300_000

    /// - Throws: the first fault.
    init(_ body: Document) throws(RequestError) {
        func given(_ name: String) -> Value? {
            guard let value = body.element(key: name)?.value, value != .null else { return nil }
            return value
        }
        version = given("filter_version")
        let (start, end) = (given("start_date"), given("end_date"))
        guard given("object_ids") != nil || start != nil || end != nil else {
            throw RequestError(nil, "At least one of object_ids, start_date, or end_date is required")
        }
        objects = try Self.objects(given("object_ids"))
        guard (start == nil) == (end == nil) else {
            throw RequestError(nil, "start_date and end_date must both be provided if either is provided")
        }
        if let start, let end {
            let dates = (from: try Self.date(start, "start_date"), to: try Self.date(end, "end_date"))
            guard objects != nil || dates.to - dates.from <= Self.mostDays else {
                throw RequestError(
                    nil,
                    "start_date and end_date must be within 1 day of each other if object_ids is not provided"
                )
            }
            self.dates = dates
        } else {
            dates = nil
        }
        maxTime = try Self.time(given("max_time_ms"))
        // An empty list of objects is none, and not all of the archive.
        guard objects != nil || dates != nil else {
            throw RequestError(nil, "At least one of object_ids, start_date, or end_date is required")
        }
    }

    private static func objects(_ given: Value?) throws(RequestError) -> [String]? {
        guard let given else { return nil }
        guard let list = given.list else {
            throw RequestError(nil, "object_ids must be a list if provided")
        }
        guard list.count <= mostObjects else {
            throw RequestError(nil, "object_ids list must have \(mostObjects) or fewer elements")
        }
        var objects: [String] = []
        for (index, value) in list.enumerated() {
            guard let name = value.string else {
                throw RequestError(nil, "object_ids.\(index) must be a string")
            }
            objects.append(name)
        }
        return objects.isEmpty ? nil : objects
    }

    /// A Julian date as a number with a point, or an ISO 8601 text.
    private static func date(_ given: Value, _ name: String) throws(RequestError) -> Double {
        switch given {
        case .double(let days):
            guard days.isFinite else { throw RequestError(nil, "failure: \(name) must be finite") }
            return days
        case .string(let text):
            do { return JulianDate(try UTCTime(iso8601: text)).days } catch {
                throw RequestError(nil, "failure: \(name) must be of the form 2026-01-31T23:59:59.123")
            }
        default: throw RequestError(nil, "\(name) must be a float or a string")
        }
    }

    /// How long a run may take: 30 seconds where nothing, or null, is given.
    static func time(_ given: Value?) throws(RequestError) -> Duration {
        guard let given, given != .null else { return .seconds(30) }
        guard let milliseconds = given.int64, milliseconds >= 1 else {
            throw RequestError(nil, "failure: max_time_ms must be int >= 1")
        }
        guard milliseconds <= longest else {
            throw RequestError(nil, "max_time_ms must be less than 5 minutes (in ms: \(longest))")
        }
        return .milliseconds(milliseconds)
    }
}
