public import Documents
import Synchronization

/// The documents that a query finds, in batches as they are asked for.
///
/// An open cursor has a connection for itself. It lets go when it is read to its end, when it is closed, when it
/// fails, when the task that reads it is cancelled, and when the last reference to it goes; the server's cursor
/// ends with it. A result that fits into the first answer has let go before anybody reads it.
///
/// One task reads at a time.
public final class Cursor: Sendable {
    /// Came with the query itself, the last document first.
    private let first: Mutex<[Document]>
    private let source: LeasedCursor?
    /// Documents read from the server so far and their bytes.
    private let seen: Mutex<(documents: Int, bytes: Int)>

    /// - Parameters:
    ///   - first: documents read already.
    ///   - source: where the others come from; nil if there are none.
    init(first: [Document], source: LeasedCursor?) {
        seen = Mutex((first.count, first.reduce(0) { $0 + $1.bytes.count }))
        self.first = Mutex(first.reversed())
        self.source = source
    }

    /// How large the documents read so far are on average, in bytes; nil where there were none.
    public var meanBytes: Int? {
        let seen = seen.withLock { $0 }
        return seen.documents > 0 ? seen.bytes / seen.documents : nil
    }

    /// The next documents; nil at the end.
    ///
    /// Waits for one answer of the server at most where the documents at hand are fewer than asked for: more than
    /// one is asked for only to fill a batch.
    ///
    /// - Parameters:
    ///   - maximumDocuments: at least 1.
    ///   - maximumBytes: the document that reaches it is the last of the batch. Default 16 MiB.
    /// - Throws: `MongoError`, `CancellationError`; the cursor is closed then.
    public func nextBatch(
        maximumDocuments: Int = 1000, maximumBytes: Int = 16 << 20
    ) async throws -> [Document]? {
        let limit = Swift.max(1, maximumDocuments)
        let ready = first.withLock { first in
            var batch: [Document] = []
            var byteCount = 0
            while batch.count < limit, byteCount < maximumBytes, let document = first.popLast() {
                byteCount += document.bytes.count
                batch.append(document)
            }
            return batch
        }
        if !ready.isEmpty { return ready }
        guard let source else { return nil }
        let bytes = Swift.max(1, maximumBytes)
        let mean = meanBytes
        let batch = try await source.read { cursor, wire in
            // The driver holds a whole answer of the server's, so that answers are to be no larger than a batch.
            if let mean { cursor.setBatchSize(Swift.min(limit, bytes / Swift.max(1, mean))) }
            let (documents, isFull) = try cursor.read(maximumDocuments: limit, maximumBytes: bytes, wire)
            return LeasedCursor.Outcome(value: documents, goesOn: isFull)
        }
        guard let batch, !batch.isEmpty else { return nil }
        let size = batch.reduce(0) { $0 + $1.bytes.count }
        seen.withLock { seen in
            seen.documents += batch.count
            seen.bytes += size
        }
        return batch
    }

    /// Ends the cursor, here and in the server, and gives its connection back.
    public func close() async {
        first.withLock { $0 = [] }
        await source?.close()
    }
}

extension Cursor: AsyncSequence {
    /// A document after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let cursor: Cursor
        private var batch: ArraySlice<Document> = []

        init(_ cursor: Cursor) { self.cursor = cursor }

        /// The next document; nil at the end.
        public mutating func next() async throws -> Document? {
            if batch.isEmpty { batch = try await cursor.nextBatch(maximumBytes: 4 << 20)?[...] ?? [] }
            return batch.popFirst()
        }
    }

    /// Reads on from where the cursor is.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
