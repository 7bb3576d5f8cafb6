import Documents
import HTTP

extension Schema {
    /// The shape as a Schema Object of OpenAPI 3.0.3.
    var openAPI: Document { openAPI(isNullable: false) }

    /// The shape without the word about it, and that word; empty where there is none.
    var apart: (shape: Schema, explanation: String) {
        if case .explained(let text, let shape) = self { (shape, text) } else { (self, "") }
    }

    private func openAPI(isNullable: Bool) -> Document {
        var writer = DocumentWriter()
        switch self {
        case .anything: break
        case .string(let format, let allowed, let pattern, let minimumLength):
            writer.append("type", string: "string")
            if let format { writer.append("format", string: format) }
            if let pattern { writer.append("pattern", string: pattern) }
            if minimumLength > 0 { writer.append("minLength", .integer(Int64(minimumLength))) }
            // OpenAPI 3.0.3 wants null itself among the values of an enumeration that may be null.
            let values = allowed.map(Value.string) + (isNullable ? [.null] : [])
            if !allowed.isEmpty { writer.append("enum", .list(values)) }
        case .integer(let minimum, let maximum):
            writer.append("type", string: "integer")
            writer.append("format", string: "int64")
            if let minimum { writer.append("minimum", .integer(Int64(minimum))) }
            if let maximum { writer.append("maximum", .integer(Int64(maximum))) }
        case .number: writer.append("type", string: "number")
        case .boolean: writer.append("type", string: "boolean")
        case .array(let element):
            writer.append("type", string: "array")
            writer.append("items", document: element.openAPI)
        case .object(let properties, let isClosed): append(properties, isClosed, to: &writer)
        case .map(let element):
            writer.append("type", string: "object")
            writer.append("additionalProperties", document: element.openAPI)
        case .either(let shapes):
            // `nullable` is nothing beside `anyOf`: one of the shapes takes it.
            writer.append(
                "anyOf",
                documents: shapes.enumerated().map { $1.openAPI(isNullable: isNullable && $0 == 0) })
            return writer.finish()
        case .nullable(let shape): return shape.openAPI(isNullable: true)
        case .explained(let text, let shape):
            writer.append(contentsOf: shape.openAPI(isNullable: isNullable).view)
            writer.append("description", string: text)
            return writer.finish()
        case .example(_, let shape):
            writer.append(contentsOf: shape.openAPI(isNullable: isNullable).view)
            writer.append("example", sample)
            return writer.finish()
        }
        // A shape without type admits null already.
        if isNullable, case .anything = self { return writer.finish() }
        if isNullable { writer.append("nullable", bool: true) }
        return writer.finish()
    }

    private func append(_ properties: [Property], _ isClosed: Bool, to writer: inout DocumentWriter) {
        writer.append("type", string: "object")
        let required = properties.filter(\.isRequired).map { Value.string($0.name) }
        if !required.isEmpty { writer.append("required", .list(required)) }
        if !properties.isEmpty {
            writer.beginDocument("properties")
            for property in properties { writer.append(property.name, document: property.schema.openAPI) }
            writer.end()
        }
        if isClosed { writer.append("additionalProperties", bool: false) }
    }

    /// A value of this shape: the example where there is one, else the least that will do.
    var sample: Value {
        switch self {
        case .anything: .document([:])
        case .string(let format, let allowed, _, _):
            .string(allowed.first ?? (format == "date-time" ? "2024-05-10T06:30:00" : "string"))
        case .integer(let minimum, _): .integer(Int64(minimum ?? 1))
        case .number: .double(1.5)
        case .boolean: .bool(true)
        case .array(let element): .list([element.sample])
        case .object(let properties, _): .document(Self.sample(of: properties.filter(\.isRequired)))
        case .map(let element): ["name": element.sample]
        case .either(let shapes): shapes.first?.sample ?? .document([:])
        case .nullable(let shape), .explained(_, let shape): shape.sample
        case .example(let text, let shape):
            // What is declared in the program and is no JSON is found by a test.
            (try? ExtendedJSON.value(from: text, wrappers: .literal)) ?? shape.sample
        }
    }

    private static func sample(of properties: [Property]) -> Document {
        var writer = DocumentWriter()
        for property in properties { writer.append(property.name, property.schema.sample) }
        return writer.finish()
    }
}
