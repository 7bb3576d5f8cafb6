import CMongoC
import Documents

extension Database {
    /// How often a transaction is done again that met another one.
    private static let tries = 50

    /// Does writes all together or not at all: nobody sees some of them without the others.
    ///
    /// Done in order, in a transaction, which needs a replica set. One that meets another writer of the same documents
    /// is done again from its beginning.
    ///
    /// - Parameter isRight: whether what the writes did is what was meant; if not, nothing stays done.
    /// - Returns: what the writes did or would have done, and whether they stay done: not if one of them failed.
    /// - Throws: `MongoError` where the database could not do it or it is not known to be durable.
    public func bulkWriteAtOnce(
        _ collection: String, _ operations: [WriteOperation],
        unless isWrong: @escaping @Sendable (BulkResult) -> Bool = { _ in false }
    ) async throws -> (result: BulkResult, isDone: Bool) {
        let attempted = "write \(operations.count) operations at once to \(collection)"
        try check(collection, attempted)
        let plan = WritePlan(operations, ordered: true)
        var attempt = 1
        while true {
            do {
                return try await connections.withConnection(attempted) { [name] connection in
                    try await connection.run(attempted) { wire in
                        try wire.transaction(
                            { () throws(MongoError) in
                                try wire.send(plan, of: operations, to: collection, in: name)
                            }, unless: { $0.hasFailed || isWrong($0) })
                    }
                }
            } catch let error as MongoError
                where error.labels.contains("TransientTransactionError") && attempt < Self.tries
            {
                // Longer and longer, and never the same for two who met.
                try await Task.sleep(for: .microseconds(Int.random(in: 500...2000) * min(attempt, 20)))
                attempt += 1
            }
        }
    }
}

extension Wire {
    /// How often a commit is asked for whose answer was lost.
    private static let commits = 3

    /// Does writes in a transaction and commits it unless what they did is wrong.
    fileprivate func transaction(
        _ writes: () throws(MongoError) -> BulkResult, unless isWrong: (BulkResult) -> Bool
    ) throws(MongoError) -> (result: BulkResult, isDone: Bool) {
        guard let session else { throw failure("there is no session", domain: .client) }
        var error = bson_error_t()
        guard cmongoc_begin(session, &error) else { throw failure(error) }
        let result: BulkResult
        do {
            result = try writes()
        } catch {
            abort(session)
            throw error
        }
        if isWrong(result) {
            abort(session)
            return (result, false)
        }
        var commit = 1
        while true {
            var answer = cmongoc_reply()
            let done = cmongoc_commit(session, &answer, &error)
            let reply = Self.take(answer)
            if done { return (result, true) }
            let failure = failure(error, reply)
            // The same commit may be asked for again; it is done once.
            guard failure.labels.contains("UnknownTransactionCommitResult"), commit < Self.commits else {
                throw failure
            }
            commit += 1
        }
    }

    /// Undoes what was written. Where this fails the server does it by itself, soon.
    private func abort(_ session: OpaquePointer) {
        _ = mongoc_client_session_abort_transaction(session, nil)
    }

    /// Sends the messages of an ordered bulk up to the first that has a failure.
    fileprivate func send(
        _ plan: WritePlan, of operations: [WriteOperation], to collection: String, in database: String
    ) throws(MongoError) -> BulkResult {
        var result = BulkResult()
        for message in plan.messages {
            // A transaction has its write concern for the whole.
            try send(
                message, of: operations, to: collection, in: database, options: ["ordered": true],
                ordered: true, into: &result)
            if result.hasFailed { return result }
        }
        for (index, byteCount) in plan.oversized {
            result.fail(index, oversized(operations[index], index, byteCount))
        }
        return result
    }
}
