import Synchronization

/// The bytes of a streamed answer between the handler that writes them and the connection that sends them.
///
/// The handler's side suspends when too much waits; the connection's side asks to be suspended when nothing
/// does, and `wake` is called once when something came. `wake` is called under the lock, so that the
/// connection cannot be gone by then: a suspended connection is freed by nobody.
final class StreamBuffer: Sendable {
    /// What the connection's side finds.
    enum Portion: Equatable {
        /// So many bytes were copied.
        case bytes(Int)
        /// Nothing yet; the connection is suspended now.
        case nothingYet
        /// All was sent.
        case end
        /// The rest will not come: cut the connection.
        case broken
    }

    private enum Ending { case complete, failed }

    private struct State {
        var chunks: [[UInt8]] = []
        var offset = 0
        var waitingBytes = 0
        var ending: Ending?
        var abandoned = false
        var isSuspended = false
        var writers: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var lastWriter: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let wake: @Sendable () -> Void

    /// A buffer that lets `limit` bytes wait before its writers do.
    init(limit: Int = 65_536, wake: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.wake = wake
    }

    /// Adds bytes and waits while more than the limit wait to be sent.
    @concurrent func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        let (mustWait, number) = try state.withLock { state throws(ClientGone) in
            if state.abandoned { throw ClientGone() }
            if !bytes.isEmpty {
                state.chunks.append(bytes)
                state.waitingBytes += bytes.count
                wakeIfSuspended(&state)
            }
            state.lastWriter += 1
            return (state.waitingBytes > limit, state.lastWriter)
        }
        guard mustWait else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(continuation, number)
            }
        } onCancel: {
            state.withLock { $0.writers.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, any Error>, _ number: UInt64) {
        let outcome: Result<Void, any Error>? = state.withLock { state in
            if state.abandoned { return .failure(ClientGone()) }
            if state.waitingBytes <= limit { return .success(()) }
            // The handler of a cancellation that came before this line found no writer to release.
            if Task.isCancelled { return .failure(CancellationError()) }
            state.writers[number] = continuation
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    /// Says that no more bytes come, because all were written or because the handler failed.
    func end(failed: Bool) {
        state.withLock { state in
            state.ending = failed ? .failed : .complete
            wakeIfSuspended(&state)
        }
    }

    /// Says that nobody will read any more: writers throw from now on.
    func abandon() {
        let writers = state.withLock { state in
            state.abandoned = true
            state.chunks = []
            state.waitingBytes = 0
            wakeIfSuspended(&state)
            defer { state.writers = [:] }
            return state.writers
        }
        for writer in writers.values { writer.resume(throwing: ClientGone()) }
    }

    /// Copies what is there into a destination; suspends the connection by `suspend` where nothing is.
    func read(into destination: UnsafeMutableRawBufferPointer, suspend: () -> Void) -> Portion {
        let (portion, writers) = state.withLock {
            state -> (Portion, [UInt64: CheckedContinuation<Void, any Error>]) in
            if state.abandoned || state.ending == .failed { return (.broken, [:]) }
            let copied = Self.copy(&state, into: destination)
            if copied > 0 {
                guard state.waitingBytes <= limit / 2 else { return (.bytes(copied), [:]) }
                defer { state.writers = [:] }
                return (.bytes(copied), state.writers)
            }
            if state.ending == .complete { return (.end, [:]) }
            state.isSuspended = true
            suspend()
            return (.nothingYet, [:])
        }
        for writer in writers.values { writer.resume() }
        return portion
    }

    /// Moves bytes from the front of the chunks; returns how many.
    private static func copy(_ state: inout State, into destination: UnsafeMutableRawBufferPointer) -> Int {
        var copied = 0
        var emptied = 0
        for chunk in state.chunks where copied < destination.count {
            let count = min(chunk.count - state.offset, destination.count - copied)
            chunk.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: destination[copied..<(copied + count)]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[state.offset..<(state.offset + count)]))
            }
            copied += count
            state.offset += count
            if state.offset == chunk.count {
                emptied += 1
                state.offset = 0
            }
        }
        state.chunks.removeFirst(emptied)
        state.waitingBytes -= copied
        return copied
    }

    private func wakeIfSuspended(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        wake()
    }
}
