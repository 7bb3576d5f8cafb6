import Documents
import TestSupport
import Testing

@testable import Mongo

/// Writes that are done all together or not at all.
@Suite struct TransactionTests {
    @Test func allAreDone() async throws {
        try await withDatabase { database in
            let (result, isDone) = try await database.bulkWriteAtOnce(
                "stars",
                [
                    .insertOne(["_id": 1, "n": 0]),
                    .updateOne(filter: ["_id": 1], update: .operators(["$inc": ["n": 1]])),
                    .updateOne(filter: ["_id": 2], update: .operators(["$set": ["n": 5]]), upsert: true),
                    .insertOne(["_id": 3]), .deleteOne(filter: ["_id": 3]),
                ])
            #expect(isDone && result.inserted == 2 && result.matched == 1 && result.deleted == 1)
            #expect(try await database.countDocuments("stars") == 2)
            #expect(try await database.findOne("stars", filter: ["_id": 1]) == ["_id": 1, "n": 1])
        }
    }

    @Test func oneThatFailsUndoesAll() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", [["_id": 1]])
            let (result, isDone) = try await database.bulkWriteAtOnce(
                "stars", [.insertOne(["_id": 2]), .insertOne(["_id": 1]), .insertOne(["_id": 3])])
            #expect(!isDone && result.duplicates == [1])
            #expect(try await database.countDocuments("stars") == 1)
            // The connection goes on.
            #expect(try await database.bulkWriteAtOnce("stars", [.insertOne(["_id": 2])]).isDone)
            let (refused, isRefusedDone) = try await database.bulkWriteAtOnce(
                "stars",
                [
                    .insertOne(["_id": 4]),
                    .updateOne(filter: ["_id": 1], update: .operators(["$inc": ["_id": 1]])),
                ])
            #expect(!isRefusedDone && refused.failures.map(\.index) == [1])
            #expect(try await database.countDocuments("stars") == 2)
        }
    }

    @Test func whatIsNotRightIsUndone() async throws {
        try await withDatabase { database in
            let (_, isDone) = try await database.bulkWriteAtOnce(
                "stars", [.insertOne(["_id": 1]), .deleteOne(filter: ["_id": 7])]
            ) { $0.deleted != 1 }
            #expect(!isDone)
            #expect(try await database.countDocuments("stars") == 0)
        }
    }

    /// Each moves one unit between two accounts; the sum stays, whoever looks.
    @Test func thoseThatMeetAreDoneOneAfterTheOther() async throws {
        try await withDatabase { database in
            _ = try await database.insert("accounts", [["_id": 0, "n": 100], ["_id": 1, "n": 0]])
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<5 {
                            let (_, isDone) = try await database.bulkWriteAtOnce(
                                "accounts",
                                [
                                    .updateOne(filter: ["_id": 0], update: .operators(["$inc": ["n": -1]])),
                                    .updateOne(filter: ["_id": 1], update: .operators(["$inc": ["n": 1]])),
                                ])
                            #expect(isDone)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.findOne("accounts", filter: ["_id": 0])?.int64(at: "n") == 80)
            #expect(try await database.findOne("accounts", filter: ["_id": 1])?.int64(at: "n") == 20)
        }
    }
}
