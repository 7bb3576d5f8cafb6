import Documents
import Mongo
import TestSupport
import Testing

@testable import Archive

/// Changes of users, several at a time.
@Suite(.timeLimit(.minutes(10))) struct UserChangeTests {
    private func withUsers(_ names: [String], _ body: (Users, Database) async throws -> Void) async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin", wait: .zero)
            for name in names {
                let user = User(name: name, programs: [1], isAdmin: false)
                _ = try await users.add(user, email: nil, passwordHash: "$y$hash of \(name)", now: 1000)
            }
            try await body(users, database)
        }
    }

    private func change(_ edit: (inout UserChange) -> Void) -> UserChange {
        var change = UserChange()
        edit(&change)
        return change
    }

    @Test func onlyWhatIsNamedChanges() async throws {
        try await withUsers(["ada"]) { (users, database) async throws in
            let before = try #require(try await database.findOne("users"))
            for (edit, field, value) in [
                (change { $0.programs = [2, 3] }, "permissions", [2, 3]),
                (change { $0.isAdmin = true }, "role", "admin"),
                (change { $0.email = .some("$name@example.org") }, "email", "$name@example.org"),
                (change { $0.email = .some(nil) }, "email", nil),
                (change { $0.passwordHash = "$2b$12$x" }, "password", "$2b$12$x"),
            ] as [(UserChange, String, Value)] {
                let old = try #require(try await database.findOne("users"))
                #expect(try await users.change("ada", to: edit, now: 2000) == .done)
                let new = try #require(try await database.findOne("users"))
                #expect(new[Path(field)] == value)
                for key in old.keys where ![field, "last_modified", "tokens_since"].contains(key) {
                    #expect(new[Path(key)] == old[Path(key)], "\(key)")
                }
                #expect(new.datetime(at: "last_modified") == 2000)
                #expect(new.datetime(at: "tokens_since") == (field == "password" ? 2000 : 1000))
                #expect(new.keys == before.keys)
            }
            #expect(try await users.change("eve", to: change { $0.isAdmin = true }, now: 0) == .notFound)
            #expect(try await database.countDocuments("users") == 1)
        }
    }

    @Test func renamedUserKeepsAllButTheTokens() async throws {
        try await withUsers(["ada"]) { (users, database) async throws in
            _ = try await database.bulkWrite(
                "users",
                [.updateOne(filter: ["_id": "ada"], update: .operators(["$set": ["of others": [1]]]))])
            let edit = change {
                $0.name = "ada.l"
                $0.email = .some("x")
            }
            #expect(try await users.change("ada", to: edit, now: 2000) == .done)
            #expect(
                try await database.find("users").nextBatch() == [
                    [
                        "_id": "ada.l", "email": "x", "password": "$y$hash of ada", "permissions": [1],
                        "role": "user", "last_modified": .datetime(2000), "tokens_since": .datetime(2000),
                        "of others": [1],
                    ]
                ])
            #expect(try await users.change("ada", to: edit, now: 0) == .notFound)
        }
    }

    @Test func takenNamesStayTheirOwners() async throws {
        try await withUsers(["ada", "bob"]) { (users, database) async throws in
            let before = try await database.find("users", options: .init(sort: ["_id": 1])).nextBatch()
            #expect(try await users.change("ada", to: change { $0.name = "bob" }, now: 5) == .nameTaken)
            #expect(try await database.find("users", options: .init(sort: ["_id": 1])).nextBatch() == before)
        }
    }

    /// The clock of one process is behind that of another.
    @Test func tokensEndWhateverTheClocksSay() async throws {
        try await withUsers(["ada"]) { (users, _) async throws in
            #expect(try await users.endTokens(of: "ada", now: 5))
            #expect(try await users.find("ada")?.tokensSince == 1001)
            #expect(try await users.change("ada", to: change { $0.name = "eve" }, now: 7) == .done)
            #expect(try await users.find("eve")?.tokensSince == 1002)
            #expect(try await users.setPassword(of: "eve", hash: "x", now: 2000))
            #expect(try await users.find("eve")?.tokensSince == 2000)
            #expect(try await users.endTokens(of: "nobody", now: 5) == false)
        }
    }

    @Test(
        arguments: [
            (1000, 1000, 0.0, true), (1000, 999, 5000, false), (1000, 1001, 5000, false),
            (1000, nil, 1000.0, true), (1000, nil, 999.999, false), (1000, nil, nil, false),
            (0, nil, nil, true),
            (0, nil, 5, true), (0, 0, nil, true), (0, 7, 9000, false),
        ] as [(Int64, Int64?, Double?, Bool)])
    func tokensAreAdmittedByWhatTheyName(since: Int64, named: Int64?, created: Double?, isGood: Bool) {
        let user = User(name: "x", programs: [], isAdmin: false)
        let account = Account(user: user, passwordHash: "", tokensSince: since)
        #expect(account.admits(tokensSince: named, created: created) == isGood)
    }

    @Test func hashesAreReplacedOnlyWhereTheyAreAsKnown() async throws {
        try await withUsers(["ada"]) { (users, _) async throws in
            try await users.replaceHash(of: "ada", "another", by: "new")
            #expect(try await users.find("ada")?.passwordHash == "$y$hash of ada")
            try await users.replaceHash(of: "ada", "$y$hash of ada", by: "$y$new")
            let account = try await users.find("ada")
            #expect(account?.passwordHash == "$y$new" && account?.tokensSince == 1000)
            let edit = change { $0.passwordHash = "later" }
            #expect(try await users.change("ada", to: edit, ifPasswordHashIs: "old", now: 5000) == .notFound)
            #expect(try await users.change("ada", to: edit, ifPasswordHashIs: "$y$new", now: 5000) == .done)
        }
    }

    /// Whoever looks while a user is renamed to and fro finds one document.
    @Test func atAnyMomentOneOfTheNamesIsThere() async throws {
        try await withUsers(["a"]) { (users, database) async throws in
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for round in 0..<60 {
                        let (from, to) = round % 2 == 0 ? ("a", "b") : ("b", "a")
                        let outcome = try await users.change(from, to: change { $0.name = to }, now: 0)
                        #expect(outcome == .done)
                    }
                }
                group.addTask {
                    var looks = 0
                    while looks < 300 {
                        do {
                            let reply = try await database.run(
                                command: [
                                    "find": "users", "filter": ["_id": ["$in": ["a", "b"]]],
                                    "readConcern": ["level": "snapshot"],
                                ], readOnly: true)
                            #expect(reply.array(at: "cursor.firstBatch")?.count == 1)
                            looks += 1
                        } catch let error as MongoError where error.codeName == "SnapshotTooOld" {
                            // The server keeps no past; it is asked again for the present.
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// A user is renamed to and fro while others change address and programs: what was confirmed last stands.
    @Test func renamesLoseNoChange() async throws {
        try await withUsers(["a"]) { (users, database) async throws in
            /// Makes 30 changes under whichever name there is.
            @Sendable func insist(_ edit: @escaping @Sendable (Int, inout UserChange) -> Void) async throws {
                for number in 0..<30 {
                    var change = UserChange()
                    edit(number, &change)
                    while true {
                        if try await users.change("a", to: change, now: 0) == .done { break }
                        if try await users.change("b", to: change, now: 0) == .done { break }
                    }
                }
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await insist { $1.email = .some("\($0)") } }
                group.addTask { try await insist { $1.programs = [Int64($0)] } }
                group.addTask {
                    for round in 0..<20 {
                        let (from, to) = round % 2 == 0 ? ("a", "b") : ("b", "a")
                        var rename = UserChange()
                        rename.name = to
                        let outcome = try await users.change(from, to: rename, now: 0)
                        #expect(outcome == .done)
                    }
                }
                try await group.waitForAll()
            }
            let documents = try #require(try await database.find("users").nextBatch())
            #expect(documents.count == 1)
            #expect(documents.first?.string(at: "email") == "29")
            #expect(documents.first?["permissions"] == [29])
        }
    }

    @Test func oneOfManyRenamesIsDone() async throws {
        try await withUsers(["a"]) { (users, database) async throws in
            let outcomes = try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        var rename = UserChange()
                        rename.name = "to \(number)"
                        return try await users.change("a", to: rename, now: 0)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .done } == 1 && outcomes.count { $0 == .notFound } == 7)
            #expect(try await database.countDocuments("users") == 1)
        }
    }

    /// Many to one name.
    @Test func aNameIsTakenOnce() async throws {
        let names = (0..<8).map { "from \($0)" }
        try await withUsers(names) { (users, database) async throws in
            let outcomes = try await withThrowingTaskGroup { group in
                for name in names {
                    group.addTask {
                        var rename = UserChange()
                        rename.name = "new"
                        return try await users.change(name, to: rename, now: 0)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .done } == 1 && outcomes.count { $0 == .nameTaken } == 7)
            #expect(try await database.countDocuments("users") == 8)
        }
    }

    @Test(arguments: ["a", "Ада Л.", "x@y.z", "münch", "a b", "$x", "天文"]) func sensibleNamesAreTaken(
        name: String
    ) throws {
        #expect(try UserRules.name(name) == name)
    }

    @Test(arguments: [
        "", " a", "a ", "a/b", ".", "..", "a\nb", "a\u{0}", "\u{202E}a", "a\u{200B}b", "a\u{2028}b",
        "a\u{A0}b",
        "\u{E000}", String(repeating: "n", count: 129),
    ]) func othersAreNot(name: String) { #expect(throws: RequestError.self) { try UserRules.name(name) } }

    @Test(
        arguments: [
            ([1, 2, 3], [1, 2, 3]), ([], []), ([0], [0]), ([2, 2, 1], [2, 1]), ([.double(3)], [3]),
            ([:], [1]),
            ([-1], nil), ([.double(1.5)], nil), (["1"], nil), ([true], nil), ([nil], nil), ("1", nil),
            (1, nil),
            (nil, nil), (["a": 1], nil), ([.int64(1 << 31)], nil), ([.double(.nan)], nil),
            (.list((0..<101).map { .integer($0) }), nil),
        ] as [(Value, [Int64]?)])
    func programsAreIntegers(given: Value, programs: [Int64]?) throws {
        if let programs {
            #expect(try UserRules.programs(given) == programs)
        } else {
            let error = try #require(throws: RequestError.self) { try UserRules.programs(given) }
            #expect(error.reason.hasPrefix("permissions"))
        }
    }
}
