internal import Dispatch
internal import Foundation
internal import Synchronization

/// The wish of the operator, or of the process itself, that the process stop in order.
///
/// The first signal asks: whoever waits is told, and has so long to finish what is in hand. The second signal, or
/// the end of that time, ends the process at once. Timing runs on a dispatch queue, so that a blocked
/// cooperative pool cannot hold up the end.
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
        var isFinished = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "stop")
    // Unsafe only by declaration: made in `init`, resumed there and cancelled in `finish`, both of which Dispatch
    // allows on any thread.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]
    private let numbers: [Int32]
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
        numbers = signals
        let queue = queue
        sources = signals.map { number in
            // The source is told of a signal only if its default action does not end the process first.
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for (number, source) in zip(signals, sources) {
            source.setEventHandler { [weak self] in self?.received(number) }
            source.resume()
        }
    }

    deinit { finish() }

    /// Why the process stops, or nil while it does not: `signal 15`, or what `request` was given.
    public var reason: String? { state.withLock { $0.reason } }

    /// Asks for the stop as a signal would, for a process that has done all it was started for.
    public func request(_ reason: String) { ask(reason) }

    /// Returns when a stop is asked for, or when the task is cancelled.
    public func wait() async {
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

    /// Ends listening and gives the signals their default action back; the deadline no longer applies.
    public func finish() {
        let isFirst = state.withLock { state in
            defer { state.isFinished = true }
            return !state.isFinished
        }
        guard isFirst else { return }
        for source in sources { source.cancel() }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// A signal came.
    private func received(_ number: Int32) {
        if !ask("signal \(number)"), !state.withLock({ $0.isFinished }) { overdue(.secondSignal(number)) }
    }

    /// Tells everybody who waits and starts the clock; whether this was the first time.
    @discardableResult
    private func ask(_ reason: String) -> Bool {
        let waiting: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard state.reason == nil else { return nil }
            state.reason = reason
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        guard let waiting else { return false }
        let nanoseconds = Int(clamping: Int64((deadline / .nanoseconds(1)).rounded()))
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
            guard let self, !self.state.withLock({ $0.isFinished }) else { return }
            self.overdue(.deadline)
        }
        for continuation in waiting { continuation.resume() }
        return true
    }
}
