public import Documents
import Sky
public import Skymaps

/// What `PUT /api/skymap` asks for: a map, or a notice that tells of one, and the levels of its contours.
public struct SkymapRequest: Sendable {
    /// When the event was; nil where the notice is to say.
    let time: UTCTime?
    /// The mission's number of the event, an int64 where it is a number.
    let trigger: Value?
    /// Names of the event.
    let aliases: [String]
    let levels: [ContourLevel]
    /// Where the map comes from.
    public let source: Source

    /// Where a map comes from.
    public enum Source: Sendable {
        /// The request has it.
        case description(SkymapDescription)
        /// An address.
        case url(String)
        /// A notice.
        case event(VOEvent)
    }

    /// Reads the body of a request.
    public init(_ body: Document) throws(RequestError) {
        guard let contours = body.element(key: "contours")?.value else { throw Self.missing("contours") }
        levels = try ContourLevel.read(contours)
        let notice = body.element(key: "voevent")?.value ?? .null
        let given = body.element(key: "dateobs")?.value ?? .null
        guard given != .null || notice != .null else {
            throw RequestError(.value, "dateobs is required in the request body")
        }
        time = given == .null ? nil : try SkymapTime.read(given)
        let trigger = body.element(key: "triggerid")?.value ?? body.element(key: "trigger_id")?.value ?? .null
        self.trigger = try SkymapLookup.trigger(trigger)
        aliases = try Self.aliases(body.element(key: "aliases")?.value ?? .null)
        if notice != .null {
            guard let text = notice.string else { throw Self.notAnEvent }
            do { source = .event(try VOEvent(xml: text)) } catch { throw Self.notAnEvent }
        } else if let map = body.element(key: "skymap")?.value.document {
            source = try Self.source(map)
        } else {
            throw RequestError(.value, "either skymap dict or voevent is required in the request body")
        }
    }

    private static let notAnEvent = RequestError(.value, "xml file is not valid VOEvent")

    private static func missing(_ field: String) -> RequestError {
        RequestError(
            nil,
            "Invalid request body: 1 validation error for SkymapHandlerPut\n\(field)\n"
                + "  field required (type=value_error.missing)")
    }

    private static func source(_ map: Document) throws(RequestError) -> Source {
        let keys = Set(map.keys)
        // The order in which Kowalski tries them.
        if !keys.isSuperset(of: ["localization_name", "uniq", "probdensity"]), keys.contains("url") {
            guard let url = map.element(key: "url")?.value.string else {
                throw RequestError(.type, "url must be a string")
            }
            return .url(url)
        }
        return .description(try SkymapDescription(map, keys))
    }

    private static func aliases(_ value: Value) throws(RequestError) -> [String] {
        if value == .null { return [] }
        if let one = value.string { return [try alias(one)] }
        guard let list = value.list, list.count <= 100 else {
            throw RequestError(.value, "aliases must be a list of strings")
        }
        var aliases: [String] = []
        for entry in list {
            guard let text = entry.string ?? entry.int64.map(String.init) else {
                throw RequestError(.value, "aliases must be strings")
            }
            aliases.append(try alias(text))
        }
        return aliases
    }

    private static func alias(_ text: String) throws(RequestError) -> String {
        guard text.utf8.count <= SkymapDescription.longestName else {
            throw RequestError(.value, "aliases must have at most \(SkymapDescription.longestName) bytes")
        }
        return text
    }
}
