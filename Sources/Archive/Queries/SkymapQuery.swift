import Documents
import Sky

/// A query for what lies inside a contour of a stored skymap.
public struct SkymapQuery: Sendable {
    let catalog: String
    let filter: Document
    let projection: Document?
    /// Finds the skymap.
    let skymap: Document
    /// The contour's level, percent, as the fields of a skymap have it: `contour90`.
    let level: String
    /// For the documents, not for the skymap.
    let options: Query.Options

    /// Reads `{localization_name, dateobs?, trigger_id?, aliases?, contour?}`.
    init(
        _ given: Value?, catalog: String, filter: Document, projection: Document?, options: Query.Options
    ) throws(RequestError) {
        guard let skymap = given == nil || given == .null ? Document() : given?.document else {
            throw RequestError(.type, "skymap must be an object")
        }
        guard let name = skymap.string(at: "localization_name"), !name.isEmpty else {
            throw .invalid("Query", "name must be specified")
        }
        var ways: [Document] = []
        if let date = skymap["dateobs"], date != .null, date != "" {
            ways.append(["dateobs": .datetime(try Self.time(date))])
        }
        if let trigger = skymap["trigger_id"], trigger != .null, trigger != "", trigger != 0 {
            let forms = try Self.forms(of: trigger)
            // Kowalski stores one name and queries the other.
            ways.append(["triggerid": ["$in": forms]])
            ways.append(["trigger_id": ["$in": forms]])
        }
        if let aliases = skymap["aliases"], aliases != .null {
            let names = aliases.list ?? [aliases]
            guard names.allSatisfy({ $0.string != nil }) else {
                throw RequestError(.type, "skymap.aliases must be a list of strings")
            }
            if !names.isEmpty { ways.append(["aliases": ["$in": .list(names)]]) }
        }
        guard !ways.isEmpty else {
            throw .invalid(
                "Query", "At least one of dateobs, trigger_id, skymap_name, aliases must be specified")
        }
        self.skymap = [
            "localization_name": .string(name), "$or": .list(ways.map { .document($0) }),
        ]
        level = try Self.level(skymap["contour"])
        self.catalog = catalog
        self.filter = filter
        self.projection = projection
        self.options = options
    }

    /// What lies inside a skymap's contour.
    func filter(inside contour: Document) -> Document {
        var area = DocumentWriter()
        area.append("type", string: contour.string(at: "type") == "Polygon" ? "Polygon" : "MultiPolygon")
        if let coordinates = contour["coordinates"] { area.append("coordinates", coordinates) }
        let within: Value = ["$geoWithin": ["$geometry": .document(area.finish())]]
        return ["$and": [.document(filter), .document([PositionQuery.field: within])]]
    }

    private static func time(_ given: Value) throws(RequestError) -> Int64 {
        if case .datetime(let milliseconds) = given { return milliseconds }
        // Of ISO 8601 only what Python's formats "%Y-%m-%dT%H:%M:%S" and "….%f" take.
        if let text = given.string, text.contains("T"), text.utf8.count >= 19, !text.hasSuffix("Z"),
            !text.dropFirst(10).contains(where: { "+-".contains($0) }),
            let time = try? UTCTime(iso8601: text)
        {
            return time.milliseconds
        }
        throw .invalid("Query", "dateobs must be in format YYYY-MM-DDTHH:MM:SS[.SSS]")
    }

    /// A trigger's number as an integer and as a text.
    private static func forms(of trigger: Value) throws(RequestError) -> Value {
        if let number = trigger.int64 { return [.integer(number), .string(String(number))] }
        guard let text = trigger.string else {
            throw RequestError(.type, "skymap.trigger_id must be an integer")
        }
        return Int64(text).map { [.integer($0), .string(text)] } ?? [.string(text)]
    }

    private static func level(_ given: Value?) throws(RequestError) -> String {
        guard let given, given != .null else { return "90" }
        if let number = given.int64 { return String(number) }
        guard let text = given.double.map({ "\($0)" }) ?? given.string, !text.isEmpty,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        else { throw RequestError(.type, "skymap.contour must be a number") }
        return text
    }
}
