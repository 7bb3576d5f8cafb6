import Synchronization
import Testing

@testable import api

@Suite struct QueryTurnsTests {
    @Test func soManyRunAndTheOthersWaitInOrder() async throws {
        let turns = QueryTurns(perUser: 2)
        var held = [try await turns.take(for: "ada"), try await turns.take(for: "ada")]
        let order = Order()
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<5 {
            tasks.append(
                Task {
                    let turn = try await turns.take(for: "ada")
                    order.append(number)
                    withExtendedLifetime(turn) {}
                })
            #expect(try await eventually { turns.load(of: "ada").waiting == number + 1 })
        }
        #expect(turns.load(of: "ada").running == 2)
        // Others do not wait for her.
        let other = try await turns.take(for: "eve")
        #expect(turns.load(of: "eve").running == 1)
        // With one turn given back the five come one after the other.
        held.removeLast()
        for task in tasks { try await task.value }
        #expect(order.numbers == [0, 1, 2, 3, 4])
        held.removeLast()
        #expect(turns.load(of: "ada") == (0, 0))
        withExtendedLifetime(other) {}
    }

    @Test func lineHasAnEnd() async throws {
        let turns = QueryTurns(perUser: 1, longestLine: 2)
        let held = try await turns.take(for: "ada")
        let tasks = (0..<2).map { _ in Task { _ = try await turns.take(for: "ada") } }
        #expect(try await eventually { turns.load(of: "ada").waiting == 2 })
        await #expect(throws: QueriesBusy.self) { _ = try await turns.take(for: "ada") }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
        #expect(turns.load(of: "ada") == (1, 0))
        withExtendedLifetime(held) {}
    }

    @Test func whoLeavesTheLineIsForgotten() async throws {
        let turns = QueryTurns(perUser: 1)
        let held = try await turns.take(for: "ada")
        let task = Task { _ = try await turns.take(for: "ada") }
        #expect(try await eventually { turns.load(of: "ada").waiting == 1 })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(turns.load(of: "ada") == (1, 0))
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await turns.take(for: "ada")
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(turns.load(of: "ada") == (1, 0))
        withExtendedLifetime(held) {}
    }

    /// Many at all moments, some of whom leave: nobody waits for ever and no turn is lost.
    @Test func noTurnIsLost() async throws {
        let turns = QueryTurns(perUser: 3)
        let count = Count()
        await withTaskGroup { group in
            for number in 0..<400 {
                group.addTask {
                    let task = Task {
                        let turn = try await turns.take(for: "ada")
                        count.enter()
                        await Task.yield()
                        count.leave()
                        withExtendedLifetime(turn) {}
                    }
                    if number % 3 == 0 { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(count.most <= 3)
        #expect(turns.load(of: "ada") == (0, 0))
    }
}

/// How many run at the same time, and how many at most did.
private final class Count: Sendable {
    private let running = Mutex((now: 0, most: 0))
    var most: Int { running.withLock { $0.most } }

    func enter() {
        running.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() { running.withLock { $0.now -= 1 } }
}

/// The order in which something happened.
private final class Order: Sendable {
    private let list = Mutex<[Int]>([])
    var numbers: [Int] { list.withLock { $0 } }
    func append(_ number: Int) { list.withLock { $0.append(number) } }
}
