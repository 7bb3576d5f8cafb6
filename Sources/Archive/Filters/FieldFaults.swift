import Documents

/// What is wrong with the fields of a body, in the words of Kowalski's model validation (pydantic 1).
struct FieldFaults {
    private var faults: [String] = []

    /// Notes a fault.
    /// - Parameter type: pydantic's name of the rule.
    mutating func add(_ field: String, _ reason: String, type: String) {
        faults.append("\(field)\n  \(reason) (type=\(type))")
    }

    /// Throws where there are faults.
    /// - Parameter model: what the body describes, such as `Filter`.
    func check(_ model: String) throws(RequestError) {
        if faults.isEmpty { return }
        let count = "\(faults.count) validation error\(faults.count == 1 ? "" : "s")"
        throw RequestError(.validation, "\(count) for \(model)\n" + faults.joined(separator: "\n"))
    }

    /// An integer of a required field, at least 1; 0 where it is faulty.
    mutating func identifier(_ name: String, in body: Document) -> Int64 {
        guard let given = given(name, in: body) else { return 0 }
        guard let number = Self.integer(given) else {
            add(name, "value is not a valid integer", type: "type_error.integer")
            return 0
        }
        if number < 1 {
            add(
                name, "ensure this value is greater than or equal to 1",
                type: "value_error.number.not_ge; limit_value=1")
        }
        return number
    }

    /// The text of a required field.
    mutating func text(_ name: String, in body: Document) -> String {
        guard let given = given(name, in: body) else { return "" }
        if let text = given.string { return text }
        add(name, "str type expected", type: "type_error.str")
        return ""
    }

    /// The text of a field that may be missing or null.
    mutating func optionalText(_ name: String, in body: Document) -> String? {
        guard let given = body.element(key: name)?.value, given != .null else { return nil }
        if let text = given.string { return text }
        add(name, "str type expected", type: "type_error.str")
        return nil
    }

    /// The integers of a list; none where the field is missing.
    mutating func integers(_ name: String, in body: Document) -> [Int64] {
        guard let given = given(name, in: body, isRequired: false) else { return [] }
        guard let list = given.list else {
            add(name, "value is not a valid list", type: "type_error.list")
            return []
        }
        return list.enumerated().compactMap { index, value in
            if let number = Self.integer(value) { return number }
            add("\(name) -> \(index)", "value is not a valid integer", type: "type_error.integer")
            return nil
        }
    }

    /// Whether a field is true; `standard` where it is missing.
    mutating func truth(_ name: String, in body: Document, standard: Bool) -> Bool {
        guard let given = given(name, in: body, isRequired: false) else { return standard }
        if let truth = Self.truth(given) { return truth }
        add(name, "value could not be parsed to a boolean", type: "type_error.bool")
        return standard
    }

    /// A truth value or an object; false where the field is missing.
    mutating func truthOrObject(_ name: String, in body: Document) -> Value {
        guard let given = given(name, in: body, isRequired: false) else { return false }
        if given.document != nil { return given }
        if let truth = Self.truth(given) { return .bool(truth) }
        add(name, "value could not be parsed to a boolean", type: "type_error.bool")
        add(name, "value is not a valid dict", type: "type_error.dict")
        return false
    }

    /// An object; empty where the field is missing.
    mutating func object(_ name: String, in body: Document) -> Document {
        guard let given = given(name, in: body, isRequired: false) else { return [:] }
        if let object = given.document { return object }
        add(name, "value is not a valid dict", type: "type_error.dict")
        return [:]
    }

    private mutating func given(_ name: String, in body: Document, isRequired: Bool = true) -> Value? {
        guard let value = body.element(key: name)?.value else {
            if isRequired { add(name, "field required", type: "value_error.missing") }
            return nil
        }
        guard value != .null else {
            add(name, "none is not an allowed value", type: "type_error.none.not_allowed")
            return nil
        }
        return value
    }

    /// The integer that a value means: also that of a text of digits.
    static func integer(_ value: Value) -> Int64? { value.string.map { Int64($0.trimmed) } ?? value.int64 }

    /// The truth that a value means: pydantic takes words and 0 and 1, too.
    static func truth(_ value: Value) -> Bool? {
        if case .bool(let truth) = value { return truth }
        if let number = value.int64 { return number == 0 ? false : number == 1 ? true : nil }
        switch value.string?.lowercased() {
        case "true", "t", "yes", "y", "on", "1": return true
        case "false", "f", "no", "n", "off", "0": return false
        default: return nil
        }
    }
}
