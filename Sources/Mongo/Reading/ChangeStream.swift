public import Documents
import Synchronization

/// What changes in a collection or a database, as it changes.
///
/// Has a connection for itself until it is closed, fails, its reading task is cancelled or its last reference goes.
/// libmongoc takes it up again after a lost connection or a new primary; after a failure or a restart
/// `resumeToken` does.
public final class ChangeStream: Sendable {
    private let source: LeasedCursor
    private let token: Mutex<Document?>

    init(_ source: LeasedCursor, token: Document?) {
        self.source = source
        self.token = Mutex(token)
    }

    /// Where to go on after the events read so far; nil before the server has told one.
    public var resumeToken: Document? { token.withLock { $0 } }

    /// The next event; nil where nothing happened within the time that the stream waits.
    ///
    /// - Throws: `MongoError`, also where the stream is closed; `CancellationError`. The stream is closed then.
    public func next() async throws -> Document? {
        let read = try await source.read { stream, wire in
            let (events, _) = try stream.read(maximumDocuments: 1, maximumBytes: .max, wire)
            return LeasedCursor.Outcome(value: (event: events.first, token: stream.resumeToken), goesOn: true)
        }
        guard let read else {
            throw MongoError(
                domain: .client, code: 0, reason: "the stream is closed", attempted: "read changes")
        }
        // libmongoc takes a stream up again whose cursor was killed for us.
        if read.event == nil, Task.isCancelled {
            await close()
            throw CancellationError()
        }
        if let found = read.token { token.withLock { $0 = found } }
        return read.event
    }

    /// Ends the stream, here and in the server, and gives its connection back.
    public func close() async { await source.close() }
}
