internal import CMicroHTTPD
import Glibc
import Synchronization

/// libmicrohttpd's threads on one listening socket.
///
/// `@unchecked Sendable`: the pointers are set once; `quiesce` and `stop` act once each, guarded by
/// `listening` and `isRunning`, and the library allows both from any thread that is not its own.
final class Daemon: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let memory: DaemonMemory
    private let listening: Mutex<Int32?>
    private let isRunning = Atomic(true)

    /// Starts the threads; from now on the callbacks act on the context. Takes the socket over.
    init(
        settings: ServerSettings, socket: Int32, tls: TLSFiles?, context: ServerContext
    ) throws(HTTPError) {
        let memory = DaemonMemory(context: context, tls: tls)
        var flags: UInt32 =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | MHD_USE_ITC.rawValue | MHD_USE_ERROR_LOG.rawValue
        if tls != nil { flags |= MHD_USE_TLS.rawValue }
        let threads = UInt32(min(max(1, settings.threads), 64))
        var start = cmhd_settings()
        start.flags = flags
        start.listen_socket = socket
        start.threads = threads
        start.connections = max(threads, UInt32(clamping: settings.maximumConnections))
        start.connections_per_address = UInt32(clamping: settings.maximumConnectionsPerAddress)
        start.idle_seconds = UInt32(clamping: settings.idleSeconds)
        start.connection_memory = min(max(4096, settings.connectionMemoryBytes), 1 << 24)
        start.tls_key = UnsafePointer(memory.key)
        start.tls_certificate = UnsafePointer(memory.certificate)
        start.log = memory.log
        start.context = memory.context
        start.handle = proceed
        start.begin = begin
        start.complete = complete
        start.notify = notify
        guard let pointer = cmhd_start(&start) else {
            // The library has closed the socket (seen with 0.9.75): a second close would hit a stranger's.
            throw HTTPError(
                "cannot start the server: libmicrohttpd refused"
                    + (tls == nil ? "" : "; are certificate and key a PEM pair?"))
        }
        self.pointer = pointer
        self.memory = memory
        listening = Mutex(socket)
    }

    /// Stops accepting connections; those that exist go on.
    func quiesce() {
        listening.withLock { socket in
            guard socket != nil, isRunning.load(ordering: .acquiring) else { return }
            socket = MHD_quiesce_daemon(pointer)
            // The library may still look at the descriptor until it stops, so it is only shut here, not
            // closed.
            if let socket { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes all connections and ends the threads; blocks until they have ended. No exchange may be
    /// suspended: call `ServerContext.cut` first.
    func stop() {
        quiesce()
        guard isRunning.exchange(false, ordering: .acquiringAndReleasing) else { return }
        MHD_stop_daemon(pointer)
        listening.withLock { socket in
            if let socket, socket >= 0 { close(socket) }
            socket = nil
        }
    }
}

/// The texts of a certificate and its key (PEM).
struct TLSFiles {
    let certificate: String
    let key: String
}

/// What the library points to while it runs. Freed with the daemon, when its threads have ended.
private final class DaemonMemory {
    let context: UnsafeMutableRawPointer
    let log: UnsafeMutablePointer<cmhd_log>
    let certificate: UnsafeMutablePointer<CChar>?
    let key: UnsafeMutablePointer<CChar>?

    init(context: ServerContext, tls: TLSFiles?) {
        self.context = Unmanaged.passRetained(context).toOpaque()
        log = .allocate(capacity: 1)
        log.initialize(to: cmhd_log(write: writeLog, context: self.context))
        certificate = tls.flatMap { strdup($0.certificate) }
        key = tls.flatMap { strdup($0.key) }
    }

    deinit {
        Unmanaged<ServerContext>.fromOpaque(context).release()
        log.deallocate()
        free(certificate)
        free(key)
    }
}

// The callbacks. All run on the library's threads; a connection's callbacks never run at the same time.

/// One line of the library's log.
private func writeLog(_ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?) {
    guard let context, let line else { return }
    let text = String(cString: line)
    Unmanaged<ServerContext>.fromOpaque(context).takeUnretainedValue().log(
        text.last == "\n" ? String(text.dropLast()) : text)
}

/// A connection was made or is about to be closed. The socket's context owns the peer in between.
private func notify(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let context, let connection, let socketContext else { return }
    let server = Unmanaged<ServerContext>.fromOpaque(context).takeUnretainedValue()
    switch code {
    case .CONNECTION_NOTIFY_STARTED:
        let peer = Peer(
            descriptor: cmhd_socket(connection),
            address: Peer.numericAddress(cmhd_client_address(connection)), arrival: server.arrival,
            pace: server.pace)
        socketContext.pointee = Unmanaged.passRetained(peer).toOpaque()
        server.watch.add(peer)
    case .CONNECTION_NOTIFY_CLOSED:
        guard let opaque = socketContext.pointee else { return }
        socketContext.pointee = nil
        server.watch.remove(Unmanaged<Peer>.fromOpaque(opaque).takeRetainedValue())
    }
}

/// A request line has arrived. The library forgets what this returns when the head never comes, so the target
/// is kept by the peer until it does.
private func begin(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    if let target, let connection { peer(of: connection)?.target = String(cString: target) }
    return nil
}

/// The next event of a request. Its context owns the exchange from the first of them to `complete`.
private func proceed(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ bytes: UnsafePointer<CChar>?,
    _ count: UnsafeMutablePointer<Int>?, _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let count, let requestContext else { return .NO }
    let exchange: Exchange
    if let opaque = requestContext.pointee {
        exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
    } else {
        guard let peer = peer(of: connection) else { return .NO }
        let server = Unmanaged<ServerContext>.fromOpaque(context).takeUnretainedValue()
        exchange = Exchange(
            context: server, peer: peer, connection: Connection(connection), target: peer.target)
        requestContext.pointee = Unmanaged.passRetained(exchange).toOpaque()
        server.add(exchange)
    }
    let part = UnsafeRawBufferPointer(start: bytes, count: count.pointee)
    count.pointee = 0
    return exchange.proceed(method: String(cString: method), bytes: part)
}

private func peer(of connection: OpaquePointer) -> Peer? {
    cmhd_socket_context(connection).map { Unmanaged<Peer>.fromOpaque($0).takeUnretainedValue() }
}

/// A request is over.
private func complete(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let opaque = requestContext?.pointee else { return }
    requestContext?.pointee = nil
    Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue().complete(
        cleanly: code == .REQUEST_TERMINATED_COMPLETED_OK)
}
