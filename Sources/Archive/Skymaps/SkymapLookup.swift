public import Documents
import Sky

/// Which stored map is meant: by the time, number or another name of the event, and the name of the map.
public struct SkymapLookup: Sendable {
    /// As MongoDB is asked.
    let filter: Document
    /// Levels that it must have.
    let levels: [ContourLevel]

    /// What a client gets with status 200 and the word "error": Kowalski says so of whatever is not found.
    public struct Unanswerable: Error, Sendable, Equatable {
        /// The message.
        public let message: String
    }

    private static let nothingGiven = Unanswerable(message: "must provide dateobs, triggerid, or alias")

    /// Reads the parameters of `GET /api/skymap`.
    /// - Throws: `RequestError` for a field that is none; `Unanswerable`.
    public init(query: [(name: String, value: String)]) throws {
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        var writer = DocumentWriter()
        try Self.append(
            time: value("dateobs").map { .string($0) }, trigger: value("triggerid").map { .string($0) },
            alias: value("alias").map { .string($0) }, to: &writer)
        filter = try Self.filter(event: writer.finish(), name: value("localization_name"))
        do {
            levels = try value("contours").map { try ContourLevel.read(.string($0)) } ?? []
        } catch let error as RequestError {
            throw Unanswerable(message: error.reason)
        }
    }

    /// Reads the body of `DELETE /api/skymap`.
    /// - Throws: `RequestError` for a field that is none; `Unanswerable`.
    public init(body: Document) throws {
        guard let given = body.element(key: "localization_name")?.value, given != .null else {
            throw Self.invalid("localization_name", "field required", "value_error.missing")
        }
        guard let name = given.string else {
            throw Self.invalid("localization_name", "str type expected", "type_error.str")
        }
        func value(_ name: String) -> Value? {
            body.element(key: name)?.value == .null ? nil : body.element(key: name)?.value
        }
        var writer = DocumentWriter()
        try Self.append(
            time: value("dateobs"), trigger: value("triggerid") ?? value("trigger_id"), alias: value("alias"),
            to: &writer)
        filter = try Self.filter(event: writer.finish(), name: name)
        levels = []
    }

    /// The name alone does not tell which map is meant: the same cone may be of several events.
    private static func filter(event: Document, name: String?) throws(Unanswerable) -> Document {
        if event.isEmpty { throw nothingGiven }
        var writer = DocumentWriter()
        writer.append(contentsOf: event.view)
        if let name { writer.append("localization_name", string: name) }
        return writer.finish()
    }

    private static func invalid(_ field: String, _ reason: String, _ type: String) -> RequestError {
        RequestError(
            nil, "1 validation error for SkymapHandlerDelete\n\(field)\n  \(reason) (type=\(type))")
    }

    private static func append(
        time: Value?, trigger: Value?, alias: Value?, to writer: inout DocumentWriter
    ) throws {
        if let time { writer.append("dateobs", .datetime(try SkymapTime.read(time).milliseconds)) }
        if let alias {
            guard let text = alias.string else {
                throw invalid("alias", "str type expected", "type_error.str")
            }
            writer.append("aliases", string: text)
        }
        if let trigger {
            guard let number = try Self.trigger(trigger) else { throw nothingGiven }
            writer.append("triggerid", ["$in": .list(alternatives(number))])
        }
    }

    /// The number of an event as it is stored: an int64 where it is one, be it as text; another text as it is; nil for
    /// null and nothing.
    /// - Throws: `RequestError` for other types.
    static func trigger(_ value: Value) throws(RequestError) -> Value? {
        switch value {
        case .null, .string(""): return nil
        case .string(let text):
            guard text.utf8.count <= SkymapDescription.longestName else { break }
            return Int64(text).map { .int64($0) } ?? value
        default: if let number = value.int64 { return .int64(number) }
        }
        throw RequestError(.value, "triggerid must be an integer or a short string")
    }

    /// The forms in which a number may be stored: Kowalski's are what clients sent.
    static func alternatives(_ trigger: Value) -> [Value] {
        trigger.int64.map { [.int64($0), .string("\($0)")] } ?? [trigger]
    }
}
