internal import Foundation
internal import Synchronization

/// One line on a terminal that says how far a long piece of work is; nothing where there is no terminal.
///
/// `load 1200/24000, 340 per s, 1 min 7 s left`, rewritten in place at most ten times a second.
public final class ProgressLine: Sendable {
    private struct State {
        var count = 0
        var total: Int?
        var shownAt: ContinuousClock.Instant?
        var width = 0
    }

    private let label: String
    private let isShown: Bool
    private let start: ContinuousClock.Instant
    private let now: @Sendable () -> ContinuousClock.Instant
    private let output: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Starts the clock.
    ///
    /// - Parameters:
    ///   - total: how much there is to do; nil when nobody knows.
    ///   - isShown: whether there is a terminal; nil to look at standard error.
    public init(
        _ label: String, total: Int? = nil, isShown: Bool? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        output: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.label = label
        state.withLock { $0.total = total }
        self.isShown = isShown ?? (isatty(STDERR_FILENO) == 1)
        self.now = now
        self.output = output
        start = now()
    }

    /// Counts work that was done.
    public func advance(by amount: Int = 1) {
        show(amount, isLast: false)
    }

    /// Counts work that was done where what is left is only known now; nil leaves the total as it was.
    public func advance(by amount: Int, remaining: Int?) {
        if let remaining { state.withLock { $0.total = $0.count + amount + remaining } }
        show(amount, isLast: false)
    }

    /// Shows the final count and ends the line.
    public func finish() { show(0, isLast: true) }

    /// Adds to the count and rewrites the line if it is time to.
    private func show(_ amount: Int, isLast: Bool) {
        let text: String? = state.withLock { state in
            state.count += amount
            guard isShown else { return nil }
            let now = now()
            if !isLast, let shownAt = state.shownAt, now - shownAt < .milliseconds(100) { return nil }
            state.shownAt = now
            let line = ProgressLine.text(label, count: state.count, total: state.total, elapsed: now - start)
            // A shorter line must cover a longer one before it.
            let padding = String(repeating: " ", count: max(0, state.width - line.count))
            state.width = line.count
            return "\r" + line + padding + (isLast ? "\n" : "")
        }
        if let text { output(text) }
    }

    /// The line for a count after a time.
    static func text(_ label: String, count: Int, total: Int?, elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        var text = "\(label) \(count)" + (total.map { "/\($0)" } ?? "")
        guard count > 0, seconds > 0 else { return text }
        let rate = Double(count) / seconds
        text += ", \(rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(min(rate, 1e15)))") per s"
        if let total, total > count { text += ", \(spoken(Double(total - count) / rate)) left" }
        return text
    }

    /// A time in its two largest units: `2 h 5 min`.
    private static func spoken(_ seconds: Double) -> String {
        let seconds = Int(min(seconds.rounded(.up), 1e9))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        if seconds < 86_400 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }
}
