import Service
import Synchronization

/// What the callbacks of a server share: its handler, its limits and its exchanges in flight.
final class ServerContext: Sendable {
    private struct State {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        var isStopping = false
        var isCut = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var largerBodies = 0
    }

    /// The right to have a body above the usual limit in memory, until the last reference to it goes.
    final class LargerBody: Sendable {
        private let end: @Sendable () -> Void

        init(end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }

    /// Bodies up to so many times the limit are read and thrown away, because a client that is still sending
    /// when its connection closes never reads the answer.
    private static let drainedLimits = 16

    let handler: @Sendable (Request) async -> Response
    let executor: BlockingExecutor?
    let log: @Sendable (String) -> Void
    let watch: PeerWatch
    let maximumBodyBytes: Int
    private let largerBodyBytes: [String: Int]
    private let largerBodies: Int
    let arrival: Duration?
    let pace: ReadingPace?
    let trustedProxies: [AddressRange]
    private let state = Mutex(State())

    /// The shared part of a server with these settings.
    init(
        settings: ServerSettings, watch: PeerWatch, executor: BlockingExecutor?,
        log: @escaping @Sendable (String) -> Void,
        handler: @escaping @Sendable (Request) async -> Response
    ) {
        self.handler = handler
        self.executor = executor
        self.log = log
        self.watch = watch
        maximumBodyBytes = max(0, settings.maximumBodyBytes)
        largerBodyBytes = settings.largerBodyBytes
        largerBodies = max(0, settings.largerBodies)
        arrival = settings.arrivalSeconds > 0 ? .seconds(settings.arrivalSeconds) : nil
        pace =
            settings.readingRate > 0
            ? ReadingPace(bytesPerSecond: settings.readingRate, seconds: max(1, settings.readingSeconds))
            : nil
        trustedProxies = settings.trustedProxies
    }

    /// The longest body of a request for a target that is read to its end although it is refused, in bytes.
    func maximumDrainedBytes(of target: String) -> Int {
        let (bytes, overflow) = maximumBodyBytes.multipliedReportingOverflow(by: Self.drainedLimits)
        let (twice, isTooMuch) = maximumBodyBytes(of: target).multipliedReportingOverflow(by: 2)
        return overflow || isTooMuch ? .max : max(bytes, twice)
    }

    /// The most bytes that the body of a request for a target may have.
    func maximumBodyBytes(of target: String) -> Int {
        let path = target.prefix { $0 != "?" }
        return max(maximumBodyBytes, largerBodyBytes[String(path)] ?? 0)
    }

    /// The right to a body above the usual limit; nil where there are too many at the moment.
    func takeLargerBody() -> LargerBody? {
        let isFree = state.withLock { state in
            guard state.largerBodies < largerBodies else { return false }
            state.largerBodies += 1
            return true
        }
        return isFree ? LargerBody { [self] in state.withLock { $0.largerBodies -= 1 } } : nil
    }

    /// Whether the server is going down, so that connections are not kept alive.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// How many exchanges are in flight.
    var exchangeCount: Int { state.withLock { $0.exchanges.count } }

    /// Counts an exchange as in flight; one that comes after the cut is abandoned at once.
    func add(_ exchange: Exchange) {
        let isCut = state.withLock { state in
            state.exchanges[ObjectIdentifier(exchange)] = exchange
            return state.isCut
        }
        if isCut { exchange.abandon() }
    }

    /// Counts an exchange as over.
    func remove(_ exchange: Exchange) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.exchanges[ObjectIdentifier(exchange)] = nil
            guard state.exchanges.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// From now on every answer closes its connection.
    func beginStopping() { state.withLock { $0.isStopping = true } }

    /// Returns when no exchange is in flight or all were cut.
    @concurrent func drained() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.exchanges.isEmpty || state.isCut { return true }
                state.waiting.append(continuation)
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    /// Abandons every exchange, now and from now on: after this no connection is or becomes suspended, which
    /// is what MHD_stop_daemon demands.
    func cut() {
        let (exchanges, waiting) = state.withLock { state in
            state.isStopping = true
            state.isCut = true
            defer { state.waiting = [] }
            return (Array(state.exchanges.values), state.waiting)
        }
        for exchange in exchanges { exchange.abandon() }
        for continuation in waiting { continuation.resume() }
    }
}
