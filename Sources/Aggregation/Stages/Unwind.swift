import Documents

/// `$unwind`: a document for each element of an array. What is no array counts as its own only element, except what is
/// missing, null or undefined.
struct Unwind: Stage {
    let path: [Name]
    /// Where the position of each element goes.
    let position: [Name]?
    /// Whether a document stays where there is no element.
    let keepsEmpty: Bool

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        for record in input {
            try run.spend(1 + record.count)
            let datum = try find(path, in: record)
            switch datum {
            case .later: throw .later
            case .array(let list) where list.count > 0:
                try run.spend(list.count)
                for index in 0..<list.count {
                    try run.hold(32 * record.count)
                    let made = record.setting(path[...], list[index])
                    output.append(placed(made, .int64(Int64(index))))
                }
            case .array:
                guard keepsEmpty else { continue }
                try run.hold(32 * record.count)
                output.append(placed(record.setting(path[...], .missing), .null))
            default:
                guard keepsEmpty || !datum.isNullish else { continue }
                output.append(placed(record, .null))
            }
        }
    }

    private func placed(_ record: Record, _ datum: Datum) -> Record {
        position.map { record.setting($0[...], datum) } ?? record
    }

    /// The value at the path, which leads through documents only.
    private func find(_ path: [Name], in record: Record) throws(Failure) -> Datum {
        var datum = Datum.document(record)
        for name in path {
            switch datum {
            case .document(let inner): datum = inner.datum(named: name)
            case .later: throw .later
            default: return .missing
            }
        }
        return datum
    }
}

extension Record {
    /// The document with another value at a path. What is no document on the way becomes one.
    func setting(_ path: ArraySlice<Name>, _ datum: Datum) -> Record {
        guard let name = path.first else { return self }
        var members = places
        var hint = 0
        let index = members.index(of: name, hint: &hint)
        var made = datum
        if path.count > 1 {
            if let index, case .document(let inner) = members[index].datum {
                made = .document(inner.setting(path.dropFirst(), datum))
            } else {
                made = .document(Record([]).setting(path.dropFirst(), datum))
            }
        }
        if let index { members[index].datum = made } else { members.append(Member(name, made)) }
        return Record(members)
    }
}

extension Compiler {
    /// Compiles the argument of `$unwind`.
    func unwinding(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        var given = ["path": argument]
        if case .document = argument {
            given = try fields(
                argument, ["path"], ["includeArrayIndex", "preserveNullAndEmptyArrays"], of: "$unwind", place)
        }
        guard case .string(let text)? = given["path"], text.utf8.first == UInt8(ascii: "$") else {
            throw CompileError(.invalid, place, "the path must be a string that begins with '$'")
        }
        let path = try path(String(text.dropFirst()), place).map { Name($0) }
        var position: [Name]?
        if let wanted = given["includeArrayIndex"] {
            let place = place.at("includeArrayIndex")
            guard case .string(let text) = wanted else {
                throw CompileError(.invalid, place, "must be the name of a field")
            }
            position = try self.path(text, place).map { Name($0) }
        }
        if let position, position.count < path.count, path.starts(with: position) {
            // MongoDB 6.0.5 itself stops at this.
            throw CompileError(.unsupported, place, "includeArrayIndex above the path")
        }
        guard case .bool(let keepsEmpty) = given["preserveNullAndEmptyArrays"] ?? .bool(false) else {
            throw CompileError(.invalid, place.at("preserveNullAndEmptyArrays"), "must be a bool")
        }
        return Unwind(path: path, position: position, keepsEmpty: keepsEmpty)
    }
}
