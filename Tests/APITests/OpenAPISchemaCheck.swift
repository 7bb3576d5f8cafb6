import Documents

/// Says what in a value is not as a Schema Object of OpenAPI 3.0.3 has it: the keywords that our documents use.
struct OpenAPISchemaCheck {
    /// The whole document, for references.
    let document: Document

    /// The faults, each with its place; empty where there are none.
    func faults(_ value: Value, _ schema: Document, at place: String = "$") -> [String] {
        let schema = resolved(schema)
        if value == .null, schema.bool(at: "nullable") == true { return [] }
        var faults: [String] = []
        let type = schema.string(at: "type")
        if let type, !Self.is(value, type) { return ["\(place) is no \(type): \(value)"] }
        if let allowed = schema.array(at: "enum"), !allowed.contains(value) {
            faults.append("\(place) is none of \(allowed)")
        }
        let options = Array(schema.documents(at: "anyOf"))
        if !options.isEmpty,
            !options.contains(where: { self.faults(value, $0.document, at: place).isEmpty })
        {
            faults.append("\(place) is of no shape of anyOf")
        }
        if let minimum = schema.double(at: "minimum"), let number = value.double, number < minimum {
            faults.append("\(place) is below \(minimum)")
        }
        if let items = schema.document(at: "items") {
            for (index, item) in (value.list ?? []).enumerated() {
                faults += self.faults(item, items, at: "\(place)[\(index)]")
            }
        }
        if let object = value.document { faults += self.faults(inObject: object, schema, at: place) }
        return faults
    }

    private func faults(inObject object: Document, _ schema: Document, at place: String) -> [String] {
        var faults: [String] = []
        for name in schema.array(at: "required") ?? [] where object.element(key: name.string ?? "") == nil {
            faults.append("\(place) has no \(name)")
        }
        let properties = schema.document(at: "properties") ?? [:]
        for element in object.elements {
            if let own = properties.element(key: element.key)?.view?.document {
                faults += self.faults(element.value, own, at: "\(place).\(element.key)")
            } else if let others = schema.document(at: "additionalProperties") {
                faults += self.faults(element.value, others, at: "\(place).\(element.key)")
            } else if schema.bool(at: "additionalProperties") == false {
                faults.append("\(place).\(element.key) is not described")
            }
        }
        return faults
    }

    /// The schema, or the one that a reference into the document leads to.
    func resolved(_ schema: Document) -> Document {
        guard let reference = schema.element(key: "$ref")?.string else { return schema }
        var found: Document? = document
        for key in reference.split(separator: "/").dropFirst() {
            found = found?.element(key: String(key))?.view?.document
        }
        return found ?? ["enum": []]
    }

    private static func `is`(_ value: Value, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .document), ("array", .array), ("string", .string), ("boolean", .bool),
            ("integer", .int32), ("integer", .int64), ("number", .int32), ("number", .int64),
            ("number", .double):
            true
        default: false
        }
    }
}
