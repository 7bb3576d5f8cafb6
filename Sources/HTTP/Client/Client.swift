import Service
import Synchronization

/// Calls other servers by HTTP.
///
/// Transfers run by libcurl on threads of the client's own; connections are kept for the next request to the
/// same server. Redirects are answers like any other. Only http and https are spoken, and certificates are
/// checked.
public final class Client: Sendable {
    private let settings: ClientSettings
    private let threads: WorkerThreads
    private let idle = Mutex<[EasyHandle]>([])

    /// A client; connects to nothing yet.
    public init(_ settings: ClientSettings = ClientSettings()) {
        self.settings = settings
        threads = WorkerThreads(name: "http-client", count: settings.threads)
    }

    /// Sends a request and returns the answer once it is whole.
    ///
    /// - Throws: `ClientError` if there is no answer; `CancellationError` when the task is cancelled, at most
    ///   about a second later.
    public func send(_ request: ClientRequest) async throws -> ClientResponse {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await threads.run { [self] in
                // There are never more handles than threads, because each is back before its thread goes on.
                let handle = try idle.withLock { $0.popLast() } ?? EasyHandle()
                defer { idle.withLock { $0.append(handle) } }
                return try Transfer(request, settings, cancellation).perform(on: handle)
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}

/// Tells a transfer on another thread that nobody waits for it any more.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    /// Whether `cancel` was called.
    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// Stops the transfer at its next progress report.
    func cancel() { flag.store(true, ordering: .releasing) }
}
