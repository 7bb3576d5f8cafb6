import Archive
import Documents
import HTTP

/// What the body of a trigger's request must be.
struct TriggerModel: Sendable {
    /// What Kowalski calls it in its errors.
    let name: String
    let fields: [Field]

    /// One field of the body.
    struct Field: Sendable {
        let name: String
        let kind: Kind
        var isRequired = true
        let meaning: String
    }

    /// What a field holds.
    enum Kind: Sendable {
        case text, number, numbers, objects
    }

    /// The fields of the model that a body has, in the model's order; what else it has is left out.
    /// - Throws: `RequestError` that names every field that is missing or of another type.
    func validated(_ body: Document) throws(RequestError) -> Document {
        var writer = DocumentWriter()
        var faults: [String] = []
        for field in fields {
            guard let element = body.element(key: field.name), field.isRequired || element.value != .null
            else {
                if field.isRequired {
                    faults.append("\(field.name)\n  field required (type=value_error.missing)")
                }
                continue
            }
            faults += field.kind.faults(in: element.value, at: field.name)
            writer.append(element)
        }
        guard faults.isEmpty else {
            let count = faults.count == 1 ? "1 validation error" : "\(faults.count) validation errors"
            throw RequestError(.validation, "\(count) for \(name)\n" + faults.joined(separator: "\n"))
        }
        return writer.finish()
    }

    /// The shape, for the documentation.
    var schema: Schema {
        .object(
            fields.map { field in
                let shape = Schema.explained(field.meaning, field.kind.schema)
                return field.isRequired
                    ? .required(field.name, shape)
                    : .optional(field.name, .explained(field.meaning, .nullable(field.kind.schema)))
            })
    }
}

extension TriggerModel.Kind {
    /// The shape, for the documentation.
    var schema: Schema {
        switch self {
        case .text: .string()
        case .number: .number
        case .numbers: .array(.number)
        case .objects: .array(.object([]))
        }
    }

    /// What is wrong with a value, in pydantic's words.
    fileprivate func faults(in value: Value, at place: String) -> [String] {
        if value == .null { return [Self.fault(place, "none is not an allowed value", "none.not_allowed")] }
        switch self {
        case .text: return value.string == nil ? [Self.fault(place, "str type expected", "str")] : []
        case .number:
            let isFinite = value.double?.isFinite == true
            return isFinite ? [] : [Self.fault(place, "value is not a valid float", "float")]
        case .numbers, .objects:
            guard let list = value.list else {
                return [Self.fault(place, "value is not a valid list", "list")]
            }
            return list.enumerated().flatMap { index, element in
                faults(inElement: element, at: "\(place) -> \(index)")
            }
        }
    }

    private func faults(inElement value: Value, at place: String) -> [String] {
        if case .numbers = self { return Self.number.faults(in: value, at: place) }
        if value == .null { return [Self.fault(place, "none is not an allowed value", "none.not_allowed")] }
        guard let object = value.document else {
            return [Self.fault(place, "value is not a valid dict", "dict")]
        }
        return object.view.isFinite ? [] : [Self.fault(place, "value is not a valid float", "float")]
    }

    private static func fault(_ place: String, _ words: String, _ type: String) -> String {
        "\(place)\n  \(words) (type=type_error.\(type))"
    }
}

extension DocumentView {
    /// Whether all numbers are finite at any depth, so that they can be sent on as JSON.
    fileprivate var isFinite: Bool {
        elements.allSatisfy { $0.double?.isFinite ?? true && $0.view?.isFinite ?? true }
    }
}
