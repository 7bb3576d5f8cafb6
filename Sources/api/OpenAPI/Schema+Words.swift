import HTTP

extension Schema {
    /// The kind of value in a few words: `list of objects`.
    var words: String {
        switch self {
        case .anything: "any JSON"
        case .string(let format, let allowed, let pattern, _):
            if !allowed.isEmpty {
                allowed.map { "\"\($0)\"" }.joined(separator: " or ")
            } else if let pattern {
                "text that matches \(pattern)"
            } else {
                format.map { "text (\($0))" } ?? "text"
            }
        case .integer(let minimum?, let maximum?): "integer from \(minimum) to \(maximum)"
        case .integer(let minimum?, nil): "integer, at least \(minimum)"
        case .integer(nil, let maximum?): "integer, at most \(maximum)"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "true or false"
        case .array(let element): "list: \(element.apart.shape.words)"
        case .object: "object"
        case .map(let element): "object with values: \(element.apart.shape.words)"
        case .either(let shapes): shapes.map(\.words).joined(separator: ", or ")
        case .nullable(let shape): "\(shape.words), or null"
        case .explained(_, let shape), .example(_, let shape): shape.words
        }
    }

    /// The fields of an object, or of the objects in a list or a map.
    var properties: [Property] {
        switch self {
        case .object(let properties, _): properties
        case .array(let shape), .map(let shape), .nullable(let shape), .explained(_, let shape),
            .example(_, let shape):
            shape.properties
        case .either(let shapes): shapes.flatMap(\.properties)
        default: []
        }
    }
}
