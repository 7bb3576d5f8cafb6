import CMongoC
import Documents

/// What work on a connection's thread is done with: libmongoc's blocking calls, over bytes.
///
/// Lives for one piece of work; the pointers are the connection's.
struct Wire {
    let client: OpaquePointer
    let session: OpaquePointer?
    /// What is attempted on what, for errors.
    let attempted: String
    let secrets: Secrets

    /// The answer to a command.
    ///
    /// - Parameters:
    ///   - readOnly: repeated once where the connection breaks (retryReads), and sent where the connection string
    ///     wants reads.
    ///   - server: libmongoc's number of the server to ask, 0 for any that suits.
    func command(
        _ command: Document, on database: String, readOnly: Bool, server: UInt32 = 0
    ) throws(MongoError) -> Document {
        var reply = cmongoc_reply()
        var error = bson_error_t()
        let done = command.lend { command in
            cmongoc_command(client, session, database, command, readOnly, server, &reply, &error)
        }
        let answer = Self.take(reply)
        guard done else { throw failure(error, answer) }
        if let concern = answer.document(at: "writeConcernError") { throw notDurable(concern, answer) }
        return answer
    }

    /// A cursor over a collection's documents; nothing is sent before the first `next`.
    func find(
        _ filter: Document, in collection: String, of database: String, options: Document
    ) throws(MongoError) -> ServerCursor {
        var error = bson_error_t()
        let cursor = filter.lend { filter in
            options.lend { cmongoc_find(client, session, database, collection, filter, $0, &error) }
        }
        guard let cursor else { throw failure(error) }
        return .documents(cursor)
    }

    /// A cursor over what a pipeline makes; nothing is sent before the first `next`.
    ///
    /// - Parameters:
    ///   - pipeline: `{pipeline: [...]}`.
    ///   - collection: nil for a pipeline on the database itself.
    func aggregate(
        _ pipeline: Document, on collection: String?, of database: String, options: Document
    ) throws(MongoError) -> ServerCursor {
        var error = bson_error_t()
        let cursor = pipeline.lend { pipeline in
            options.lend { cmongoc_aggregate(client, session, database, collection, pipeline, $0, &error) }
        }
        guard let cursor else { throw failure(error) }
        return .documents(cursor)
    }

    /// A cursor over the descriptions of a database's collections.
    func collections(of database: String, options: Document) throws(MongoError) -> ServerCursor {
        var error = bson_error_t()
        guard let cursor = options.lend({ cmongoc_collections(client, session, database, $0, &error) }) else {
            throw failure(error)
        }
        return .documents(cursor)
    }

    /// A stream of changes. This asks the server already; `ServerCursor.failure` tells how that went.
    func watch(
        _ pipeline: Document, on collection: String?, of database: String, options: Document
    ) throws(MongoError) -> ServerCursor {
        var error = bson_error_t()
        let stream = pipeline.lend { pipeline in
            options.lend { cmongoc_watch(client, session, database, collection, pipeline, $0, &error) }
        }
        guard let stream else { throw failure(error) }
        return .changes(stream)
    }

    /// The error that libmongoc reports.
    func failure(_ error: bson_error_t, _ reply: Document = Document()) -> MongoError {
        MongoError(error, reply, attempted: attempted, without: secrets)
    }

    /// The error of a write that was done but not on as many members as was asked for.
    func notDurable(_ concern: Document, _ reply: Document) -> MongoError {
        MongoError(
            domain: MongoError.Domain.writeConcern.rawValue,
            code: Int32(clamping: concern.int64(at: "code") ?? 0), codeName: concern.string(at: "codeName"),
            reason: secrets.removed(
                from: concern.string(at: "errmsg") ?? "the write is not known to be durable"),
            labels: (reply.array(at: "errorLabels") ?? []).compactMap(\.string), attempted: attempted,
            serverReply: reply)
    }

    /// The error of something that this module found out itself.
    func failure(_ reason: String, domain: MongoError.Domain, code: Int32 = 0) -> MongoError {
        MongoError(domain: domain, code: code, reason: reason, attempted: attempted)
    }

    /// A reply, copied once into an array and freed. The empty document where there is none.
    static func take(_ reply: cmongoc_reply) -> Document {
        guard let bytes = reply.bytes else { return Document() }
        defer { bson_free(bytes) }
        return Document(trusted: Array(UnsafeBufferPointer(start: bytes, count: Int(reply.count))))
    }
}

extension MongoError {
    /// The one way from libmongoc's errors to ours.
    init(_ error: bson_error_t, _ reply: Document = Document(), attempted: String, without secrets: Secrets) {
        let reason = withUnsafePointer(to: error) { String(cString: cmongoc_reason($0)) }
        self.init(
            domain: error.domain, code: Int32(truncatingIfNeeded: error.code),
            codeName: reply.string(at: "codeName"), reason: secrets.removed(from: reason),
            labels: (reply.array(at: "errorLabels") ?? []).compactMap(\.string), attempted: attempted,
            serverReply: reply.isEmpty ? nil : reply)
    }
}

extension Document {
    /// The first key: a command's name. Nil for the empty document.
    var firstKey: String? {
        var elements = elements
        return elements.next()?.key
    }

    /// Lends the bytes for the length of a call.
    func lend<Result>(_ body: (cmongoc_document) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(cmongoc_document(bytes: $0.baseAddress, count: $0.count)) }
    }
}
