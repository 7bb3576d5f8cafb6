import Foundation

/// Runs tasks on threads of our own that may block.
///
/// A task that waits for the database hundreds of times a second would otherwise change threads with every operation,
/// to one that may block and back, which costs more than the operation's own work. A task that prefers this executor
/// (`Task(executorPreference:)`) stays where it is: whoever is about to block asks `isCurrent` first.
///
/// A blocked thread is one less, so there must be more of them than things to wait for at the same time.
public final class BlockingExecutor: TaskExecutor {
    private let queue = WorkQueue()

    /// - Parameters:
    ///   - name: shown by debuggers and `top`.
    ///   - count: how many threads, at least 1.
    public init(name: String, count: Int) {
        queue.startThreads(name: name, count: count, prepare: Self.mark)
    }

    /// Work already given is done first.
    deinit { queue.close() }

    /// Takes a piece of a task.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.add { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
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
