import Documents
import Testing

@testable import Mongo

@Suite struct CursorTests {
    /// How many cursors on a database's collections are open in the server, between two requests.
    private static func openCursors(_ database: Database) async throws -> Int {
        let admin = try await database.run(
            command: [
                "aggregate": 1, "cursor": [:],
                "pipeline": [
                    ["$currentOp": ["idleCursors": true, "allUsers": false]],
                    [
                        "$match": [
                            "type": "idleCursor",
                            "ns": .regularExpression(pattern: "^\(database.name)", options: ""),
                        ]
                    ],
                ],
            ], on: "admin", readOnly: true)
        return admin.array(at: "cursor.firstBatch")?.count ?? -1
    }

    private static func fill(_ database: Database) async throws {
        let text = String(repeating: "x", count: 1000)
        _ = try await database.insert("stars", numbered(0..<2000, text: text))
    }

    @Test func closedCursorIsGoneFromTheServer() async throws {
        try await withDatabase { database in
            try await Self.fill(database)
            let cursor = try await database.find("stars", options: FindOptions(batchSize: 10))
            #expect(try await cursor.nextBatch(maximumDocuments: 15)?.count ?? 0 > 0)
            #expect(try await Self.openCursors(database) == 1)
            #expect(database.load.inUse == 1)
            await cursor.close()
            await cursor.close()
            #expect(try await Self.openCursors(database) == 0)
            #expect(database.load.inUse == 0)
            #expect(try await cursor.nextBatch() == nil)
        }
    }

    @Test func forgottenCursorIsGoneFromTheServer() async throws {
        try await withDatabase { database in
            try await Self.fill(database)
            do {
                let cursor = try await database.find("stars", options: FindOptions(batchSize: 10))
                #expect(try await Self.openCursors(database) == 1)
                _ = cursor
            }
            #expect(try await eventually { try await Self.openCursors(database) == 0 })
            #expect(try await eventually { database.load.inUse == 0 })
        }
    }

    @Test func loopThatBreaksOffFreesTheCursor() async throws {
        try await withDatabase { database in
            try await Self.fill(database)
            for try await star in try await database.find("stars", options: FindOptions(batchSize: 10)) {
                if star.int64(at: "_id") == 3 { break }
            }
            #expect(try await eventually { try await Self.openCursors(database) == 0 })
        }
    }

    @Test func smallResultHoldsNoConnection() async throws {
        try await withDatabase(poolSize: 1) { database in
            _ = try await database.insert("stars", numbered(0..<99))
            let cursors = [try await database.find("stars"), try await database.find("stars")]
            #expect(database.load.inUse == 0)
            for cursor in cursors { #expect(try await cursor.reduce(0) { sum, _ in sum + 1 } == 99) }
        }
    }

    @Test func sixtyFourFindsOnEightConnections() async throws {
        try await withDatabase(poolSize: 8) { database in
            try await Self.fill(database)
            let counts = try await withThrowingTaskGroup { group in
                for _ in 0..<64 {
                    group.addTask {
                        let cursor = try await database.find("stars", options: FindOptions(batchSize: 500))
                        return try await cursor.reduce(0) { sum, _ in sum + 1 }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == Array(repeating: 2000, count: 64))
            #expect(database.load == (inUse: 0, waiting: 0))
        }
    }

    @Test func waitingForAConnectionEnds() async throws {
        try await withDatabase(poolSize: 1, { $0.connectionWait = .milliseconds(200) }) { database in
            try await Self.fill(database)
            let cursor = try await database.find("stars")
            let error = try await mongoError { try await database.ping() }
            #expect(error?.isRetriable == true)
            #expect(error?.description.contains("all 1 connections were in use") == true)
            #expect(error?.description.contains("ping") == true)
            await cursor.close()
            try await database.ping()
        }
    }

    @Test func waitingTaskCanBeCancelled() async throws {
        try await withDatabase(poolSize: 1) { database in
            try await Self.fill(database)
            let cursor = try await database.find("stars")
            let waiting = Task { try await database.ping() }
            #expect(try await eventually { database.load.waiting == 1 })
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(database.load.waiting == 0)
            await cursor.close()
        }
    }

    @Test func oneOfTwoReadersIsRefused() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<100))
            // The second fifty take a second.
            let cursor = try await database.find(
                "stars", filter: ["$where": "this._id < 50 || sleep(20) || true"],
                options: FindOptions(batchSize: 50))
            #expect(try await cursor.nextBatch()?.count == 50)
            async let one = mongoError { _ = try await cursor.nextBatch() }
            async let other = mongoError { _ = try await cursor.nextBatch() }
            let errors = [try await one, try await other].compactMap(\.self)
            #expect(errors.map(\.reason) == ["another task is reading this cursor"])
            await cursor.close()
        }
    }

    @Test func failureInALaterBatchClosesTheCursor() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<300))
            // Divides by zero at the 251st document.
            let cursor = try await database.aggregate(
                "stars",
                pipeline: [
                    ["$sort": ["_id": 1]],
                    ["$project": ["q": ["$divide": [1, ["$subtract": ["$_id", 250]]]]]],
                ], options: AggregateOptions(batchSize: 50))
            var count = 0
            let error = try await mongoError { for try await _ in cursor { count += 1 } }
            #expect(count <= 250 && count >= 50)
            #expect(error?.domain == 17)
            #expect(error?.isRetriable == false)
            #expect(database.load.inUse == 0)
            #expect(try await cursor.nextBatch() == nil)
        }
    }

    @Test func closedDatabaseRefuses() async throws {
        let database = try Database(
            MongoSettings(uri: ConnectionString(try TestEnvironment.mongodb), database: "test_closed"))
        try await database.ping()
        await database.close()
        let error = try await mongoError { try await database.ping() }
        #expect(error?.reason == "the database is closed")
        #expect(error?.isRetriable == false)
    }

    @Test func cursorOutlivesItsDatabase() async throws {
        try await withDatabase { database in
            try await Self.fill(database)
            var settings = MongoSettings(
                uri: ConnectionString(try TestEnvironment.mongodb), database: database.name)
            settings.connectionWait = .milliseconds(100)
            let cursor: Cursor
            do {
                let other = try Database(settings)
                cursor = try await other.find("stars")
                await other.close()
            }
            #expect(try await cursor.reduce(0) { sum, _ in sum + 1 } == 2000)
        }
    }

    @Test func forgottenDatabaseDisconnects() async throws {
        try await withDatabase { database in
            func connections() async throws -> Int {
                let reply = try await database.run(
                    command: [
                        "aggregate": 1, "cursor": [:],
                        "pipeline": [
                            ["$currentOp": ["idleConnections": true]],
                            ["$match": ["appName": .string("forgotten \(database.name)")]],
                        ],
                    ], on: "admin", readOnly: true)
                return reply.array(at: "cursor.firstBatch")?.count ?? -1
            }
            do {
                var settings = MongoSettings(
                    uri: ConnectionString(try TestEnvironment.mongodb), database: database.name)
                settings.applicationName = "forgotten \(database.name)"
                let forgotten = try Database(settings)
                try await forgotten.ping()
                #expect(try await connections() > 0)
            }
            #expect(try await eventually { try await connections() == 0 })
        }
    }
}
