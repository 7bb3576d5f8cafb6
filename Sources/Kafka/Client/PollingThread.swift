internal import Foundation

/// A thread that belongs to one client: does what it is asked, in order, and serves the client in between.
///
/// The thread ends after `finish`, or when the last reference goes; everything accepted before is done first, then
/// `end` is run.
final class PollingThread: Sendable {
    private let requests = RequestQueue()

    /// - Parameters:
    ///   - idle: serves the client when nobody asks; says how many seconds may pass until the next time.
    ///   - end: the last thing that the thread does.
    init(name: String, idle: @escaping @Sendable () -> TimeInterval, end: @escaping @Sendable () -> Void) {
        let requests = requests
        let thread = Thread {
            var pause = 0.0
            loop: while true {
                switch requests.next(within: pause) {
                case .work(let work):
                    work()
                    pause = 0
                case .none: pause = idle()
                case .finished: break loop
                }
            }
            end()
            requests.ended()
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { requests.close() }

    /// Runs work on the thread; throws `KafkaError.closed` when it has finished.
    ///
    /// `@concurrent`, like every function here that makes a continuation: in an optimized build, Swift 6.3.1 loses
    /// the caller's actor when a `nonisolated(nonsending)` function around one is inlined into another, and the
    /// caller goes on outside of its actor.
    @concurrent func run<Result: Sendable>(
        _ attempted: String, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = requests.add { continuation.resume(with: Swift.Result { try work() }) }
            if !accepted { continuation.resume(throwing: KafkaError.closed(attempted)) }
        }
    }

    /// Whether the work was accepted, to be run on the thread.
    func add(_ work: @escaping @Sendable () -> Void) -> Bool { requests.add(work) }

    /// Accepts nothing more, and waits until the thread has done its last.
    @concurrent func finish() async {
        requests.close()
        await withCheckedContinuation { continuation in
            requests.whenEnded { continuation.resume() }
        }
    }
}

/// Requests waiting for a polling thread. `NSCondition` guards every property, which is the proof behind
/// `@unchecked Sendable`: none is touched without the lock.
private final class RequestQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [@Sendable () -> Void] = []
    private var isClosed = false
    private var isEnded = false
    private var waitingForEnd: [@Sendable () -> Void] = []

    enum Next {
        case work(@Sendable () -> Void)
        case none
        case finished
    }

    /// Whether the work was accepted.
    func add(_ work: @escaping @Sendable () -> Void) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed else { return false }
        waiting.append(work)
        condition.signal()
        return true
    }

    /// The oldest request; waits for one at most so many seconds.
    func next(within seconds: TimeInterval) -> Next {
        condition.lock()
        defer { condition.unlock() }
        if waiting.isEmpty, !isClosed, seconds > 0 {
            // A wake-up without cause only means that the client is served a little earlier.
            _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
        }
        // The queue is short (one or two), so removing at the front costs nothing.
        if !waiting.isEmpty { return .work(waiting.removeFirst()) }
        return isClosed ? .finished : .none
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.signal()
        condition.unlock()
    }

    /// Called by the thread as its last act.
    func ended() {
        condition.lock()
        isEnded = true
        let tell = waitingForEnd
        waitingForEnd = []
        condition.unlock()
        for told in tell { told() }
    }

    /// Calls back once the thread has ended, at once if it has.
    func whenEnded(_ call: @escaping @Sendable () -> Void) {
        condition.lock()
        let isEnded = isEnded
        if !isEnded { waitingForEnd.append(call) }
        condition.unlock()
        if isEnded { call() }
    }
}
