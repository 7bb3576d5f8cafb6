import Foundation
public import Service
import Synchronization

/// An HTTP/1.1 server that answers each request by an async handler.
///
/// Reading and writing happens on the server's own threads; a handler runs in a task of its own, which is
/// cancelled when the client leaves. A client that closes or half-closes its connection has left. Between the
/// arrival of a request and its answer the connection costs no thread. `stop` before letting the server go.
public final class Server: Sendable {
    /// The port that the server listens on.
    public let port: UInt16
    private let context: ServerContext
    private let daemon: Mutex<Daemon?>

    /// Listens and starts to answer.
    ///
    /// - Parameters:
    ///   - executor: runs the handlers; nil for handlers that never block.
    ///   - log: gets the library's own lines, which mostly tell of clients that broke the protocol.
    ///   - handler: answers a request; it should end soon after its task was cancelled.
    /// - Throws: if the address cannot be listened on or the certificate cannot be used.
    public init(
        _ settings: ServerSettings, executor: BlockingExecutor? = nil,
        log: @escaping @Sendable (String) -> Void = { _ in },
        handler: @escaping @Sendable (Request) async -> Response
    ) throws(HTTPError) {
        let tls = try Self.tlsFiles(settings)
        let socket = try ListeningSocket(host: settings.host, port: settings.port)
        let watch: PeerWatch
        do {
            watch = try PeerWatch(capacity: max(1, settings.maximumConnections), log: log)
        } catch {
            close(socket.descriptor)
            throw error
        }
        context = ServerContext(
            settings: settings, watch: watch, executor: executor, log: log, handler: handler)
        port = socket.port
        do {
            daemon = Mutex(
                try Daemon(settings: settings, socket: socket.descriptor, tls: tls, context: context))
        } catch {
            watch.stop()
            throw error
        }
    }

    deinit {
        guard let daemon = daemon.withLock({ $0.take() }) else { return }
        let context = context
        // The last reference may go on one of the threads that stopping waits for.
        Thread.detachNewThread { Self.end(daemon, context) }
    }

    /// How many requests are being received, handled or answered.
    public var requestsInFlight: Int { context.exchangeCount }

    /// Stops accepting connections, lets the exchanges in flight finish for at most a time, cancels the
    /// handlers of those that have not, and closes all connections. Cancelling the caller cuts the time
    /// short. A second call returns at once.
    @concurrent public func stop(grace: Duration = .seconds(30)) async {
        guard let daemon = daemon.withLock({ $0.take() }) else { return }
        context.beginStopping()
        daemon.quiesce()
        await drain(within: grace)
        let context = context
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                Self.end(daemon, context)
                continuation.resume()
            }
        }
    }

    private func drain(within grace: Duration) async {
        async let _: Void = cut(after: grace)
        await context.drained()
    }

    /// Cuts what is in flight after a time, or at once when cancelled: either nothing is in flight any more
    /// or the caller is in a hurry.
    private func cut(after grace: Duration) async {
        try? await Task.sleep(for: grace)
        context.cut()
    }

    private static func end(_ daemon: Daemon, _ context: ServerContext) {
        context.cut()
        daemon.stop()
        context.watch.stop()
    }

    private static func tlsFiles(_ settings: ServerSettings) throws(HTTPError) -> TLSFiles? {
        switch (settings.certificateFile, settings.privateKeyFile) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return TLSFiles(certificate: try text(certificate), key: try text(key))
        default: throw HTTPError("a certificate needs a private key and the other way round")
        }
    }

    private static func text(_ path: String) throws(HTTPError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw HTTPError("cannot read \(path)")
        }
    }
}
