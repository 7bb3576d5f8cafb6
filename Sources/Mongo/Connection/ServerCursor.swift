import CMongoC
import Documents

/// A cursor of libmongoc's, for its connection's thread alone, which is the proof behind `@unchecked Sendable`: it
/// travels between pieces of work on that thread inside a `LeasedCursor`, which lets one of them have it at a time.
enum ServerCursor: @unchecked Sendable {
    case documents(OpaquePointer)
    case changes(OpaquePointer)

    /// Copies documents out until one of the limits is reached, the end, or, for changes, the server has nothing
    /// new.
    ///
    /// - Parameters:
    ///   - maximumDocuments: at least 1.
    ///   - maximumBytes: the document that reaches it is the last.
    /// - Returns: the documents, and whether a limit was the reason to stop.
    func read(
        maximumDocuments: Int, maximumBytes: Int, _ wire: Wire
    ) throws(MongoError) -> (documents: [Document], isFull: Bool) {
        var documents: [Document] = []
        var byteCount = 0
        while documents.count < maximumDocuments, byteCount < maximumBytes {
            guard let document = next() else {
                try check(wire)
                return (documents, false)
            }
            byteCount += document.bytes.count
            documents.append(document)
        }
        return (documents, true)
    }

    /// Says how many documents the next answer of the server is to have, at least 1. Streams of changes keep to theirs.
    func setBatchSize(_ count: Int) {
        guard case .documents(let cursor) = self else { return }
        mongoc_cursor_set_batch_size(cursor, UInt32(clamping: max(1, count)))
    }

    /// Throws what the server or the connection did to the cursor, if anything.
    func check(_ wire: Wire) throws(MongoError) {
        var reply = cmongoc_reply()
        var error = bson_error_t()
        let failed =
            switch self {
            case .documents(let cursor): cmongoc_cursor_failed(cursor, &reply, &error)
            case .changes(let stream): cmongoc_stream_failed(stream, &reply, &error)
            }
        if failed { throw wire.failure(error, Wire.take(reply)) }
    }

    /// Where a stream of changes can be taken up again; nil for other cursors.
    var resumeToken: Document? {
        guard case .changes(let stream) = self else { return nil }
        var reply = cmongoc_reply()
        cmongoc_stream_token(stream, &reply)
        let token = Wire.take(reply)
        return token.isEmpty ? nil : token
    }

    /// Frees the cursor, in the server too where it is still open there.
    func destroy() {
        switch self {
        case .documents(let cursor): mongoc_cursor_destroy(cursor)
        case .changes(let stream): mongoc_change_stream_destroy(stream)
        }
    }

    private func next() -> Document? {
        var lent = cmongoc_document()
        let found =
            switch self {
            case .documents(let cursor): cmongoc_cursor_next(cursor, &lent)
            case .changes(let stream): cmongoc_stream_next(stream, &lent)
            }
        guard found else { return nil }
        return Document(trusted: Array(UnsafeBufferPointer(start: lent.bytes, count: lent.count)))
    }
}
