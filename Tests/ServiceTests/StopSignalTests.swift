import Foundation
import Synchronization
import Testing

@testable import Service

/// Serialized, and with signals that nothing else in the process uses: they belong to the whole process.
@Suite(.serialized) struct StopSignalTests {
    @Test func signalAsksForAStop() async {
        let stop = StopSignal(signals: [SIGUSR1])
        #expect(stop.reason == nil)
        kill(getpid(), SIGUSR1)
        await stop.wait()
        #expect(stop.reason == "signal \(SIGUSR1)")
        // Whoever comes later is told too.
        await stop.wait()
    }

    @Test func everyoneWhoWaitsIsTold() async {
        let stop = StopSignal(signals: [])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { await stop.wait() } }
            group.addTask { stop.request("done") }
        }
        #expect(stop.reason == "done")
        stop.request("again")
        #expect(stop.reason == "done")
    }

    @Test func cancellationEndsWaiting() async {
        let stop = StopSignal(signals: [])
        let task = Task { await stop.wait() }
        task.cancel()
        await task.value
        #expect(stop.reason == nil)
    }

    @Test func secondSignalIsNotWaitedFor() async {
        let (stream, continuation) = AsyncStream.makeStream(of: StopSignal.Overdue.self)
        let stop = StopSignal(signals: [SIGUSR1, SIGUSR2]) { continuation.yield($0) }
        kill(getpid(), SIGUSR1)
        await stop.wait()
        kill(getpid(), SIGUSR2)
        let overdue = await stream.first { _ in true }
        #expect(overdue == .secondSignal(SIGUSR2))
    }

    @Test func firstSignalAfterARequestIsHarmless() {
        let diary = Diary()
        let stop = StopSignal(signals: [], deadline: .seconds(1e9)) { diary.note("\($0.exitCode)") }
        stop.request("done")
        stop.received(SIGTERM)
        #expect(diary.all == [])
        stop.received(SIGINT)
        #expect(diary.all == ["130"])
        #expect(stop.reason == "done")
    }

    @Test func deadlineEndsTheProcess() async {
        let (stream, continuation) = AsyncStream.makeStream(of: StopSignal.Overdue.self)
        let stop = StopSignal(signals: [], deadline: .milliseconds(1)) { continuation.yield($0) }
        stop.request("done")
        #expect(await stream.first { _ in true } == .deadline)
    }

    @Test func exitCodesAreThoseOfShells() {
        #expect(StopSignal.Overdue.secondSignal(SIGTERM).exitCode == 143)
        #expect(StopSignal.Overdue.secondSignal(SIGINT).exitCode == 130)
        #expect(StopSignal.Overdue.deadline.exitCode == 1)
        #expect(StopSignal.usualSignals == [SIGTERM, SIGINT])
    }

    @Test func processEndsInOrderOnOneSignal() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let stop = StopSignal()
            kill(getpid(), SIGTERM)
            await stop.wait()
            exit(7)
        }
    }

    @Test func processEndsAtOnceOnTheSecondSignal() async {
        await #expect(processExitsWith: .exitCode(143)) {
            let stop = StopSignal()
            kill(getpid(), SIGINT)
            await stop.wait()
            kill(getpid(), SIGTERM)
            // Even where every thread of the pool is blocked.
            while true { sleep(1) }
        }
    }

    @Test func processEndsAtTheDeadline() async {
        await #expect(processExitsWith: .exitCode(1)) {
            let stop = StopSignal(deadline: .milliseconds(10))
            kill(getpid(), SIGTERM)
            await stop.wait()
            while true { sleep(1) }
        }
    }
}

@Suite struct ServicesTests {
    private struct Broken: Error, Equatable {}

    /// A service that runs until it is cancelled.
    private func patient(_ name: String, _ diary: Diary, asks stop: StopSignal? = nil) -> RunningService {
        RunningService(name) {
            let started = StopSignal(signals: [])
            stop?.request("\(name) is up")
            await started.wait()
            diary.note(name)
            try Task.checkCancellation()
        }
    }

    @Test func lastServiceStopsFirst() async throws {
        let diary = Diary()
        let stop = StopSignal(signals: [])
        let lines = LogLines()
        try await runServices(
            [patient("metrics", diary), patient("sender", diary), patient("pipeline", diary, asks: stop)],
            until: stop,
            log: lines.log())
        #expect(diary.all == ["pipeline", "sender", "metrics"])
        #expect(lines.all.last?.message == "stopped")
        #expect(lines.all.last?.metadata["stop.reason"] == "pipeline is up")
        #expect(lines.all.filter { $0.message == "service ended" }.count == 3)
    }

    @Test func serviceThatHasNothingLeftEndsTheOthers() async throws {
        let diary = Diary()
        try await runServices(
            [
                patient("metrics", diary), RunningService("pipeline") { diary.note("done") },
                patient("x", diary),
            ],
            until: StopSignal(signals: []))
        #expect(diary.all == ["done", "x", "metrics"])
    }

    @Test func failureEndsTheOthersAndIsReported() async {
        let diary = Diary()
        let lines = LogLines()
        let log = lines.log()
        await #expect(throws: Broken.self) {
            try await runServices(
                [patient("a", diary), RunningService("b") { throw Broken() }, patient("c", diary)],
                until: StopSignal(signals: []), log: log)
        }
        #expect(Set(diary.all) == ["a", "c"])
        let failures = lines.all.filter { $0.level == .error }
        #expect(failures.map(\.metadata) == [["service.name": "b", "service.error": "Broken()"]])
    }

    @Test func failureWhileStoppingIsReported() async {
        let stop = StopSignal(signals: [])
        stop.request("done")
        await #expect(throws: Broken.self) {
            try await runServices(
                [
                    RunningService("a") {
                        await StopSignal(signals: []).wait()
                        throw Broken()
                    }
                ], until: stop)
        }
    }

    @Test func cancellationOfTheCallerStopsEverything() async throws {
        let diary = Diary()
        let task = Task { [services = [patient("a", diary), patient("b", diary)]] in
            try await runServices(services, until: StopSignal(signals: []))
        }
        task.cancel()
        try await task.value
        #expect(Set(diary.all) == ["a", "b"])
    }

    @Test func workIsCancelledByTheSignalAndReturnsOtherwise() async throws {
        let stop = StopSignal(signals: [])
        #expect(try await withStopSignal(stop) { 5 } == 5)
        await #expect(throws: Broken.self) { try await withStopSignal(stop) { throw Broken() } }
        await #expect(throws: CancellationError.self) {
            try await withStopSignal(stop) {
                stop.request("done")
                try await Task.sleep(for: .seconds(600))
            }
        }
        // Work that finishes what it has in hand still returns it.
        let result = try await withStopSignal(stop) {
            await StopSignal(signals: []).wait()
            return Task.isCancelled
        }
        #expect(result)
    }
}

/// Words in the order in which they were said.
private final class Diary: Sendable {
    private let words = Mutex<[String]>([])

    var all: [String] { words.withLock { $0 } }

    func note(_ word: String) { words.withLock { $0.append(word) } }
}
