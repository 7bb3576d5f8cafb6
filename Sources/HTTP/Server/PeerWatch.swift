internal import CMicroHTTPD
import Foundation
import Glibc
import Synchronization

/// Notices clients that leave, and clients that are too slow to send a request or to read its answer.
///
/// libmicrohttpd does not watch the socket of a suspended connection, and every connection is suspended while
/// its handler works. So one thread watches all connections by an epoll set of its own for nothing but the
/// end of the client's side, and shuts the socket then. A client that only half-closes its connection counts
/// as gone, as it does for other servers: the two look the same.
///
/// It also keeps room for newcomers: where almost as many connections are open as may be, those that have sent no whole
/// request are closed, the oldest of the address that has most of them. Else a thousand silent connections, which cost a
/// client nothing, would keep everybody out.
final class PeerWatch: Sendable {
    private struct State {
        var peers: [UInt64: Peer] = [:]
        var numbers: [ObjectIdentifier: UInt64] = [:]
        var lastNumber: UInt64 = 0
        var isOver = false
    }

    /// The number under which the bell is in the epoll set; no peer has it.
    private static let bellNumber: UInt64 = 0
    private let epoll: Int32
    private let bell: Int32
    private let capacity: Int
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Starts the thread, which ends with `stop`.
    /// - Parameters:
    ///   - capacity: how many connections may be open.
    ///   - log: is told of connections that were closed to make room.
    init(capacity: Int, log: @escaping @Sendable (String) -> Void) throws(HTTPError) {
        self.capacity = capacity
        self.log = log
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, bell >= 0 else {
            throw HTTPError("cannot watch connections: \(String(cString: strerror(errno)))")
        }
        watch(bell, EPOLLIN.rawValue, Self.bellNumber)
        let thread = Thread { [self] in
            while turn() {}
        }
        thread.name = "http-watch"
        thread.start()
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        if bell >= 0 { close(bell) }
    }

    /// Watches a connection until it is removed.
    func add(_ peer: Peer) {
        let closed = state.withLock { state in
            let closed = makeRoom(&state)
            state.lastNumber += 1
            state.peers[state.lastNumber] = peer
            state.numbers[ObjectIdentifier(peer)] = state.lastNumber
            // Closing the socket takes it out of the set again. Edge-triggered, so that each end is told
            // once.
            watch(peer.descriptor, EPOLLRDHUP.rawValue | EPOLLET.rawValue, state.lastNumber)
            if state.peers.count == 1 { ring() }
            return closed
        }
        if closed.count > 0 {
            log("closed \(closed.count) connections of \(closed.address) without a request to make room")
        }
    }

    /// Shuts some connections without a request where few more may be made. They are forgotten: the library closes them
    /// soon, and there is nobody to be told.
    private func makeRoom(_ state: inout State) -> (count: Int, address: String) {
        guard state.peers.count >= capacity - capacity / 8 else { return (0, "") }
        let idle = Dictionary(grouping: state.peers.filter { $0.value.isIdle }) { $0.value.address }
        guard let crowd = idle.max(by: { $0.value.count < $1.value.count }) else { return (0, "") }
        // Many at a time: looking at all of them takes a while.
        let oldest = crowd.value.sorted { $0.key < $1.key }.prefix(max(1, capacity / 16))
        for (number, peer) in oldest {
            shutdown(peer.descriptor, Int32(SHUT_RDWR))
            state.peers[number] = nil
            state.numbers[ObjectIdentifier(peer)] = nil
        }
        return (oldest.count, crowd.key)
    }

    /// Forgets a connection; its socket is not touched after this.
    func remove(_ peer: Peer) {
        state.withLock { state in
            guard let number = state.numbers.removeValue(forKey: ObjectIdentifier(peer)) else { return }
            state.peers[number] = nil
        }
    }

    /// Ends the thread.
    func stop() {
        state.withLock { $0.isOver = true }
        ring()
    }

    private func watch(_ descriptor: Int32, _ events: UInt32, _ number: UInt64) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: number))
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    private func ring() {
        eventfd_write(bell, 1)
    }

    /// Waits for events, at most a second while there are connections that can be late; false when over.
    private func turn() -> Bool {
        let timeout: Int32 = state.withLock { $0.peers.isEmpty ? -1 : 1000 }
        var left: [UInt64] = []
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), timeout)
            for event in events.prefix(Int(max(0, count))) { left.append(event.data.u64) }
        }
        if left.contains(Self.bellNumber) {
            var rings: eventfd_t = 0
            eventfd_read(bell, &rings)
        }
        let (peers, isOver) = state.withLock { state in
            let peers = left.compactMap { state.peers[$0] }
            // The library misses an end that comes together with the last bytes; this makes it look again.
            for peer in peers { shutdown(peer.descriptor, Int32(SHUT_RDWR)) }
            return (peers, state.isOver)
        }
        for peer in peers { peer.clientLeft() }
        cutOverdue()
        return !isOver
    }

    /// Shuts the sockets on which a request is overdue or an answer read too slowly; the library then closes them. Under
    /// the lock, because a peer that is still known has an open socket.
    private func cutOverdue() {
        let now = ContinuousClock.now
        state.withLock { state in
            for peer in state.peers.values where peer.isOverdue(at: now) {
                shutdown(peer.descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
