public import Documents

/// What a bulk of writes did. Everything it counts is as durable as the write concern asked; where that is not known
/// the bulk throws.
public struct BulkResult: Sendable {
    /// An operation that failed.
    public struct Failure: Sendable, Equatable {
        /// Its place in the bulk.
        public let index: Int
        /// Why. Not retriable: the server understood the operation and refused it.
        public let error: MongoError
    }

    /// A document that an update made because none matched.
    public struct Upsert: Sendable, Equatable {
        /// The update's place in the bulk.
        public let index: Int
        /// The new document's.
        public let id: Value
    }

    /// How many documents were stored by inserts.
    public internal(set) var inserted = 0
    /// How many documents matched the filters of updates and replacements; upserts are not among them.
    public internal(set) var matched = 0
    /// How many documents are different now.
    public internal(set) var modified = 0
    /// How many documents were removed.
    public internal(set) var deleted = 0
    /// The documents that updates made.
    public internal(set) var upserted: [Upsert] = []
    /// The places of operations whose document is there already (a unique key, 11000), ascending.
    public internal(set) var duplicates: [Int] = []
    /// All other operations that failed, by place.
    public internal(set) var failures: [Failure] = []

    /// Nothing done yet.
    init() {}

    /// Adds the reply of a message as libmongoc makes it out of the server's (mongoc_bulk_operation_execute).
    ///
    /// - Parameter indexes: the places of the message's operations in the bulk.
    /// - Throws: what the server says is not of this kind.
    mutating func add(_ reply: Document, of indexes: [Int], _ wire: Wire) throws(MongoError) {
        inserted += count("nInserted", reply)
        matched += count("nMatched", reply)
        modified += count("nModified", reply)
        deleted += count("nRemoved", reply)
        for entry in reply.array(at: "upserted") ?? [] {
            guard let id = entry.document?["_id"] else { throw malformed("upserted", reply, wire) }
            upserted.append(Upsert(index: try place(entry, indexes, reply, wire), id: id))
        }
        for entry in reply.array(at: "writeErrors") ?? [] {
            let index = try place(entry, indexes, reply, wire)
            let error = MongoError(
                domain: .server, code: Int32(clamping: entry.document?.int64(at: "code") ?? 0),
                codeName: entry.document?.string(at: "codeName"),
                reason: wire.secrets.removed(from: entry.document?.string(at: "errmsg") ?? "refused"),
                attempted: "\(wire.attempted), operation \(index)", serverReply: entry.document)
            // A member that steps down in the middle of a command may say so operation by operation.
            if error.isRetriable { throw error }
            if error.isDuplicateKey { duplicates.append(index) } else { fail(index, error) }
        }
    }

    /// Notes an operation that failed.
    mutating func fail(_ index: Int, _ error: MongoError) {
        failures.append(Failure(index: index, error: error))
    }

    /// Puts everything into the bulk's order.
    mutating func sort() {
        upserted.sort { $0.index < $1.index }
        duplicates.sort()
        failures.sort { $0.index < $1.index }
    }

    private func count(_ key: Path, _ reply: Document) -> Int { Int(reply.int64(at: key) ?? 0) }

    private func place(
        _ entry: Value, _ indexes: [Int], _ reply: Document, _ wire: Wire
    ) throws(MongoError) -> Int {
        guard let place = entry.document?.int64(at: "index").flatMap({ Int(exactly: $0) }),
            indexes.indices.contains(place)
        else { throw malformed("index", reply, wire) }
        return indexes[place]
    }

    private func malformed(_ key: String, _ reply: Document, _ wire: Wire) -> MongoError {
        MongoError(
            domain: .protocol, code: 0, reason: "the server's answer has no valid \(key)",
            attempted: wire.attempted,
            serverReply: reply)
    }
}
