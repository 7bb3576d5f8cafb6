import Synchronization
import Testing

@testable import Service

@Suite struct ProgressLineTests {
    @Test(
        arguments: [
            (0, 100, Duration.seconds(1), "load 0/100"), (10, nil, .seconds(2), "load 10, 5.0 per s"),
            (1_200, 24_000, .milliseconds(3_529), "load 1200/24000, 340 per s, 1 min 8 s left"),
            (1, 1_000_000, .seconds(1), "load 1/1000000, 1.0 per s, 11 d 13 h left"),
            (1, 7_202, .seconds(1), "load 1/7202, 1.0 per s, 2 h 0 min left"),
            (5, 5, .seconds(10), "load 5/5, 0.5 per s"),
            (5, 10, .zero, "load 5/10"), (7, 5, .seconds(1), "load 7/5, 7.0 per s"),
            (1, Int.max, .seconds(1_000_000), "load 1/9223372036854775807, 0.0 per s, 11574 d 1 h left"),
            (Int.max, nil, .nanoseconds(1), "load 9223372036854775807, 1000000000000000 per s"),
        ] as [(Int, Int?, Duration, String)])
    func lineSaysCountRateAndTimeLeft(count: Int, total: Int?, elapsed: Duration, text: String) {
        #expect(ProgressLine.text("load", count: count, total: total, elapsed: elapsed) == text)
    }

    /// A clock that a test moves, and what was written.
    private final class Terminal: Sendable {
        private let state = Mutex((time: ContinuousClock.now, text: ""))

        var text: String { state.withLock { $0.text } }

        func pass(_ duration: Duration) { state.withLock { $0.time += duration } }

        func line(total: Int?, isShown: Bool) -> ProgressLine {
            ProgressLine(
                "x", total: total, isShown: isShown, now: { self.state.withLock { $0.time } },
                output: { text in self.state.withLock { $0.text += text } })
        }
    }

    @Test func lineIsRewrittenInPlaceAndNotTooOften() {
        let terminal = Terminal()
        let line = terminal.line(total: 100, isShown: true)
        terminal.pass(.seconds(1))
        line.advance(by: 50)
        terminal.pass(.milliseconds(99))
        line.advance(by: 25)
        terminal.pass(.milliseconds(901))
        line.advance(by: 24)
        line.advance()
        line.finish()
        #expect(
            terminal.text == "\rx 50/100, 50 per s, 1 s left" + "\rx 99/100, 49 per s, 1 s left"
                + "\rx 100/100, 50 per s         \n")
    }

    @Test func nothingIsWrittenWithoutATerminal() {
        let terminal = Terminal()
        let line = terminal.line(total: nil, isShown: false)
        line.advance(by: 5)
        line.finish()
        #expect(terminal.text == "")
    }
}
