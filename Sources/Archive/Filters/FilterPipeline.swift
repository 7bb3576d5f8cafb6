import Documents

/// The stages of a filter that have passed validation, and the text that is stored of them.
struct FilterPipeline {
    /// An array in Extended JSON: a given one as it was given, else as Python's `json.dumps` spells it.
    let text: String
    /// The stages.
    let stages: [Document]

    /// Why a value is no pipeline of a filter.
    struct Fault: Error {
        let reason: String
        /// pydantic's name of the rule.
        var type = "value_error"
    }

    /// Stages that read or write other collections: those that Kowalski refuses by name, and its oversight.
    private static let forbidden: Set<String> = [
        "$lookup", "$unionWith", "$out", "$merge", "$graphLookup",
    ]

    /// - Parameter given: an array of stages, with type wrappers as they were sent; or a text of one in Extended JSON
    ///   or as a Python literal.
    init(_ given: Value) throws(Fault) {
        let value: Value
        switch given {
        case .string(let given): (text, value) = try Self.read(given)
        case .array:
            text = PythonJSON.text(of: given)
            do { value = try ExtendedJSON.value(from: text) } catch { throw Fault(reason: error.message) }
        default: throw Fault(reason: "pipeline must be an array of stages, or a string of one")
        }
        guard let list = value.list else {
            throw Fault(reason: "pipeline must be an array of stages, or a string of one")
        }
        guard !list.isEmpty else { throw Fault(reason: "pipeline must contain at least one stage") }
        var stages: [Document] = []
        for (index, stage) in list.enumerated() {
            guard let stage = stage.document, !stage.isEmpty else {
                throw Fault(reason: "pipeline.\(index) must be an object that names a stage")
            }
            stages.append(stage)
        }
        self.stages = stages
        try Self.check(stages)
    }

    /// A version of a stored filter, checked again: another program may have written it.
    init(_ version: FilterVersion) throws(Fault) { try self.init(.string(version.pipeline)) }

    private static func read(_ given: String) throws(Fault) -> (String, Value) {
        do {
            return (given, try ExtendedJSON.value(from: given))
        } catch {
            // What is stored is JSON, because readers of the database expect it.
            guard let value = try? PythonLiteral.value(of: given, "pipeline") else {
                throw Fault(
                    reason: error.message,
                    type: error.kind == .syntax ? "value_error.jsondecode" : "value_error")
            }
            return (PythonJSON.text(of: value), value)
        }
    }

    private static func check(_ stages: [Document]) throws(Fault) {
        var found: Set<String> = []
        for stage in stages { stage.view.collect(forbidden, into: &found) }
        guard found.isEmpty else {
            let names = found.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw Fault(reason: "pipeline uses forbidden stages: {\(names)}")
        }
        do {
            // What is not for users is not for filters either, whoever stores them.
            try QueryRules.check(stages, for: User(name: "", programs: [], isAdmin: false))
        } catch {
            throw Fault(reason: error.rule)
        }
    }
}

extension DocumentView {
    /// The keys at any depth that are among some names.
    fileprivate func collect(_ names: Set<String>, into found: inout Set<String>) {
        for element in elements {
            if element.keyBytes.first == UInt8(ascii: "$"), names.contains(element.key) {
                found.insert(element.key)
            }
            element.view?.collect(names, into: &found)
        }
    }
}

extension RequestError {
    /// The rule that was broken, without the name of the model: the last line of what validation says.
    fileprivate var rule: String {
        guard kind == .validation, let line = reason.split(separator: "\n").last else { return reason }
        return String(line.replacing(" (type=value_error)", with: "")).trimmed
    }
}
