import Documents
import Mongo
import Testing

/// `skipper user`: the collection is Kowalski's.
@Suite struct UserCommandTests {
    private func user(_ name: String, _ workplace: Workplace) async throws -> Document? {
        try await workplace.database.findOne("users", filter: ["_id": .string(name)])
    }

    @Test func usersAreAddedChangedAndRemoved() async throws {
        try await withWorkplace { workplace in
            let added = try await workplace.run(
                "skipper", "user", "add", "vera", "--password", "rubin 1928", "--email", "vera@example.org",
                "--programs", "1, 2", "--admin")
            #expect(added.code == 0 && added.output == "added user vera\n")
            let vera = try #require(try await user("vera", workplace))
            #expect(vera.string(at: "email") == "vera@example.org")
            #expect(vera["permissions"] == [1, 2])
            #expect(vera.string(at: "role") == "admin")
            let hash = try #require(vera.string(at: "password"))
            // yescrypt, crypt(5).
            #expect(hash.hasPrefix("$y$") && !hash.contains("rubin"))
            #expect(vera.datetime(at: "last_modified") != nil)

            // Without a password one is made and shown once.
            let second = try await workplace.run("skipper", "user", "add", "henrietta")
            let password = try #require(second.lines.first?.split(separator: " ").last)
            #expect(second.output == "added user henrietta, password: \(password)\n" && password.count >= 16)
            let henrietta = try #require(try await user("henrietta", workplace))
            #expect(henrietta["permissions"] == [1] && henrietta.string(at: "role") == "user")

            let list = try await workplace.run("skipper", "user", "list")
            #expect(list.code == 0)
            let names = try list.lines.map { try ExtendedJSON.document(from: $0) }
            #expect(names.map { $0.string(at: "_id") } == ["henrietta", "vera"])
            #expect(!names.contains { $0.exists(at: "password") } && !list.output.contains("$y$"))

            let changed = try await workplace.run(
                "skipper", "user", "passwd", "vera", "--password", "rubin 1929")
            #expect(changed.code == 0 && changed.output == "changed the password of vera\n")
            let after = try #require(try await user("vera", workplace))
            #expect(after.string(at: "password") != hash && after["permissions"] == [1, 2])

            let removed = try await workplace.run("skipper", "user", "remove", "vera")
            #expect(removed.code == 0 && removed.output == "removed user vera\n")
            #expect(try await user("vera", workplace) == nil)
            #expect(try await user("henrietta", workplace) == henrietta)
        }
    }

    @Test func usersAreChangedRenamedAndLoggedOut() async throws {
        try await withWorkplace { workplace in
            _ = try await workplace.run(
                "skipper", "user", "add", "vera", "--password", "rubin 1928", "--role", "admin")
            let before = try #require(try await user("vera", workplace))
            #expect(before.string(at: "role") == "admin")
            let changed = try await workplace.run(
                "skipper", "user", "change", "vera", "--name", "vera.r", "--email", "v@example.org",
                "--programs",
                "2,3", "--role", "user")
            #expect(changed.code == 0 && changed.output == "changed user vera.r\n")
            #expect(try await user("vera", workplace) == nil)
            let after = try #require(try await user("vera.r", workplace))
            #expect(after["password"] == before["password"] && after["permissions"] == [2, 3])
            #expect(after.string(at: "role") == "user" && after.string(at: "email") == "v@example.org")
            let loggedOut = try await workplace.run("skipper", "user", "logout", "vera.r")
            #expect(loggedOut.output == "logged out user vera.r\n")
            let last = try #require(try await user("vera.r", workplace)?.datetime(at: "tokens_since"))
            #expect(last > after.datetime(at: "tokens_since") ?? .max)
        }
    }

    @Test func whatCannotBeDoneIsSaid() async throws {
        try await withWorkplace { workplace in
            _ = try await workplace.run("skipper", "user", "add", "vera", "--password", "rubin 1928")
            let before = try await user("vera", workplace)
            for (words, reason) in [
                (["add", "vera"], "there is a user 'vera' already"),
                (["passwd", "nobody"], "there is no user 'nobody'"),
                (["remove", "nobody"], "there is no user 'nobody'"),
                (["logout", "nobody"], "there is no user 'nobody'"),
                (["change", "nobody", "--role", "user"], "there is no user 'nobody'"),
                (
                    ["change", "admin", "--name", "x"],
                    "admin is the admin of the settings and keeps name and role"
                ),
                (
                    ["change", "admin", "--role", "user"],
                    "admin is the admin of the settings and keeps name and role"
                ),
                (["remove", "admin"], "admin is the admin of the settings, who is created at each start"),
            ] {
                let ending = try await workplace.start("skipper", ["user"] + words).ending()
                #expect(ending.code == 1)
                #expect(ending.errors == "skipper user: \(reason)\n")
            }
            #expect(try await user("vera", workplace) == before)
        }
    }
}
