import Archive
import Documents
import Mongo
import Testing

@Suite struct UsersTests {
    private static let now: Int64 = 1_577_934_245_678

    @Test func storedAsKowalskiDoesAndFoundAgain() async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            let user = User(name: "ada", programs: [1, 2], isAdmin: false)
            let isNew = try await users.add(
                user, email: "ada@example.org", passwordHash: "hash", now: Self.now)
            #expect(isNew)
            #expect(
                try await database.findOne("users", filter: [:]) == [
                    "_id": "ada", "email": "ada@example.org", "password": "hash", "permissions": [1, 2],
                    "role": "user", "last_modified": .datetime(Self.now), "tokens_since": .datetime(Self.now),
                ])
            let found = try #require(try await users.find("ada"))
            #expect(found.user == user)
            #expect(found.passwordHash == "hash")
            #expect(try await users.find("Ada") == nil)
            #expect(try await users.find("") == nil)
        }
    }

    @Test func takenNameChangesNothing() async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            let first = User(name: "ada", programs: [1], isAdmin: false)
            #expect(try await users.add(first, email: nil, passwordHash: "first", now: 0))
            let second = User(name: "ada", programs: [1, 2, 3], isAdmin: true)
            #expect(try await users.add(second, email: nil, passwordHash: "second", now: 0) == false)
            let found = try #require(try await users.find("ada"))
            #expect(found.user == first)
            #expect(found.passwordHash == "first")
        }
    }

    /// Rights of documents by several hands. What is no list of integers gives no rights beyond the public ones.
    @Test(
        arguments: [
            (["_id": "x"], [1]), (["_id": "x", "permissions": [:]], [1]),
            (["_id": "x", "permissions": nil], [1]),
            (["_id": "x", "permissions": "all"], [1]), (["_id": "x", "permissions": []], []),
            (["_id": "x", "permissions": [1, 2, 3]], [1, 2, 3]),
            (["_id": "x", "permissions": [.int64(2), .double(3)]], [2, 3]),
            (["_id": "x", "permissions": ["3", 2, [3], nil, 1.5]], [2]),
            (["_id": "x", "permissions": ["programs": [1, 2, 3]]], [1]),
        ] as [(Document, [Int64])])
    func rightsAreReadWithCare(document: Document, programs: [Int64]) async throws {
        try await withDatabase { database in
            _ = try await database.insert("users", [document])
            let found = try await Users(database, administrator: "admin").find("x")
            #expect(found?.user == User(name: "x", programs: programs, isAdmin: false))
            // Without a stored password none matches.
            #expect(found?.passwordHash == "")
        }
    }

    @Test(
        arguments: [
            (["_id": "x", "role": "admin"], true), (["_id": "x", "role": "user"], false),
            (["_id": "x", "role": ["admin"]], false), (["_id": "x", "role": true], false),
            (["_id": "boss"], true), (["_id": "boss", "role": "user"], true), (["_id": "Boss"], false),
        ] as [(Document, Bool)])
    func adminsAreThoseOfTheRoleAndTheOneOfTheSettings(document: Document, isAdmin: Bool) async throws {
        try await withDatabase { database in
            _ = try await database.insert("users", [document])
            let name = try #require(document.string(at: "_id"))
            let found = try await Users(database, administrator: "boss").find(name)
            #expect(found?.user.isAdmin == isAdmin)
        }
    }

    @Test func listHasNoHashes() async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            for name in ["c", "a", "b"] {
                let user = User(name: name, programs: [1], isAdmin: false)
                _ = try await users.add(user, email: nil, passwordHash: "hash", now: 0)
            }
            let list = try await users.list()
            #expect(list.compactMap { $0.string(at: "_id") } == ["a", "b", "c"])
            #expect(list.allSatisfy { !$0.exists(at: "password") })
            #expect(
                try await users.profiles()
                    == list.map {
                        [
                            "username": $0["_id"] ?? nil, "email": nil, "role": "user", "permissions": [1],
                            "groups": [],
                            "last_modified": .datetime(0),
                        ]
                    })
        }
    }

    @Test func passwordChangesAndNothingElse() async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            let user = User(name: "ada", programs: [2], isAdmin: true)
            _ = try await users.add(user, email: nil, passwordHash: "old", now: 0)
            #expect(try await users.setPassword(of: "ada", hash: "new", now: Self.now))
            let found = try #require(try await users.find("ada"))
            #expect(found.user == user)
            #expect(found.passwordHash == "new")
            let document = try await database.findOne("users", filter: [:])
            #expect(document?.datetime(at: "last_modified") == Self.now)
            #expect(try await users.setPassword(of: "eve", hash: "new", now: 0) == false)
            #expect(try await users.find("eve") == nil)
        }
    }

    @Test func removedUserIsGone() async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            _ = try await users.add(
                User(name: "ada", programs: [1], isAdmin: false), email: nil, passwordHash: "", now: 0)
            #expect(try await users.remove("ada"))
            #expect(try await users.find("ada") == nil)
            #expect(try await users.remove("ada") == false)
        }
    }
}
