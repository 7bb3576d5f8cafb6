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
        let writes = [CollectionWrites(collection, operations)]
        let (results, isDone) = try await bulkWriteAtOnce(writes) { $0.contains(where: isWrong) }
        return (results.first ?? BulkResult(), isDone)
    }

    /// The same in several collections, one after the other; those after one that failed are not tried.
    ///
    /// - Returns: what was done in each collection, in their order.
    public func bulkWriteAtOnce(
        _ writes: [CollectionWrites], unless isWrong: @escaping @Sendable ([BulkResult]) -> Bool
    ) async throws -> (results: [BulkResult], isDone: Bool) {
        let count = writes.reduce(0) { $0 + $1.operations.count }
        let names = writes.map(\.collection).joined(separator: ", ")
        let attempted = "write \(count) operations at once to \(names)"
        for write in writes { try check(write.collection, attempted) }
        let plans = writes.map { WritePlan($0.operations, ordered: true) }
        var attempt = 1
        while true {
            do {
                return try await connections.withConnection(attempted) { [name] connection in
                    try await connection.run(attempted) { wire in
                        try wire.transaction(
                            { () throws(MongoError) in
                                var results: [BulkResult] = []
                                for (write, plan) in zip(writes, plans)
                                where !results.contains(where: \.hasFailed) {
                                    results.append(
                                        try wire.send(
                                            plan, of: write.operations, to: write.collection, in: name))
                                }
                                return results
                            }, unless: { $0.contains(where: \.hasFailed) || isWrong($0) })
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

/// Writes to one collection that are part of a whole.
public struct CollectionWrites: Sendable {
    /// The collection's name.
    public let collection: String
    /// In their order.
    public let operations: [WriteOperation]

    /// - Parameters:
    ///   - collection: the collection's name.
    ///   - operations: in their order.
    public init(_ collection: String, _ operations: [WriteOperation]) {
        self.collection = collection
        self.operations = operations
    }
}

extension Wire {
    /// How often a commit is asked for whose answer was lost.
    private static let commits = 3

    /// Does writes in a transaction and commits it unless what they did is wrong.
    fileprivate func transaction(
        _ writes: () throws(MongoError) -> [BulkResult], unless isWrong: ([BulkResult]) -> Bool
    ) throws(MongoError) -> (results: [BulkResult], isDone: Bool) {
        guard let session else { throw failure("there is no session", domain: .client) }
        var error = bson_error_t()
        guard cmongoc_begin(session, &error) else { throw failure(error) }
        let results: [BulkResult]
        do {
            results = try writes()
        } catch {
            abort(session)
            throw error
        }
        if isWrong(results) {
            abort(session)
            return (results, false)
        }
        var commit = 1
        while true {
            var answer = cmongoc_reply()
            let done = cmongoc_commit(session, &answer, &error)
            let reply = Self.take(answer)
            if done { return (results, true) }
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
