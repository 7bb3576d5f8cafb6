import Documents
import Testing

@testable import Mongo

@Suite struct WritingTests {
    @Test func insertedDocumentsAreThere() async throws {
        try await withDatabase { database in
            let result = try await database.insert("stars", numbered(0..<1000))
            #expect(result.inserted == 1000)
            #expect(result.duplicates.isEmpty && result.failures.isEmpty)
            #expect(try await database.countDocuments("stars") == 1000)
            #expect(try await database.estimatedDocumentCount("stars") == 1000)
        }
    }

    @Test func nothingToWriteIsNoError() async throws {
        try await withDatabase { database in
            let result = try await database.insert("stars", [])
            #expect(result.inserted == 0 && result.failures.isEmpty)
        }
    }

    @Test func duplicatesAreToldFromFailures() async throws {
        try await withDatabase { database in
            try await database.createIndexes("stars", [Index(keys: ["name": 1], unique: true)])
            _ = try await database.insert("stars", [["_id": 1, "name": "Deneb"]])
            let documents: [Document] = [
                ["_id": 1, "name": "Vega"], ["_id": 2, "name": "Altair"], ["_id": 3, "name": "Deneb"],
                ["_id": [1, 2], "name": "Rigel"], ["_id": 5, "name": "Spica"],
            ]
            let result = try await database.insert("stars", documents)
            #expect(result.inserted == 2)
            #expect(result.duplicates == [0, 2])
            // The server refuses an array as _id.
            #expect(result.failures.map(\.index) == [3])
            #expect(result.failures.first?.error.isRetriable == false)
            #expect(result.failures.first?.error.reason.contains("array") == true)
        }
    }

    @Test func orderedBulkStopsAtTheFirstFailure() async throws {
        try await withDatabase { database in
            let documents: [Document] = [["_id": 1], ["_id": 1], ["_id": 2]]
            let result = try await database.insert("stars", documents, ordered: true)
            #expect(result.inserted == 1)
            #expect(result.duplicates == [1])
            #expect(try await database.countDocuments("stars") == 1)
        }
    }

    @Test func documentOverSixteenMegabytesIsNamedAndTheOthersAreStored() async throws {
        try await withDatabase { database in
            let large: Document = [
                "_id": "giant", "data": .binary(subtype: 0, [UInt8](repeating: 7, count: 17 << 20)),
            ]
            let result = try await database.insert("stars", [["_id": 1], large, ["_id": 2]])
            #expect(result.inserted == 2)
            #expect(result.failures.map(\.index) == [1])
            let error = try #require(result.failures.first?.error)
            #expect(error.code == 10334)
            #expect(error.codeName == "BSONObjectTooLarge")
            #expect(!error.isRetriable)
            #expect(error.reason.contains("giant") && error.reason.contains("\(large.bytes.count)"))
        }
    }

    @Test func documentOfExactlySixteenMegabytesIsStored() async throws {
        try await withDatabase { database in
            let frame = (["_id": 1, "data": .binary(subtype: 0, [])] as Document).bytes.count
            let data = [UInt8](repeating: 7, count: 16 << 20 - frame)
            let document: Document = ["_id": 1, "data": .binary(subtype: 0, data)]
            #expect(document.bytes.count == 16 << 20)
            let result = try await database.insert("stars", [document, ["_id": 2]])
            #expect(result.inserted == 2)
            #expect(try await database.findOne("stars", filter: ["_id": 1])?.bytes == document.bytes)
        }
    }

    @Test func documentTooDeepForTheServerFailsAlone() async throws {
        try await withDatabase { database in
            var deep: Document = ["end": 1]
            for _ in 0..<250 { deep = ["a": .document(deep)] }
            let documents = numbered(0..<9) + [deep] + numbered(9..<16)
            let result = try await database.insert("stars", documents)
            #expect(result.inserted == 16)
            #expect(result.failures.map(\.index) == [9])
        }
    }

    @Test func malformedDocumentFailsAlone() async throws {
        try await withDatabase { database in
            let wrongLength = Document(trusted: [9, 0, 0, 0, 0])
            let wrongInside = Document(trusted: [13, 0, 0, 0, 0x02, 97, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0])
            let result = try await database.insert(
                "stars", [["_id": 1], wrongLength, ["_id": 2], wrongInside])
            #expect(result.inserted == 2)
            #expect(result.failures.map(\.index) == [1, 3])
        }
    }

