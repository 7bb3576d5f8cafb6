import Dispatch
import Foundation
import Synchronization

/// Runs tasks on threads of our own that may block.
///
/// A task that waits for the database hundreds of times a second would otherwise change threads with every operation,
/// to one that may block and back, which costs more than the operation's own work. A task that prefers this executor
/// (`Task(executorPreference:)`) stays where it is: whoever is about to block asks `isCurrent` first.
///
/// A blocked thread is one less, so there must be more of them than things to wait for at the same time. The thread that
/// became idle last is the next to work: its memory is warm, and so few threads work as can.
public final class BlockingExecutor: TaskExecutor {
    private let desk = Desk()

    /// - Parameters:
    ///   - name: shown by debuggers and `top`, cut to the 15 bytes that Linux has for it.
    ///   - count: how many threads, at least 1.
    public init(name: String, count: Int) {
        for index in 0..<max(1, count) {
            let desk = desk
            let thread = Thread {
                Self.mark()
                let place = Place()
                while let job = desk.next(at: place) { job() }
            }
            thread.stackSize = 1 << 20
            thread.start()
            // Set before the start it would not reach the system, and longer than 15 bytes neither.
            thread.name = String(decoding: "\(name)-\(index)".utf8.prefix(15), as: UTF8.self)
        }
    }

    /// Work already given is done first.
    deinit { desk.close() }

    /// Takes a piece of a task.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        desk.add { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Whether the caller's thread belongs to such an executor, so that it may block.
    public static var isCurrent: Bool { pthread_getspecific(key) != nil }

    /// What the threads have, and others have not.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "the process has no thread-specific data left")
        return key
    }()

    private static func mark() {
        // Any address but null.
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
    }
}

/// A piece of work.
private typealias Job = @Sendable () -> Void

/// Where a thread waits for work.
private final class Place: Sendable {
    let bell = DispatchSemaphore(value: 0)
    /// What it was given; nil where there will be no more.
    let job = Mutex<Job?>(nil)
}

/// Work without a thread, and threads without work; never both.
private final class Desk: Sendable {
    private struct State {
        var jobs: [Job] = []
        /// How many of them are taken.
        var taken = 0
        var idle: [Place] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    func add(_ job: @escaping Job) {
        let place = state.withLock { state -> Place? in
            if let place = state.idle.popLast() { return place }
            state.jobs.append(job)
            return nil
        }
        guard let place else { return }
        place.job.withLock { $0 = job }
        place.bell.signal()
    }

    /// The oldest work; waits for it; nil when closed and all is done.
    func next(at place: Place) -> Job? {
        let (job, isOver) = state.withLock { state -> (Job?, Bool) in
            guard state.taken < state.jobs.count else {
                if !state.isClosed { state.idle.append(place) }
                return (nil, state.isClosed)
            }
            let job = state.jobs[state.taken]
            state.taken += 1
            if state.taken == state.jobs.count || state.taken == 64 {
                state.jobs.removeFirst(state.taken)
                state.taken = 0
            }
            return (job, false)
        }
        if job != nil || isOver { return job }
        place.bell.wait()
        return place.job.withLock { $0.take() }
    }

    /// No more work will come.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for place in idle { place.bell.signal() }
    }
}
