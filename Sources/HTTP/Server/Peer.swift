// The system's socket types belong to whichever module names them first.
internal import CMicroHTTPD
import Glibc
import Synchronization

/// One connection to a client, from its acceptance to its close.
///
/// Lives as long as the library's connection: made when that is told as started, let go when it is told as
/// closed, which happens before the descriptor is closed.
final class Peer: Sendable {
    private struct State {
        var hasLeft = false
        var exchange: Exchange?
        var deadline: ContinuousClock.Instant?
        var target = ""
        var pace: ReadingPace?
    }

    /// The connection's socket.
    let descriptor: Int32
    /// The client's address in numbers, without port.
    let address: String
    private let arrival: Duration?
    private let pace: ReadingPace?
    private let state: Mutex<State>

    /// A connection whose requests must arrive within a time each and whose answers must be read at some pace; nil is
    /// no limit.
    init(descriptor: Int32, address: String, arrival: Duration?, pace: ReadingPace?) {
        self.descriptor = descriptor
        self.address = address
        self.arrival = arrival
        self.pace = pace
        state = Mutex(State(deadline: arrival.map { .now + $0 }))
    }

    /// The target of the request that arrives, as it stands in the request line.
    var target: String {
        get { state.withLock { $0.target } }
        set { state.withLock { $0.target = newValue } }
    }

    /// A request has arrived whole and is being handled: from now on the exchange is told when the client
    /// leaves. False if the client has left already.
    func begins(_ exchange: Exchange) -> Bool {
        state.withLock { state in
            if state.hasLeft { return false }
            state.exchange = exchange
            state.deadline = nil
            state.pace = pace
            return true
        }
    }

    /// Whether no whole request has arrived that is not answered yet.
    var isIdle: Bool { state.withLock { $0.exchange == nil } }

    /// The exchange is over; the next request may come.
    func ends() {
        let deadline = arrival.map { ContinuousClock.now + $0 }
        state.withLock { state in
            state.exchange = nil
            state.deadline = deadline
            state.pace = nil
        }
    }

    /// The client has closed its side of the connection.
    func clientLeft() {
        let exchange = state.withLock { state in
            state.hasLeft = true
            return state.exchange
        }
        exchange?.abandon()
    }

    /// Whether a request should have arrived by now and has not, or its answer is read too slowly. The socket must be
    /// open.
    func isOverdue(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if let deadline = state.deadline { return deadline < now }
            guard state.pace != nil, let progress = SendingProgress(of: descriptor) else { return false }
            return state.pace?.isTooSlow(taken: progress.taken, isWaiting: progress.isWaiting, now: now)
                ?? false
        }
    }

    /// The address of a socket in numbers; IPv4 addresses that come in by an IPv6 socket are shown as IPv4.
    static func numericAddress(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address else { return "" }
        let size =
            Int32(address.pointee.sa_family) == AF_INET6
            ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            let code = getnameinfo(
                address, socklen_t(size), buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            guard code == 0, let start = buffer.baseAddress else { return "" }
            return String(cString: start)
        }
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}