    @Test func everyKindOfOperationDoesWhatItSays() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<10))
            let operations: [WriteOperation] = [
                .updateOne(filter: ["_id": 0], update: .operators(["$set": ["text": "a"]])),
                .updateOne(
                    filter: ["_id": 1], update: .pipeline([["$set": ["text": ["$concat": ["$text", "y"]]]]])),
                .insertOne(["_id": 20, "values": [1, 5, 9]]),
                .updateOne(filter: ["_id": 30], update: .operators(["$set": ["text": "new"]]), upsert: true),
                .replaceOne(filter: ["_id": 2], replacement: ["other": true]),
                .deleteOne(filter: ["_id": 3]),
                .deleteMany(filter: ["_id": ["$gte": 8, "$lt": 10]]),
                .updateMany(filter: ["_id": ["$in": [4, 5]]], update: .operators(["$set": ["text": "b"]])),
                .updateOne(filter: ["_id": 6], update: .operators(["$set": ["text": "x"]])),
            ]
            let result = try await database.bulkWrite("stars", operations)
            #expect(result.failures.isEmpty && result.duplicates.isEmpty)
            #expect(result.inserted == 1)
            // _id 0, 1, 2, 4, 5 and 6; of these 6 is as it was.
            #expect(result.matched == 6)
            #expect(result.modified == 5)
            #expect(result.deleted == 3)
            #expect(result.upserted == [BulkResult.Upsert(index: 3, id: 30)])
            let texts = try await database.find("stars", options: FindOptions(sort: ["_id": 1]))
                .reduce(into: [Int64: String]()) { texts, star in
                    texts[star.int64(at: "_id") ?? -1] = star.string(at: "text") ?? "none"
                }
            #expect(
                texts == [
                    0: "a", 1: "xy", 2: "none", 4: "b", 5: "b", 6: "x", 7: "x", 20: "none", 30: "new",
                ])
        }
    }

    @Test func arrayFiltersAndHintsReachTheServer() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", [["_id": 1, "values": [1, 5, 9]]])
            let update = WriteOperation.updateOne(
                filter: ["_id": 1], update: .operators(["$set": ["values.$[high]": 0]]),
                arrayFilters: [["high": ["$gt": 4]]], hint: "_id_")
            #expect(try await database.bulkWrite("stars", [update]).modified == 1)
            #expect(try await database.findOne("stars")?.array(at: "values") == [1, 0, 0])
            let unknown = WriteOperation.deleteOne(filter: ["_id": 1], hint: "no_such_index")
            #expect(try await database.bulkWrite("stars", [unknown]).failures.map(\.index) == [0])
        }
    }

    @Test func mixedFailuresKeepTheirPlaces() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<3))
            let operations: [WriteOperation] = [
                .insertOne(["_id": 0]),
                .updateOne(filter: ["_id": 1], update: .operators(["$inc": ["text": 1]])),
                .insertOne(["_id": 7]),
                .updateOne(filter: ["_id": 2], update: .operators(["$nonsense": ["a": 1]])),
                .updateOne(filter: ["_id": 2], update: .operators(["no operator": 1])),
                .deleteOne(filter: ["$nonsense": 1]),
                .deleteOne(filter: ["_id": 2]),
            ]
            let result = try await database.bulkWrite("stars", operations)
            #expect(result.duplicates == [0])
            #expect(result.failures.map(\.index) == [1, 3, 4, 5])
            #expect(result.failures.allSatisfy { !$0.error.isRetriable })
            #expect(result.inserted == 1 && result.deleted == 1)
        }
    }

    @Test func writeThatIsNotDurableThrows() async throws {
        try await withDatabase { database in
            let error = try await mongoError {
                // More members than the set has.
                _ = try await database.insert(
                    "stars", [["_id": 1]],
                    writeConcern: WriteConcern(members: .count(9), timeout: .milliseconds(100)))
            }
            #expect(error?.isRetriable == true)
            #expect([64, 100].contains(error?.code))
        }
    }

    @Test func claimIsTakenOnce() async throws {
        try await withDatabase(poolSize: 8) { database in
            _ = try await database.insert("work", numbered(0..<50))
            let taken = try await withThrowingTaskGroup { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await database.findOneAndUpdate(
                            "work", filter: ["claimed": ["$exists": false]],
                            update: .operators(["$set": ["claimed": true]]), sort: ["_id": 1])
                    }
                }
                return try await group.reduce(into: [Int64?]()) { $0.append($1?.int64(at: "_id")) }
            }
            #expect(taken.compactMap(\.self).sorted() == Array(0..<50))
        }
    }

    @Test func batchLargerThanAMessageIsStoredWhole() async throws {
        try await withDatabase { database in
            let data = Value.binary(subtype: 0, [UInt8](repeating: 1, count: 1 << 20))
            let documents = (0..<60).map { ["_id": .integer(Int64($0)), "data": data] as Document }
            let result = try await database.insert("stars", documents)
            #expect(result.inserted == 60)
            #expect(try await database.insert("stars", documents).duplicates == Array(0..<60))
        }
    }
}
