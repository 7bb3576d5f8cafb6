import Documents
import Mongo
import Testing

@Suite struct ReadingTests {
    @Test func optionsReachTheServer() async throws {
        try await withDatabase { database in
            let stars = (0..<20).map { ["_id": .integer($0), "name": .string("S\($0 % 4)")] as Document }
            _ = try await database.insert("stars", stars)
            try await database.createIndexes("stars", [Index(keys: ["name": 1])])
            let options = FindOptions(
                projection: ["_id": 1], sort: ["_id": -1], skip: 2, limit: 3, hint: "name_1", batchSize: 2,
                comment: "options", collation: ["locale": "en", "strength": 2], allowDiskUse: true,
                variables: ["least": 4])
            // "s1" is equal to "S1" in this collation: 17, 13, 9, 5, 1, of which 1 is under 4.
            let cursor = try await database.find(
                "stars", filter: ["name": "s1", "$expr": ["$gte": ["$_id", "$$least"]]], options: options)
            var found: [Document] = []
            for try await star in cursor { found.append(star) }
            #expect(found == [["_id": 9], ["_id": 5]])
        }
    }

    @Test func unknownHintIsRefusedAtOnce() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<2))
            let error = try await mongoError {
                _ = try await database.find("stars", options: FindOptions(hint: "no_such_index"))
            }
            #expect(error?.code == 2)
            #expect(error?.isRetriable == false)
        }
    }

    @Test func firstMatchOrNothing() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<300))
            let last = try await database.findOne("stars", options: FindOptions(sort: ["_id": -1]))
            #expect(last?.int64(at: "_id") == 299)
            #expect(try await database.findOne("stars", filter: ["_id": -1]) == nil)
            #expect(try await database.findOne("nothing here") == nil)
            #expect(database.load.inUse == 0)
        }
    }

    @Test func pipelineOverACollection() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<500))
            let cursor = try await database.aggregate(
                "stars",
                pipeline: [["$project": ["double": ["$multiply": ["$_id", "$$factor"]]]]],
                options: AggregateOptions(batchSize: 50, allowDiskUse: true, variables: ["factor": 2]))
            var sum: Int64 = 0
            for try await star in cursor { sum += star.int64(at: "double") ?? 0 }
            // 2 · (0 + … + 499)
            #expect(sum == 499 * 500)
        }
    }

    @Test func pipelineOverTheDatabase() async throws {
        try await withDatabase { database in
            let cursor = try await database.aggregate(nil, pipeline: [["$documents": [["a": 1], ["a": 2]]]])
            let documents = try await cursor.nextBatch()
            #expect(documents == [["a": 1], ["a": 2]])
        }
    }

    @Test func countsAndValues() async throws {
        try await withDatabase { database in
            let stars = (0..<20).map { ["_id": .integer($0), "name": .string("S\($0 % 4)")] as Document }
            _ = try await database.insert("stars", stars)
            #expect(try await database.countDocuments("stars", filter: ["name": "S1"]) == 5)
            #expect(try await database.countDocuments("stars", filter: ["name": "none"]) == 0)
            #expect(try await database.countDocuments("nothing here") == 0)
            #expect(
                try await database.distinct("stars", key: "name", filter: ["_id": ["$lt": 3]]) == [
                    "S0", "S1", "S2",
                ])
        }
    }

    @Test func batchesKeepToTheirLimits() async throws {
        try await withDatabase { database in
            let data = Value.binary(subtype: 0, [UInt8](repeating: 1, count: 1000))
            _ = try await database.insert(
                "stars", (0..<1000).map { ["_id": .integer($0), "data": data] as Document })
            let cursor = try await database.find("stars", options: FindOptions(sort: ["_id": 1]))
            var ids: [Int64] = []
            while let batch = try await cursor.nextBatch(maximumDocuments: 30, maximumBytes: 20_500) {
                // 20 documents of about 1,030 bytes reach the limit.
                #expect(batch.count <= 20)
                ids += batch.compactMap { $0.int64(at: "_id") }
            }
            #expect(ids == Array(0..<1000))
            #expect(try await cursor.nextBatch() == nil)
            #expect(database.load.inUse == 0)
        }
    }

    @Test func commandsOnThisAndOtherDatabases() async throws {
        try await withDatabase { database in
            try await database.ping()
            let reply = try await database.run(command: ["dbStats": 1], readOnly: true)
            #expect(reply.string(at: "db") == database.name)
            let build = try await database.run(command: ["buildInfo": 1], on: "admin", readOnly: true)
            #expect(build.string(at: "version")?.isEmpty == false)
        }
    }

    @Test func unknownCommandFailsWithTheServersCodeAndName() async throws {
        try await withDatabase { database in
            let error = try await mongoError { _ = try await database.run(command: ["twinkle": 1]) }
            #expect(error?.domain == 17)
            #expect(error?.code == 59)
            #expect(error?.codeName == "CommandNotFound")
            #expect(error?.reason.contains("twinkle") == true)
            #expect(error?.attempted.contains("twinkle") == true)
            #expect(error?.serverReply?.double(at: "ok") == 0)
            #expect(error?.isRetriable == false)
        }
    }

    @Test(arguments: ["", "a\0b"]) func namesThatCCannotHoldAreRefused(name: String) async throws {
        try await withDatabase { database in
            let found = try await mongoError { _ = try await database.find(name) }
            let inserted = try await mongoError { _ = try await database.insert(name, [["_id": 1]]) }
            #expect(found?.domain == 11 && inserted?.domain == 11)
        }
    }

    @Test(
        arguments: [[], [1], [9, 0, 0, 0, 0], [5, 0, 0, 0, 1], [12, 0, 0, 0, 2, 97, 0, 9, 9, 9, 9, 0]]
            as [[UInt8]])
    func documentThatIsNoneIsAnErrorEverywhere(bytes: [UInt8]) async throws {
        try await withDatabase { database in
            let broken = Document(trusted: bytes)
            let found = try await mongoError { _ = try await database.find("stars", filter: broken) }
            #expect(found != nil)
            let ran = try await mongoError { _ = try await database.run(command: broken) }
            #expect(ran != nil)
            let aggregated = try await mongoError {
                _ = try await database.aggregate("stars", pipeline: [broken])
            }
            #expect(aggregated != nil)
        }
    }
}
