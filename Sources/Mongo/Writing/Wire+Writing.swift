import CMongoC
import Documents

extension Wire {
    /// Sends one message and adds what it did.
    ///
    /// A document that spoils the whole message (too deep, not well-formed: the server does not say which) is searched
    /// for by halves, so that the others are stored. Nothing of such a message has been done.
    ///
    /// - Throws: what the database could not do, as opposed to what it refused.
    func send(
        _ message: WritePlan.Message, of operations: [WriteOperation], to collection: String,
        in database: String,
        options: Document, ordered: Bool, into result: inout BulkResult
    ) throws(MongoError) {
        do {
            try sendAtOnce(
                message, of: operations, to: collection, in: database, options: options, ordered: ordered,
                into: &result)
        } catch {
            guard error.isSpoiltMessage else { throw error }
            let indexes = message.indexes
            if indexes.count == 1 {
                result.fail(indexes[0], error)
                return
            }
            for part in [indexes[..<(indexes.count / 2)], indexes[(indexes.count / 2)...]] {
                try send(
                    WritePlan.Message(kind: message.kind, indexes: Array(part)), of: operations,
                    to: collection,
                    in: database, options: options, ordered: ordered, into: &result)
                if ordered, result.hasFailed { return }
            }
        }
    }

    private func sendAtOnce(
        _ message: WritePlan.Message, of operations: [WriteOperation], to collection: String,
        in database: String,
        options: Document, ordered: Bool, into result: inout BulkResult
    ) throws(MongoError) {
        var error = bson_error_t()
        let bulk = options.lend { cmongoc_bulk(client, session, database, collection, $0, &error) }
        guard let bulk else { throw failure(error) }
        defer { mongoc_bulk_operation_destroy(bulk) }
        var indexes: [Int] = []
        var refused: [(index: Int, error: MongoError)] = []
        for index in message.indexes where refused.isEmpty || !ordered {
            if let reason = operations[index].fault {
                refused.append((index, failure(reason, domain: .command)))
            } else if add(operations[index], to: bulk, &error) {
                indexes.append(index)
            } else {
                refused.append((index, failure(error)))
            }
        }
        if !indexes.isEmpty {
            var answer = cmongoc_reply()
            let done = cmongoc_bulk_execute(bulk, &answer, &error)
            let reply = Self.take(answer)
            if let concern = reply.array(at: "writeConcernErrors")?.first?.document {
                throw notDurable(concern, reply)
            }
            let hasWriteErrors = reply.array(at: "writeErrors").map { !$0.isEmpty } ?? false
            if !done, !hasWriteErrors { throw failure(error, reply) }
            try result.add(reply, of: indexes, self)
        }
        // Not before: a message that fails as a whole is sent again in parts.
        for (index, error) in refused { result.fail(index, error) }
    }

    /// Lends an operation's documents to libmongoc, which copies them into the message; false where it refuses one.
    private func add(_ operation: WriteOperation, to bulk: OpaquePointer, _ error: inout bson_error_t) -> Bool
    {
        switch operation {
        case .insertOne(let document):
            return document.lend { cmongoc_bulk_insert(bulk, $0, &error) }
        case .updateOne(let filter, let update, let upsert, let arrayFilters, let hint):
            return change(
                mongoc_bulk_operation_update_one_with_opts, bulk, filter, update.document,
                Self.options(upsert, arrayFilters, hint), &error)
        case .updateMany(let filter, let update, let upsert, let arrayFilters, let hint):
            return change(
                mongoc_bulk_operation_update_many_with_opts, bulk, filter, update.document,
                Self.options(upsert, arrayFilters, hint), &error)
        case .replaceOne(let filter, let replacement, let upsert, let hint):
            return change(
                mongoc_bulk_operation_replace_one_with_opts, bulk, filter, replacement,
                Self.options(upsert, [], hint), &error)
        case .deleteOne(let filter, let hint): return delete(false, bulk, filter, hint, &error)
        case .deleteMany(let filter, let hint): return delete(true, bulk, filter, hint, &error)
        }
    }

    private func change(
        _ change: cmongoc_change, _ bulk: OpaquePointer, _ filter: Document, _ update: Document,
        _ options: Document, _ error: inout bson_error_t
    ) -> Bool {
        filter.lend { filter in
            update.lend { update in
                options.lend { cmongoc_bulk_change(bulk, change, filter, update, $0, &error) }
            }
        }
    }

    private func delete(
        _ many: Bool, _ bulk: OpaquePointer, _ filter: Document, _ hint: Value?, _ error: inout bson_error_t
    ) -> Bool {
        var writer = DocumentWriter()
        if let hint { writer.append("hint", hint) }
        let options = writer.finish()
        return filter.lend { filter in
            options.lend { cmongoc_bulk_delete(bulk, many, filter, $0, &error) }
        }
    }

    private static func options(_ upsert: Bool, _ arrayFilters: [Document], _ hint: Value?) -> Document {
        var writer = DocumentWriter()
        writer.append("validate", .bool(false))
        if upsert { writer.append("upsert", .bool(true)) }
        if !arrayFilters.isEmpty { writer.append("arrayFilters", documents: arrayFilters) }
        if let hint { writer.append("hint", hint) }
        return writer.finish()
    }
}
