/// The client left, or the server is going down, before the answer was written whole.
public struct ClientGone: Error, CustomStringConvertible {
    /// What happened, in words.
    public var description: String { "the client left before the answer was written" }
}

/// Where the handler of a streamed answer puts its bytes.
public struct BodyWriter: Sendable {
    private let buffer: StreamBuffer

    /// A writer into the buffer that the connection reads.
    init(buffer: StreamBuffer) { self.buffer = buffer }

    /// Hands bytes to the client; returns at once while few wait for it and suspends while more than 128 KiB
    /// do.
    ///
    /// - Throws: `ClientGone` when nobody will read them: stop the cursor and return. `CancellationError`
    ///   when the task was cancelled.
    public func write(_ bytes: [UInt8]) async throws {
        try await buffer.write(bytes)
    }
}
