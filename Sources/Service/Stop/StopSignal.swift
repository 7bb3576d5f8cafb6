internal import Dispatch
internal import Foundation
internal import Synchronization

/// The wish of the operator, or of the process itself, that the process stop in order.
///
/// The first signal asks: whoever waits is told, and has so long to finish what is in hand. The second signal, or
/// the end of that time, ends the process at once. Timing runs on a dispatch queue, so that a blocked
/// cooperative pool cannot hold up the end. Make one and keep it as long as the process lives: Dispatch keeps
/// swallowing the signals after it is gone.
public final class StopSignal: Sendable {
    /// What ended the process before it was done.
    public enum Overdue: Equatable, Sendable {
        /// A second signal; its number.
        case secondSignal(Int32)

        /// The time to finish ran out.
        case deadline

        /// The exit code: 128 and the signal's number as shells have it (143 for SIGTERM), 1 after the deadline.
        public var exitCode: Int32 {
            switch self {
            case .secondSignal(let number): 128 + number
            case .deadline: 1
            }
        }
    }

    /// SIGTERM comes from supervisors, SIGINT from a terminal.
    public static let usualSignals = [SIGTERM, SIGINT]

    private struct State {
        var reason: String?
        var hasSignal = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "stop")
    // Unsafe only by declaration: made in `init`, resumed there and cancelled in `deinit`, both of which Dispatch
    // allows on any thread.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]
    private let deadline: Duration
    private let overdue: @Sendable (Overdue) -> Void

    /// Listens from now on; the signals no longer end the process by themselves.
    ///
    /// - Parameters:
    ///   - deadline: how long after the first signal the process may go on.
    ///   - overdue: what to do after the deadline or a second signal; nil ends the process at once.
    public init(
        signals: [Int32] = usualSignals, deadline: Duration = .seconds(30),
        overdue: (@Sendable (Overdue) -> Void)? = nil
    ) {
        self.deadline = deadline
        self.overdue = overdue ?? { _exit($0.exitCode) }
        let queue = queue
        sources = signals.map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        let registered = DispatchGroup()
        for (number, source) in zip(signals, sources) {
            source.setEventHandler { [weak self] in self?.received(number) }
            registered.enter()
            source.setRegistrationHandler { registered.leave() }
            source.resume()
        }
        // Dispatch installs its signal handler in the background, within microseconds; a signal before that would
        // still have its default action, or be lost if it were ignored here.
        registered.wait()
    }

    deinit {
        for source in sources { source.cancel() }
    }

    /// Why the process stops, or nil while it does not: `signal 15`, or what `request` was given.
    public var reason: String? { state.withLock { $0.reason } }

    /// Asks for the stop as a signal would, for a process that has done all it was started for.
    public func request(_ reason: String) { ask(reason) }

    /// Returns when a stop is asked for, or when the task is cancelled.
    @concurrent public func wait() async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiting[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// A signal came. After a `request` the first one still only asks.
    func received(_ number: Int32) {
        let isFirst = state.withLock { state in
            defer { state.hasSignal = true }
            return !state.hasSignal
        }
        if isFirst { ask("signal \(number)") } else { overdue(.secondSignal(number)) }
    }

    /// Tells everybody who waits and starts the clock, the first time.
    private func ask(_ reason: String) {
        let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard state.reason == nil else { return nil }
            state.reason = reason
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        guard let waiting else { return }
        // At most 30 years, which an Int of nanoseconds holds.
        let nanoseconds = Int(min(deadline / .nanoseconds(1), 1e18))
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
            self?.overdue(.deadline)
        }
        for continuation in waiting { continuation.resume() }
    }
}
