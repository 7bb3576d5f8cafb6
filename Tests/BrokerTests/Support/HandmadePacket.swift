import Documents

/// A small packet after a schema of its own, of which every part can be made wrong.
struct HandmadePacket {
    /// A field: its name, the JSON of its type, and its value; a nil value is left to the schema's null.
    struct Field {
        var name: String
        var type: String
        var value: Value
    }

    var outermost: [Field]
    var candidate: [Field]
    var name = "ztf.alert"

    static let optionalDouble = #"["null", "double"]"#

    /// The JSON of a list of records, or null.
    static func rows(_ name: String, _ fields: [(String, String)]) -> String {
        let list = fields.map { #"{"name": "\#($0.0)", "type": \#($0.1)}"# }.joined(separator: ", ")
        return
            #"["null", {"type": "array", "items": {"type": "record", "name": "\#(name)", "fields": [\#(list)]}}]"#
    }

    /// An alert that is stored.
    init(_ candid: Int64, of objectID: String = "ZTF26handmad") {
        outermost = [
            Field(name: "schemavsn", type: #""string""#, value: "4.02"),
            Field(name: "objectId", type: #""string""#, value: .string(objectID)),
            Field(name: "candid", type: #""long""#, value: .int64(candid)),
            Field(
                name: "prv_candidates",
                type: Self.rows("prv_candidate", [("jd", #""double""#), ("magpsf", Self.optionalDouble)]),
                value: [
                    ["jd": 2_460_999.5, "magpsf": nil],
                    ["jd": .double(2_460_000 + Double(candid % 100)), "magpsf": 19.5],
                ]),
            Field(
                name: "fp_hists",
                type: Self.rows(
                    "fp_hist",
                    [
                        ("jd", #""double""#), ("forcediffimflux", Self.optionalDouble),
                        ("forcediffimfluxunc", Self.optionalDouble), ("magzpsci", Self.optionalDouble),
                    ]),
                value: [
                    [
                        "jd": 2_460_999.5, "forcediffimflux": 1000.0, "forcediffimfluxunc": 50.0,
                        "magzpsci": 26.0,
                    ]
                ]),
        ]
        candidate = [
            Field(name: "jd", type: #""double""#, value: 2_461_000.5),
            Field(name: "ra", type: #""double""#, value: 120.5),
            Field(name: "dec", type: #""double""#, value: -10.25),
            Field(name: "magpsf", type: #""double""#, value: 18.5),
            Field(name: "ndethist", type: #""int""#, value: 1),
            Field(name: "jdstarthist", type: Self.optionalDouble, value: 2_460_990.5),
        ]
    }

    /// The packet with a field's value, and perhaps its type, changed; a field that is not there is added.
    func with(_ path: String, _ value: Value, type: String? = nil) -> HandmadePacket {
        var packet = self
        let isInner = path.hasPrefix("candidate.")
        let name = isInner ? String(path.dropFirst("candidate.".count)) : path
        var fields = isInner ? candidate : outermost
        if let place = fields.firstIndex(where: { $0.name == name }) {
            fields[place].value = value
            if let type { fields[place].type = type }
        } else {
            fields.append(Field(name: name, type: type ?? #""string""#, value: value))
        }
        if isInner { packet.candidate = fields } else { packet.outermost = fields }
        return packet
    }

    /// The packet with a field that neither its schema nor its record has.
    func without(_ path: String) -> HandmadePacket {
        var packet = self
        packet.candidate.removeAll { "candidate.\($0.name)" == path }
        packet.outermost.removeAll { $0.name == path }
        return packet
    }

    /// The container. A packet without fields in `candidate` has no such field.
    func bytes(records: Int = 1) throws -> [UInt8] {
        func json(_ fields: [Field]) -> String {
            fields.map { #"{"name": "\#($0.name)", "type": \#($0.type)}"# }.joined(separator: ", ")
        }
        func document(_ fields: [Field]) -> Document {
            var writer = DocumentWriter()
            for field in fields { writer.append(field.name, field.value) }
            return writer.finish()
        }
        var fields = outermost
        if !candidate.isEmpty {
            fields.append(
                Field(
                    name: "candidate",
                    type: #"{"type": "record", "name": "candidate", "fields": [\#(json(candidate))]}"#,
                    value: .document(document(candidate))))
        }
        let schema = #"{"type": "record", "name": "\#(name)", "fields": [\#(json(fields))]}"#
        return try AvroContainerWriter(schema: schema, marker: Array(1...16)).container(
            of: Array(repeating: document(fields), count: records))
    }
}
