import Documents

/// `$group`: a document for each key, with what accumulators made of the documents that have it, in the order in which
/// the keys were first seen.
struct Group: Stage {
    /// What documents are grouped by.
    enum Identity: Sendable {
        case value(any Expression)
        /// A document: its fields are compared one by one.
        case fields([(name: Name, expression: any Expression)])
    }

    let identity: Identity
    let accumulators: [(name: Name, accumulator: Accumulator)]

    var manner: Manner { .together }

    private static var identityName: Name { Name("_id") }

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        var table = GroupTable<[any Accumulation]>()
        for record in input {
            try run.spend(1 + accumulators.count)
            run.root = record
            let key = try key(&run)
            let place = try table.place(of: key) { () throws(Failure) in
                try run.hold(64 * (1 + accumulators.count))
                return try begin(key, record, &run)
            }
            for (index, accumulation) in table.groups[place].content.enumerated() {
                let datum = try accumulators[index].accumulator.input.value(&run)
                try accumulation.add(datum, &run)
            }
        }
        for (key, content) in table.groups {
            var members = [Record.Member(Self.identityName, document(of: key))]
            for (index, accumulation) in content.enumerated() {
                let datum = try accumulation.result(&run)
                members.append(
                    Record.Member(accumulators[index].name, datum.isMissing ? .null : datum))
            }
            output.append(Record(members))
        }
    }

    private func key(_ run: inout Run) throws(Failure) -> [Datum] {
        switch identity {
        case .value(let expression):
            let datum = try expression.value(&run)
            return [datum.isMissing ? .null : datum]
        case .fields(let fields):
            var key: [Datum] = []
            for field in fields { key.append(try field.expression.value(&run)) }
            if key.count == 1, key[0].isMissing { return [.null] }
            return key
        }
    }

    private func document(of key: [Datum]) -> Datum {
        switch identity {
        case .value: key[0]
        case .fields(let fields):
            .document(Record(zip(fields, key).map { Record.Member($0.name, $1) }))
        }
    }

    /// The accumulations of a new group. How many values some of them keep may depend on the key, whose fields are
    /// the document then.
    private func begin(
        _ key: [Datum], _ record: Record, _ run: inout Run
    ) throws(Failure) -> [any Accumulation] {
        run.root = if case .document(let record) = document(of: key) { record } else { Record([]) }
        defer { run.root = record }
        var accumulations: [any Accumulation] = []
        for each in accumulators { accumulations.append(try each.accumulator.begin(&run)) }
        return accumulations
    }
}

extension Compiler {
    /// Compiles the argument of `$group`.
    mutating func grouping(_ argument: Value, _ place: Place) throws(CompileError) -> Group {
        guard case .document(let specification) = argument else {
            throw CompileError(.invalid, place, "must be an object")
        }
        var identity: Group.Identity?
        var accumulators: [(name: Name, accumulator: Accumulator)] = []
        for element in specification.elements {
            let place = place.at(element.key)
            if element.key == "_id" {
                guard identity == nil else { throw CompileError(.invalid, place, "stands twice") }
                identity = try self.identity(element.value, place)
            } else {
                accumulators.append((Name(element.key), try accumulator(element.key, element.value, place)))
            }
        }
        guard let identity else { throw CompileError(.invalid, place, "needs an _id") }
        return Group(identity: identity, accumulators: accumulators)
    }

    private mutating func identity(_ value: Value, _ place: Place) throws(CompileError) -> Group.Identity {
        guard case .document(let document) = value, let first = document.keys.first,
            first.utf8.first != UInt8(ascii: "$")
        else { return .value(try expression(value, place)) }
        var fields: [(name: Name, expression: any Expression)] = []
        for element in document.elements {
            let place = place.at(element.key)
            switch element.value {
            case .bool, .int32, .int64, .double, .decimal128:
                throw CompileError(.invalid, place, "is a constant as if a field were to be kept")
            default: break
            }
            try checkName(element.key, place)
            fields.append((Name(element.key), try expression(element.value, place)))
        }
        return .fields(fields)
    }

    private mutating func accumulator(
        _ name: String, _ value: Value, _ place: Place
    ) throws(CompileError) -> Accumulator {
        guard name.utf8.first != UInt8(ascii: "$"), !name.utf8.contains(UInt8(ascii: ".")) else {
            throw CompileError(.invalid, place, "must have neither a dot nor a leading '$'")
        }
        guard case .document(let document) = value, let operation = document.keys.first else {
            throw CompileError(.invalid, place, "must be an accumulator")
        }
        return try accumulator(of: operation, document, place)
    }
}
