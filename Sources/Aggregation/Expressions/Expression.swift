import Documents

/// What computes a value from the document that a stage looks at. Compiled once, used by many threads.
protocol Expression: Sendable {
    /// The value for the run's document and variables.
    func value(_ run: inout Run) throws(Failure) -> Datum
}

/// A value that is the same for every document.
///
/// Is sendable because `Datum(constant:)` decodes everything at once: nothing in it is written later.
struct Constant: Expression, @unchecked Sendable {
    let datum: Datum

    func value(_ run: inout Run) -> Datum { datum }
}

extension Datum {
    /// The datum of a value, decoded to the last part, so that threads may share it.
    init(constant value: Value) {
        switch value {
        case .document(let document): self = .document(Record(document.elements.map(Datum.member)))
        case .array(let document): self = .array(List(document.elements.map { Datum(constant: $0.value) }))
        default: self.init(value)
        }
    }

    private static func member(_ element: Element) -> Record.Member {
        Record.Member(Name(element.key), Datum(constant: element.value))
    }

    /// The same datum, decoded to the last part.
    var decoded: Datum { value.map { Datum(constant: $0) } ?? self }
}

/// A document made of expressions, `{a: …, b: …}`. What is missing is left out.
struct DocumentExpression: Expression {
    let fields: [(name: Name, expression: any Expression)]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(fields.count)
        try run.hold(32 * fields.count)
        var members: [Record.Member] = []
        members.reserveCapacity(fields.count)
        for field in fields { members.append(Record.Member(field.name, try field.expression.value(&run))) }
        return try run.document(members)
    }
}

/// An array made of expressions, `[…, …]`. What is missing becomes null.
struct ArrayExpression: Expression {
    let elements: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(elements.count)
        try run.hold(16 * elements.count)
        var data: [Datum] = []
        data.reserveCapacity(elements.count)
        for element in elements { data.append(try element.value(&run)) }
        return try run.array(data)
    }
}
