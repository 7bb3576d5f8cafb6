import Documents
import Mongo
import Testing

@Suite struct CancellationTests {
    /// How many operations and cursors with a comment the server has.
    private static func running(_ comment: String, _ database: Database) async throws -> Int {
        let originating: Document = ["cursor.originatingCommand.comment": .string(comment)]
        let reply = try await database.run(
            command: [
                "aggregate": 1, "cursor": [:],
                "pipeline": [
                    ["$currentOp": ["idleCursors": true]],
                    ["$match": ["$or": [["command.comment": .string(comment)], .document(originating)]]],
                ],
            ], on: "admin", readOnly: true)
        return reply.array(at: "cursor.firstBatch")?.count ?? -1
    }

    /// Starts work that takes minutes in the server, cancels it, and checks that the server has let go when the work's
    /// task has.
    private static func cancel(
        _ database: Database, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        // Tagged so, no other test's operations are meant.
        let comment = database.name
        let task = Task { try await work() }
        #expect(try await eventually { try await running(comment, database) == 1 })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await eventually { try await running(comment, database) == 0 })
        #expect(database.load.inUse == 0)
        try await database.ping()
    }

    @Test func findEndsInTheServer() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<100))
            try await Self.cancel(database) {
                _ = try await database.find(
                    "stars", filter: ["$where": "sleep(2000) || true"],
                    options: FindOptions(comment: database.name))
            }
        }
    }

    @Test func aggregationEndsInTheServer() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<2000))
            let lookup: Value = [
                "$lookup": [
                    "from": "stars", "pipeline": [["$match": ["$expr": ["$gt": ["$_id", -1]]]]], "as": "all",
                ]
            ]
            let stages = [lookup, ["$unwind": "$all"], ["$group": ["_id": nil, "n": ["$sum": 1]]]]
            let twice: [Value] = [lookup, ["$unwind": "$all"], ["$project": ["_id": 1]]] + stages
            try await Self.cancel(database) {
                _ = try await database.aggregate(
                    "stars", pipeline: twice.compactMap(\.document),
                    options: AggregateOptions(comment: database.name))
            }
        }
    }

    @Test func laterBatchEndsInTheServer() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<200))
            let cursor = try await database.find(
                "stars", filter: ["$where": "this._id < 50 || sleep(2000) || true"],
                options: FindOptions(batchSize: 50, comment: database.name))
            try await Self.cancel(database) {
                for try await _ in cursor {}
            }
            #expect(try await cursor.nextBatch() == nil)
        }
    }

    @Test func readOnlyCommandEndsInTheServer() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<100))
            try await Self.cancel(database) {
                _ = try await database.run(
                    command: [
                        "count": "stars", "query": ["$where": "sleep(2000) || true"],
                        "comment": .string(database.name),
                    ],
                    readOnly: true)
            }
        }
    }

    @Test func cancelledBetweenBatchesClosesTheCursor() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<2000))
            let cursor = try await database.find("stars", options: FindOptions(batchSize: 10))
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                while try await cursor.nextBatch(maximumDocuments: 10) != nil {}
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(database.load.inUse == 0)
        }
    }

    @Test func cancelledTaskDoesNotStart() async throws {
        try await withDatabase { (database) async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await database.insert("stars", [["_id": 1]])
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await database.countDocuments("stars") == 0)
        }
    }

    @Test func writeUnderWayIsFinished() async throws {
        try await withDatabase { (database) async throws in
            let data = Value.binary(subtype: 0, [UInt8](repeating: 1, count: 1 << 20))
            let documents = (0..<40).map { ["_id": .integer($0), "data": data] as Document }
            let task = Task { try await database.insert("stars", documents) }
            #expect(try await eventually { database.load.inUse == 1 })
            task.cancel()
            #expect(try await task.value.inserted == 40)
        }
    }

    /// Cancellations at all moments, of operations that have just begun or are just over, harm nobody else.
    @Test func cancellationsHitNobodyElse() async throws {
        try await withDatabase(poolSize: 3) { database in
            _ = try await database.insert("stars", numbered(0..<500))
            try await withThrowingTaskGroup { group in
                for round in 0..<60 {
                    group.addTask {
                        let task = Task {
                            try await database.find("stars", options: FindOptions(batchSize: 100)).reduce(0) {
                                sum, _ in sum + 1
                            }
                        }
                        try await Task.sleep(for: .microseconds(round * 150))
                        task.cancel()
                        if case .failure(let error) = await task.result, !(error is CancellationError) {
                            throw error
                        }
                    }
                    group.addTask {
                        let count = try await database.find("stars", options: FindOptions(batchSize: 100))
                            .reduce(0) { sum, _ in sum + 1 }
                        #expect(count == 500)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await eventually { database.load == (inUse: 0, waiting: 0) })
        }
    }
}
