import Documents
import Mongo
import TestSupport
import Testing

@testable import Archive

/// Accounts that were read a moment ago.
@Suite(.timeLimit(.minutes(10))) struct AccountMemoryTests {
    private func withAda(_ body: (Users, AccountMemory, Database) async throws -> Void) async throws {
        try await withDatabase { database in
            let users = Users(database, administrator: "admin")
            let ada = User(name: "ada", programs: [1], isAdmin: false)
            _ = try await users.add(ada, email: nil, passwordHash: "hash", now: 1000)
            try await body(users, AccountMemory(users), database)
        }
    }

    private func set(_ field: String, _ value: Value, _ database: Database) async throws {
        let fields = Document(dictionaryLiteral: (field, value))
        _ = try await database.bulkWrite(
            "users",
            [.updateOne(filter: ["_id": "ada"], update: .operators(["$set": .document(fields)]))])
    }

    /// Each round the account is in a memory's mind when the change begins; it is out when the change has returned.
    @Test func confirmedChangesAreInForceInEveryMemory() async throws {
        try await withAda { (users, memory, _) async throws in
            let other = AccountMemory(users)
            for round in 1...5 {
                for memory in [memory, other] { _ = try await memory.find("ada") { _ in true } }
                var change = UserChange()
                change.programs = [Int64(round)]
                #expect(try await users.change("ada", to: change, now: 0) == .done)
                for memory in [memory, other] {
                    let account = try await memory.find("ada") { _ in true }
                    #expect(account?.user.programs == [Int64(round)])
                }
            }
            #expect(try await users.remove("ada"))
            for memory in [memory, other] { #expect(try await memory.find("ada") { _ in true } == nil) }
        }
    }

    /// The wait is for what was remembered the moment before the change, by whoever asks without pause.
    @Test func noOneGoesByWhatWasBefore() async throws {
        try await withAda { users, memory, _ in
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        while !Task.isCancelled { _ = try? await memory.find("ada") { _ in true } }
                    }
                }
                for round in 1...10 {
                    var change = UserChange()
                    change.programs = [Int64(round)]
                    _ = try await users.change("ada", to: change, now: 0)
                    let account = try await memory.find("ada") { _ in true }
                    #expect(account?.user.programs == [Int64(round)])
                }
                group.cancelAll()
            }
        }
    }

    @Test func repeatedQuestionsAreNotAskedOfTheDatabase() async throws {
        try await withAda { (_, memory, database) async throws in
            // Where the machine stood still in between the first answer is forgotten; it does not stand still always.
            var wasRemembered = false
            for round in 1...50 where !wasRemembered {
                try await set("permissions", [.integer(Int64(round))], database)
                _ = try await memory.find("ada") { _ in false }
                try await set("permissions", [], database)
                wasRemembered = try await memory.find("ada") { _ in true }?.user.programs == [Int64(round)]
            }
            #expect(wasRemembered)
        }
    }

    /// A token that is newer than what is remembered is not refused for it.
    @Test func whatDoesNotDoIsReadAnew() async throws {
        try await withAda { (_, memory, database) async throws in
            #expect(try await memory.find("ada") { _ in true }?.tokensSince == 1000)
            try await set("tokens_since", .datetime(2000), database)
            #expect(try await memory.find("ada") { $0.tokensSince == 2000 }?.tokensSince == 2000)
        }
    }

    @Test func newUsersAreThereAtOnce() async throws {
        try await withAda { (users, memory, _) async throws in
            #expect(try await memory.find("eve") { _ in true } == nil)
            let eve = User(name: "eve", programs: [1], isAdmin: false)
            _ = try await users.add(eve, email: nil, passwordHash: "", now: 0)
            #expect(try await memory.find("eve") { _ in true }?.user == eve)
        }
    }

    @Test func namesThatOnlyLookAlikeAreOthers() async throws {
        try await withAda { (users, memory, _) async throws in
            for (name, isAdmin) in [("jos\u{E9}", true), ("jose\u{301}", false)] {
                let user = User(name: name, programs: [], isAdmin: isAdmin)
                _ = try await users.add(user, email: nil, passwordHash: "", now: 0)
            }
            for _ in 0..<3 {
                #expect(try await memory.find("jos\u{E9}") { _ in true }?.user.isAdmin == true)
                #expect(try await memory.find("jose\u{301}") { _ in true }?.user.isAdmin == false)
            }
        }
    }
}
