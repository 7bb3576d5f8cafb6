import Documents
import Mongo
import Testing

@Suite struct CollectionsTests {
    @Test func creatingTwiceIsNoError() async throws {
        try await withDatabase { database in
            for _ in 0..<2 {
                try await database.createCollection(
                    "stars",
                    options: ["storageEngine": ["wiredTiger": ["configString": "block_compressor=none"]]])
            }
            #expect(try await database.listCollectionNames() == ["stars"])
            try await database.dropCollection("stars")
            try await database.dropCollection("stars")
            #expect(try await database.listCollectionNames() == [])
        }
    }

    @Test func moreCollectionsThanAnAnswerHolds() async throws {
        try await withDatabase { database in
            let names = (100..<230).map { "c\($0)" }
            for name in names { try await database.createCollection(name) }
            #expect(try await database.listCollectionNames() == names)
        }
    }

    @Test func indexesAreListedAsTheyWereMade() async throws {
        try await withDatabase { database in
            let indexes = [
                Index(keys: ["coordinates.radec_geojson": "2dsphere", "candid": -1]),
                Index(name: "once", keys: ["candid": 1], unique: true),
                Index(keys: ["magpsf": 1], partialFilter: ["magpsf": ["$lt": 19]]),
                Index(keys: ["created": 1], expiresAfter: .seconds(3600)),
            ]
            try await database.createIndexes("alerts", indexes)
            try await database.createIndexes("alerts", indexes)
            let listed = try await database.listIndexes("alerts")
            #expect(listed.map(\.name).first == "_id_")
            #expect(Array(listed.dropFirst()) == indexes)
            #expect(indexes[0].name == "coordinates.radec_geojson_2dsphere_candid_-1")
            try await database.dropIndex("alerts", name: "once")
            try await database.dropIndex("alerts", name: "once")
            #expect(try await database.listIndexes("alerts").count == 4)
            #expect(try await database.listIndexes("nothing here") == [])
        }
    }

    @Test func differentIndexOfTheSameNameIsAnError() async throws {
        try await withDatabase { database in
            try await database.createIndexes("alerts", [Index(name: "i", keys: ["a": 1])])
            let error = try await mongoError {
                try await database.createIndexes("alerts", [Index(name: "i", keys: ["b": 1])])
            }
            // IndexKeySpecsConflict
            #expect(error?.code == 86)
        }
    }
}
