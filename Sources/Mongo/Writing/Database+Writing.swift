public import Documents

extension Database {
    /// Stores documents.
    ///
    /// - Parameters:
    ///   - ordered: whether to stop at the first that cannot be stored.
    ///   - writeConcern: when it counts as done; nil for the setting.
    /// - Throws: what the database could not do, and where the write is not known to be durable; part of it may be
    ///   done then. Do the whole bulk again: documents that were stored are reported as duplicates.
    public func insert(
        _ collection: String, _ documents: [Document], ordered: Bool = false,
        writeConcern: WriteConcern? = nil
    ) async throws -> BulkResult {
        try await write(
            documents.map(WriteOperation.insertOne), to: collection, ordered: ordered, writeConcern,
            "insert \(documents.count) documents into \(collection)")
    }

    /// Does writes of all kinds.
    ///
    /// They go out in as few commands as possible: unless ordered, all inserts first, and so on by kind.
    ///
    /// - Parameters:
    ///   - ordered: whether each comes after the one before and none after one that failed.
    ///   - writeConcern: when it counts as done; nil for the setting.
    /// - Throws: what the database could not do, and where the write is not known to be durable; part of it may be
    ///   done then.
    public func bulkWrite(
        _ collection: String, _ operations: [WriteOperation], ordered: Bool = false,
        writeConcern: WriteConcern? = nil
    ) async throws -> BulkResult {
        try await write(
            operations, to: collection, ordered: ordered, writeConcern,
            "write \(operations.count) operations to \(collection)")
    }

    /// Changes the first document that matches and returns it, nil if there is none: a claim on work to do.
    ///
    /// - Parameters:
    ///   - sort: which one is the first.
    ///   - projection: which fields come back.
    ///   - upsert: whether to make one if none matches.
    ///   - returnsNew: whether it comes back as it is after the change.
    public func findOneAndUpdate(
        _ collection: String, filter: Document, update: WriteOperation.Update, sort: Document? = nil,
        projection: Document? = nil, upsert: Bool = false, returnsNew: Bool = true
    ) async throws -> Document? {
        var writer = DocumentWriter()
        writer.append("findAndModify", string: collection)
        writer.append("query", document: filter)
        switch update {
        case .operators(let document): writer.append("update", document: document)
        case .pipeline(let stages): writer.append("update", documents: stages)
        }
        if let sort { writer.append("sort", document: sort) }
        if let projection { writer.append("fields", document: projection) }
        if upsert { writer.append("upsert", .bool(true)) }
        if returnsNew { writer.append("new", .bool(true)) }
        writer.append("writeConcern", document: settings.writeConcern.document)
        return try await run(command: writer.finish()).document(at: "value")
    }

    private func write(
        _ operations: [WriteOperation], to collection: String, ordered: Bool, _ concern: WriteConcern?,
        _ attempted: String
    ) async throws -> BulkResult {
        try check(collection, attempted)
        if operations.isEmpty { return BulkResult() }
        let plan = WritePlan(operations, ordered: ordered)
        var writer = DocumentWriter()
        writer.append("ordered", .bool(ordered))
        writer.append("writeConcern", document: (concern ?? settings.writeConcern).document)
        let options = writer.finish()
        return try await connections.withConnection(attempted) { [name] connection in
            try await connection.run(attempted) { wire in
                var result = BulkResult()
                for message in plan.messages {
                    try wire.send(
                        message, of: operations, to: collection, in: name, options: options, ordered: ordered,
                        into: &result)
                    if ordered, result.hasFailed { return result }
                }
                for (index, byteCount) in plan.oversized {
                    result.fail(index, wire.oversized(operations[index], index, byteCount))
                }
                result.sort()
                return result
            }
        }
    }
}

extension WriteConcern {
    /// As commands take it.
    var document: Document {
        let members: Value =
            switch members {
            case .majority: "majority"
            case .count(let count): .int32(Int32(clamping: max(1, count)))
            }
        return ["w": members, "j": .bool(journal), "wtimeout": .int32(timeout.milliseconds)]
    }
}

extension BulkResult {
    /// Whether any operation failed, which ends an ordered bulk.
    var hasFailed: Bool { !duplicates.isEmpty || !failures.isEmpty }
}

extension Wire {
    /// The error of an operation that no server takes.
    func oversized(_ operation: WriteOperation, _ index: Int, _ byteCount: Int) -> MongoError {
        let id = operation.id?.shortName.map { " (_id \($0))" } ?? ""
        return MongoError(
            domain: .server, code: ServerCode.bsonObjectTooLarge.rawValue,
            reason:
                "operation \(index)\(id) has \(byteCount) bytes; \(WritePlan.maximumDocumentBytes) are the most",
            attempted: attempted)
    }
}

extension Value {
    /// What identifies a document in a sentence; nil for types that are not used for that.
    fileprivate var shortName: String? {
        switch self {
        case .string(let text): String(text.prefix(100))
        case .int32(let number): String(number)
        case .int64(let number): String(number)
        case .objectID(let id):
            id.array.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        default: nil
        }
    }
}
