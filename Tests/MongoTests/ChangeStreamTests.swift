import Documents
import Mongo
import Testing

@Suite struct ChangeStreamTests {
    @Test func changesArriveInOrderAndCanBeTakenUpAgain() async throws {
        try await withDatabase { database in
            try await database.createCollection("stars")
            let stream = try await database.watch("stars", wait: .milliseconds(200))
            #expect(try await stream.next() == nil)
            _ = try await database.insert("stars", numbered(0..<3), ordered: true)
            let first = try #require(try await stream.next())
            #expect(first.string(at: "operationType") == "insert")
            #expect(first.document(at: "fullDocument") == numbered(0..<1)[0])
            let token = try #require(stream.resumeToken)
            await stream.close()
            #expect(database.load.inUse == 0)

            let resumed = try await database.watch(
                pipeline: [["$match": ["documentKey._id": ["$ne": 1]]]], resumeAfter: token)
            #expect(try await resumed.next()?.int64(at: "documentKey._id") == 2)
            await resumed.close()
            let error = try await mongoError { _ = try await resumed.next() }
            #expect(error?.reason == "the stream is closed")
        }
    }

    @Test func updatesShowTheWholeDocumentWhereAsked() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<1))
            let stream = try await database.watch("stars", fullDocument: true)
            _ = try await database.bulkWrite(
                "stars", [.updateOne(filter: ["_id": 0], update: .operators(["$set": ["seen": true]]))])
            #expect(
                try await stream.next()?.document(at: "fullDocument") == [
                    "_id": 0, "text": "x", "seen": true,
                ])
        }
    }

    @Test func refusedPipelineFailsAtOnce() async throws {
        try await withDatabase { database in
            let error = try await mongoError {
                _ = try await database.watch("stars", pipeline: [["$nonsense": 1]])
            }
            #expect(error?.code == 40324)
            #expect(database.load.inUse == 0)
        }
    }

    @Test func cancelledReaderClosesTheStream() async throws {
        try await withDatabase { database in
            let stream = try await database.watch("stars", wait: .seconds(60))
            let task = Task { _ = try await stream.next() }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(database.load.inUse == 0)
        }
    }
}
