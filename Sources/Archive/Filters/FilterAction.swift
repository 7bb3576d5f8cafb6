import Documents

/// What a filter does of itself with the alerts that pass, as its two fields say: save them, and ask for follow-up.
enum FilterAction: String, CaseIterable {
    case autosave
    case autoFollowup = "auto_followup"

    /// What a key's value must be; null stands for none, and a number may be the text of one.
    private enum Kind: String {
        case bool = "true or false"
        case string = "a string"
        case integer = "an integer"
        case integers = "a list of integers"
        case number = "a number"
        case object = "an object"
        /// Is checked elsewhere, with an answer of its own.
        case other = ""

        func accepts(_ value: Value) -> Bool {
            switch self {
            case .bool: if case .bool = value { true } else { false }
            case .string: value.string != nil
            case .integer: FieldFaults.integer(value) != nil
            case .integers: value.list?.allSatisfy { FieldFaults.integer($0) != nil } ?? false
            case .number: (value.string.map { Double($0.trimmed) } ?? value.double) != nil
            case .object: value.document != nil
            case .other: true
            }
        }
    }

    /// The keys that the field may have.
    private var keys: [String: Kind] {
        switch self {
        case .autosave:
            [
                "active": .bool, "comment": .string, "ignore_group_ids": .integers, "pipeline": .other,
                "saver_id": .integer,
            ]
        case .autoFollowup:
            [
                "active": .bool, "comment": .string, "pipeline": .other, "allocation_id": .integer,
                "payload": .object, "target_group_ids": .integers, "ignore_allocation_ids": .integers,
                "not_if_tns_reported": .integer, "radius": .number, "validity_days": .integer,
                "priority_order": .other, "implements_update": .bool,
            ]
        }
    }

    /// Whether the field has no other keys than it may have.
    func knowsKeys(of given: Document) -> Bool { given.elements.allSatisfy { keys[$0.key] != nil } }

    /// What is wrong with the types of the values, with the name of the field; nil where nothing is.
    func faultOfTypes(in given: Document) -> String? {
        for element in given.elements where element.type != .null {
            if let kind = keys[element.key], !kind.accepts(element.value) {
                return "\(rawValue).\(element.key) must be \(kind.rawValue)"
            }
        }
        return nil
    }

    /// The order of priorities where one is given; nil where none is.
    /// - Throws: where it is neither `asc` nor `desc`, and where no allocation says what is ordered.
    static func order(in given: Document) throws(RequestError) -> AllocationOrder? {
        guard let order = given.element(key: "priority_order")?.value else { return nil }
        guard let name = order.string, ["asc", "desc"].contains(name) else {
            throw RequestError(nil, "Invalid priority_order specified for auto_followup: \(order.shown)")
        }
        guard let id = given.element(key: "allocation_id")?.value else { throw .missing("allocation_id") }
        guard let allocation = FieldFaults.integer(id) else {
            throw RequestError(.type, "auto_followup.allocation_id must be an integer")
        }
        return AllocationOrder(allocation: allocation, name: name)
    }

    /// The field with the text of its pipeline as it is stored.
    static func stored(_ given: Document, _ pipeline: FilterPipeline) -> Document {
        var writer = DocumentWriter()
        for element in given.elements {
            if element.key == "pipeline" {
                writer.append("pipeline", string: pipeline.text)
            } else {
                writer.append(element)
            }
        }
        return writer.finish()
    }
}

/// In which order the priorities of an allocation of telescope time count; it must be the same in all filters.
struct AllocationOrder {
    let allocation: Int64
    /// `asc` or `desc`.
    let name: String

    /// Finds filters that say otherwise.
    var contradiction: Document {
        [
            // Written as a number or as its digits.
            "auto_followup.allocation_id": ["$in": [.integer(allocation), .string("\(allocation)")]],
            "auto_followup.priority_order": ["$exists": true, "$ne": .string(name)],
        ]
    }
}

extension Value {
    /// The value in a message, as Python shows it.
    var shown: String {
        switch self {
        case .string(let text): text
        case .null: "None"
        case .bool(let truth): truth ? "True" : "False"
        default: PythonJSON.text(of: self)
        }
    }

    /// Python's name of the value's type.
    var pythonType: String {
        switch self {
        case .string: "str"
        case .bool: "bool"
        case .int32, .int64: "int"
        case .double: "float"
        case .array: "list"
        case .null: "NoneType"
        default: "dict"
        }
    }
}
