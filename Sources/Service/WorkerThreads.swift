import Foundation
import Synchronization

/// A fixed number of threads of our own for calls that block (libmongoc, librdkafka, libcurl).
///
/// The cooperative pool has one thread a core: a blocking call there stops everything else. Work is taken in
/// the order it was given. A hop costs microseconds, so give it a batch of work.
///
/// Threads end when the last reference goes; work already given is done first.
public final class WorkerThreads: Sendable {
    private let queue = WorkQueue()

    /// - Parameters:
    ///   - name: shown by debuggers and `top`, cut to the 15 bytes that Linux has for it; of several threads each
    ///     has its number behind it.
    ///   - count: how many threads, at least 1.
    public init(name: String, count: Int) {
        queue.startThreads(name: name, count: count)
    }

    deinit { queue.close() }

    /// Gives blocking work to one of the threads and does not wait for it.
    public func start(_ work: @escaping @Sendable () -> Void) { queue.add(work) }

    /// Runs blocking work on one of the threads and waits for it without blocking the caller's thread.
    ///
    /// `@concurrent`, like every function that makes a continuation: Swift 6.3.1, optimizing, else resumes callers off
    /// their actor.
    @concurrent public func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.add { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}

/// Work waiting for threads. `NSCondition` guards `waiting` and `closed`, which is the proof behind
/// `@unchecked Sendable`: neither is touched without the lock.
final class WorkQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [(@Sendable () -> Void)?] = []
    private var taken = 0
    private var closed = false

    /// Starts threads that do the work, until the queue is closed and empty.
    ///
    /// - Parameters:
    ///   - name: cut to the 15 bytes that Linux has for it; of several threads each has its number behind it.
    ///   - count: how many, at least 1.
    func startThreads(name: String, count: Int) {
        for index in 0..<max(1, count) {
            let title = count == 1 ? name : "\(name)-\(index)"
            let thread = Thread { [self] in
                while let work = next() { work() }
            }
            thread.stackSize = 1 << 20
            thread.start()
            // Set before the start it would not reach the system, and longer than 15 bytes neither.
            thread.name = String(decoding: title.utf8.prefix(15), as: UTF8.self)
        }
    }

    /// Adds work behind all that waits.
    func add(_ work: @escaping @Sendable () -> Void) {
        condition.lock()
        waiting.append(work)
        condition.signal()
        condition.unlock()
    }

    /// No more work will come.
    func close() {
        condition.lock()
        closed = true
        condition.broadcast()
        condition.unlock()
    }

    /// The oldest work not yet taken; waits for it; nil when closed and empty.
    func next() -> (@Sendable () -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while taken == waiting.count {
            if closed { return nil }
            condition.wait()
        }
        let work = waiting[taken]
        // Let go at once: work holds a batch of alerts, and the array outlives it.
        waiting[taken] = nil
        taken += 1
        if taken == waiting.count || taken == 64 {
            waiting.removeFirst(taken)
            taken = 0
        }
        return work
    }
}
