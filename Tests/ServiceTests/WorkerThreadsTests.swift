import Foundation
import Synchronization
import Testing

@testable import Service

@Suite struct WorkerThreadsTests {
    private struct Broken: Error {}

    @Test func resultAndErrorComeBack() async throws {
        let threads = WorkerThreads(name: "test", count: 2)
        #expect(try await threads.run { 6 * 7 } == 42)
        await #expect(throws: Broken.self) { try await threads.run { throw Broken() } }
    }

    @Test func asManyCallsBlockAtOnceAsThereAreThreads() async throws {
        let threads = WorkerThreads(name: "block", count: 6)
        let barrier = Barrier(6)
        // Fewer threads than six at once would never pass the barrier.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try await threads.run { barrier.wait() } } }
            try await group.waitForAll()
        }
    }

    @Test func threadsCarryTheirNames() async throws {
        let threads = WorkerThreads(name: "mongo", count: 2)
        let barrier = Barrier(2)
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await threads.run {
                        barrier.wait()
                        return threadName()
                    }
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names == ["mongo-0", "mongo-1"])
        #expect(
            try await WorkerThreads(name: "a-name-of-twenty-two", count: 1).run { threadName() }
                == "a-name-of-twent")
    }

    @Test func threadsEndWithTheLastReference() async throws {
        do {
            let threads = WorkerThreads(name: "shortlived", count: 3)
            #expect(try await threads.run { threadName() }.hasPrefix("shortlived-"))
            #expect(countThreads("shortlived-") == 3)
        }
        while countThreads("shortlived-") > 0 { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test func workGivenBeforeTheEndIsDone() async throws {
        let count = Tally()
        let gate = DispatchSemaphore(value: 0)
        let tasks = {
            let threads = WorkerThreads(name: "last", count: 1)
            return (0..<50).map { _ in
                Task {
                    try await threads.run {
                        gate.wait()
                        count.add()
                    }
                }
            }
        }()
        for _ in 0..<50 { gate.signal() }
        for task in tasks { try await task.value }
        #expect(count.value == 50)
    }

    /// How many threads of this process have a name that begins so.
    private func countThreads(_ prefix: String) -> Int {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.count { task in
            let name = FileManager.default.contents(atPath: "/proc/self/task/\(task)/comm") ?? Data()
            return String(decoding: name, as: UTF8.self).hasPrefix(prefix)
        }
    }
}

@Suite struct WorkQueueTests {
    @Test func workIsTakenInTheOrderGiven() {
        let queue = WorkQueue()
        let order = Order()
        var (added, outstanding) = (0, 0)
        for _ in 0..<10_000 {
            if outstanding > 0 && Bool.random() {
                queue.next()?()
                outstanding -= 1
            } else {
                let number = added
                queue.add { order.note(number) }
                added += 1
                outstanding += 1
            }
        }
        queue.close()
        while let work = queue.next() { work() }
        #expect(order.all == Array(0..<added))
        #expect(queue.next() == nil)
    }

    @Test func whatWorkHoldsIsLetGoOnceItIsTaken() {
        let queue = WorkQueue()
        var batch: Order? = Order()
        weak let held = batch
        queue.add { [batch] in batch?.note(1) }
        queue.add {}
        queue.add {}
        batch = nil
        #expect(held != nil)
        queue.next()?()
        // Two more wait, and the first one's batch is gone already.
        #expect(held == nil)
    }
}

/// Numbers in the order in which they came.
private final class Order: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    func note(_ number: Int) { numbers.withLock { $0.append(number) } }
}

/// A count from several threads.
private final class Tally: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}

/// Holds threads until so many have come.
private final class Barrier: Sendable {
    private let missing: Mutex<Int>
    private let gate = DispatchSemaphore(value: 0)

    init(_ count: Int) { missing = Mutex(count) }

    func wait() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { gate.signal() }
        gate.wait()
        // Each one lets the next one through.
        gate.signal()
    }
}

/// The name of the thread that asks.
private func threadName() -> String {
    let name = FileManager.default.contents(atPath: "/proc/thread-self/comm") ?? Data()
    return String(decoding: name, as: UTF8.self).trimmingCharacters(in: .newlines)
}
