import Documents

extension Operator {
    /// Operators on documents.
    static let objects: [Operator] = [
        Operator("$mergeObjects") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(
                argument, count: 0...Int.max, of: "$mergeObjects", place)
            return try compiler.fold(MergeObjects(arguments: arguments), arguments, place)
        },
        .nary("$objectToArray", 1...1) { arguments, run throws(Failure) in
            if arguments[0].isNullish { return .null }
            guard case .document(let record) = arguments[0] else {
                throw .error(code: 40390, "$objectToArray takes a document, not \(arguments[0].typeName)")
            }
            try run.spend(record.count)
            try run.hold(96 * record.count)
            let (key, value) = (Name("k"), Name("v"))
            return .array(
                List(
                    (0..<record.count).map { index in
                        let name = Record.Member(key, .string(record.name(at: index).text))
                        return .document(Record([name, Record.Member(value, record.datum(at: index))]))
                    }))
        },
        Operator("$getField") { compiler, argument, place throws(CompileError) in
            try compiler.getField(argument, place)
        },
        Operator("$setField") { compiler, argument, place throws(CompileError) in
            let given = try compiler.fields(
                argument, ["field", "input", "value"], [], of: "$setField", place)
            return try compiler.setField(given, place)
        },
        Operator("$unsetField") { compiler, argument, place throws(CompileError) in
            let given = try compiler.fields(argument, ["field", "input"], [], of: "$unsetField", place)
            return try compiler.setField(given, place)
        },
        .nary("$bsonSize", 1...1) { arguments, run throws(Failure) in
            if arguments[0].isNullish { return .null }
            guard case .document(let record) = arguments[0] else {
                throw .error(code: 31393, "$bsonSize takes a document, not \(arguments[0].typeName)")
            }
            if record.awaitsLater { throw .later }
            return .int32(Int32(clamping: record.extent.bytes))
        },
        .unary("$binarySize") { datum throws(Failure) in
            switch datum {
            case .missing, .null, .undefined: return .null
            case .string(let text): return .int32(Int32(clamping: text.utf8.count))
            case .other(.binary(_, let bytes)): return .int32(Int32(clamping: bytes.count))
            default:
                throw .error(code: 51276, "$binarySize takes a string or binary data, not \(datum.typeName)")
            }
        },
    ]
}

/// `$mergeObjects`: one document of several, or of those in one array; later fields replace earlier ones.
private struct MergeObjects: Expression {
    let arguments: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        var fields = FieldsByName(capacity: 16)
        try arguments.forEachOperand(&run) { datum, run throws(Failure) in
            if datum.isNullish { return }
            guard case .document(let record) = datum else {
                throw .error(code: 40400, "$mergeObjects takes documents, not \(datum.typeName)")
            }
            try run.spend(record.count)
            try run.hold(32 * record.count)
            for index in 0..<record.count { fields.set(record.name(at: index), record.datum(at: index)) }
        }
        return try run.document(fields.members)
    }
}
