import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(10))) struct StreamBufferTests {
    private func read(_ buffer: StreamBuffer, _ count: Int, suspensions: Counter = Counter()) -> (
        StreamBuffer.Portion, [UInt8]
    ) {
        var room = [UInt8](repeating: 0, count: count)
        let portion = room.withUnsafeMutableBytes { buffer.read(into: $0) { suspensions.add() } }
        if case .bytes(let copied) = portion { return (portion, Array(room[..<copied])) }
        return (portion, [])
    }

    @Test func bytesComeOutInOrderWhateverTheSizes() async throws {
        for size in 1...9 {
            let buffer = StreamBuffer(limit: 1000) {}
            for start in stride(from: UInt8(0), to: 20, by: 4) {
                try await buffer.write([start, start + 1, start + 2, start + 3])
            }
            buffer.end(failed: false)
            var all: [UInt8] = []
            while case (.bytes, let bytes) = read(buffer, size) { all += bytes }
            #expect(all == Array(0..<20))
            #expect(read(buffer, size).0 == .end)
        }
    }

    @Test func theConnectionIsSuspendedOnceAndWokenOnce() async throws {
        let wakings = Counter()
        let suspensions = Counter()
        let buffer = StreamBuffer(limit: 10) { wakings.add() }
        #expect(read(buffer, 5, suspensions: suspensions).0 == .nothingYet)
        #expect(suspensions.value == 1)
        try await buffer.write([])
        #expect(wakings.value == 0)
        try await buffer.write([1])
        try await buffer.write([2])
        buffer.end(failed: false)
        #expect(wakings.value == 1)
        #expect(read(buffer, 5).1 == [1, 2])
        #expect(suspensions.value == 1)
    }

    @Test func aWriterWaitsAboveTheLimitUntilHalfIsRead() async throws {
        let buffer = StreamBuffer(limit: 10) {}
        let done = Counter()
        try await buffer.write([UInt8](repeating: 0, count: 10))
        await withThrowingTaskGroup { group in
            group.addTask {
                try await buffer.write([1])
                done.add()
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(done.value == 0)
            #expect(read(buffer, 5).0 == .bytes(5))
            for _ in 0..<100 { await Task.yield() }
            #expect(done.value == 0)
            #expect(read(buffer, 1).0 == .bytes(1))
        }
        #expect(done.value == 1)
    }

    @Test func anAbandonedBufferThrowsClientGone() async throws {
        let buffer = StreamBuffer(limit: 1) {}
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    await #expect(throws: ClientGone.self) { try await buffer.write([1, 2]) }
                }
            }
            for _ in 0..<100 { await Task.yield() }
            buffer.abandon()
        }
        await #expect(throws: ClientGone.self) { try await buffer.write([1]) }
        #expect(read(buffer, 5).0 == .broken)
    }

    @Test func aCancelledWriterThrows() async throws {
        let buffer = StreamBuffer(limit: 1) {}
        let writer = Task { try await buffer.write([1, 2]) }
        for _ in 0..<100 { await Task.yield() }
        writer.cancel()
        await #expect(throws: CancellationError.self) { try await writer.value }
    }

    @Test func aFailedStreamIsBroken() async throws {
        let buffer = StreamBuffer {}
        try await buffer.write([1])
        buffer.end(failed: true)
        #expect(read(buffer, 5).0 == .broken)
    }
}
