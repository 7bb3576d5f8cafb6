import Documents
import Foundation
import HTTP
import Mongo
import TestSupport
import Testing

extension Conformance {
    /// `/api/users`.
    @Suite struct UserTests {
        private func send(
            _ method: String, _ path: String, _ body: String? = nil, as user: String = "admin"
        ) async throws -> Reply {
            try await RunningAPI.current.send(method, path, token: try RunningAPI.token(user), body: body)
        }

        private func add(_ name: String, _ more: String = "") async throws -> Reply {
            try await send(
                "POST", "/api/users", #"{"username": "\#(name)", "password": "secret of \#(name)"\#(more)}"#)
        }

        /// The token that a password gives; nil where it is wrong.
        private func token(_ name: String, _ password: String) async throws -> String? {
            let body = #"{"username": "\#(name)", "password": "\#(password)"}"#
            let reply = try await RunningAPI.current.send("POST", "/api/auth", body: body)
            #expect(reply.status == 200 || reply.isError(401, "Unauthorized"), "\(reply.text)")
            return reply.body?.string(at: "token")
        }

        private func isGood(_ token: String) async throws -> Bool {
            let reply = try await RunningAPI.current.send("GET", "/", token: token)
            #expect(reply.status == 200 || reply.isError(400, "token is invalid"), "\(reply.text)")
            return reply.status == 200
        }

        private func profile(_ name: String) async throws -> Document? {
            try await send("GET", "/api/users/\(name)").data?.document
        }

        @Test func userIsAddedSeenAndRemoved() async throws {
            let reply = try await add("ann")
            #expect(reply.status == 200)
            #expect(reply.text == #"{"status":"success","message":"added user ann"}"#)
            #expect(reply.headers["Cache-Control"] == "no-store")
            let profile = try #require(try await profile("ann"))
            #expect(profile.keys == ["username", "email", "role", "permissions", "groups", "last_modified"])
            #expect(profile.string(at: "role") == "user" && profile["permissions"] == [1])
            #expect(profile["email"] == .null && profile.datetime(at: "last_modified") != nil)
            let list = try await send("GET", "/api/users")
            let ann = list.documents.first { $0.string(at: "username") == "ann" }
            #expect(ann == profile)
            // The configured admin's role does not lie in the document.
            #expect(
                list.documents.first { $0.string(at: "username") == "admin" }?.string(at: "role") == "admin")
            #expect(!list.text.contains("$y$") && !list.text.contains("password"))
            #expect(try await token("ann", "secret of ann") != nil)
            #expect(try await send("DELETE", "/api/users/ann").text.contains("removed user ann"))
            #expect(try await token("ann", "secret of ann") == nil)
            #expect(try await send("DELETE", "/api/users/ann").isError(400, "user ann not found"))
            #expect(try await send("GET", "/api/users/ann").isError(400, "user ann not found"))
        }

        @Test func roleRightsAndAddressAreTaken() async throws {
            let more = #", "email": "b@x.org", "permissions": [1, 3], "role": "admin""#
            #expect(try await add("bea", more).status == 200)
            let profile = try #require(try await profile("bea"))
            #expect(profile.string(at: "email") == "b@x.org" && profile.string(at: "role") == "admin")
            #expect(profile["permissions"] == [1, 3])
            #expect(try await send("GET", "/api/users", as: "bea").status == 200)
            // Kowalski's default.
            #expect(try await add("bel", #", "permissions": {}, "email": null, "role": null"#).status == 200)
            #expect(try await self.profile("bel")?["permissions"] == [1])
            #expect(try await self.profile("bel")?["groups"] == [])
            // Groups are for admins to give.
            #expect(try await add("bob", #", "groups": [4, 7, 4]"#).status == 200)
            #expect(try await self.profile("bob")?["groups"] == [4, 7])
            let own = try await send("PUT", "/api/users/bob", #"{"groups": [9]}"#, as: "bob")
            #expect(own.isError(403, "Forbidden"))
            #expect(try await send("PUT", "/api/users/bob", #"{"groups": [5]}"#).status == 200)
            #expect(try await self.profile("bob")?["groups"] == [5])
        }

        @Test(arguments: [
            ("{}", "username and password must be set"),
            (#"{"username": "x"}"#, "username and password must be set"),
            (#"{"username": "", "password": "y"}"#, "username and password must be set"),
            (#"{"username": "x", "password": ""}"#, "username and password must be set"),
            (#"{"username": 5, "password": "y"}"#, "TypeError: username must be a string"),
            (#"{"username": "x", "password": ["y"]}"#, "TypeError: password must be a string"),
            (#"{"username": "x", "password": "y", "email": 5}"#, "TypeError: email must be a string"),
            (
                #"{"username": "x", "password": "y", "email": "a\nb"}"#,
                "ValueError: email must be printable, at most 320 characters"
            ),
            (
                #"{"username": "x", "password": "y", "role": "root"}"#,
                "ValueError: role must be 'admin' or 'user'"
            ),
            (
                #"{"username": "x", "password": "y", "permissions": [1, -1]}"#,
                "ValueError: permissions.1 must be an integer from 0 to 2147483647"
            ),
            (
                #"{"username": "x", "password": "y", "groups": [0]}"#,
                "ValueError: groups.0 must be an integer from 1 to 2147483647"
            ),
            (
                #"{"username": "x", "password": "y", "groups": 3}"#,
                "TypeError: groups must be a list of numbers of groups, at most 1000"
            ),
            (
                #"{"username": "x", "password": "y", "permissions": {"a": 1}}"#,
                "TypeError: permissions must be a list of programids, at most 100"
            ),
            (
                #"{"username": "a/b", "password": "y"}"#,
                "ValueError: username must be printable, without '/' and without spaces at its ends"
            ),
            (
                #"{"username": "admin\u200b", "password": "y"}"#,
                "ValueError: username must be printable, without '/' and without spaces at its ends"
            ),
            (
                #"{"username": "\#(String(repeating: "n", count: 129))", "password": "y"}"#,
                "ValueError: username must have 1 to 128 characters"
            ),
            (
                #"{"username": "x", "password": "\#(String(repeating: "p", count: 512))"}"#,
                "ValueError: password must have 1 to 511 bytes (UTF-8) and no NUL"
            ),
            (
                #"{"username": "x", "password": "a\u0000b"}"#,
                "ValueError: password must have 1 to 511 bytes (UTF-8) and no NUL"
            ),
            ("no", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        ]) func whatIsWrongIsNamed(body: String, message: String) async throws {
            let reply = try await send("POST", "/api/users", body)
            #expect(reply.isError(400, message), "\(reply.text)")
            #expect(try await profile("x") == nil)
        }

        @Test func takenNamesAreSaidToBe() async throws {
            #expect(try await add("cleo").status == 200)
            #expect(try await add("cleo", #", "role": "admin""#).isError(400, "user cleo already exists"))
            #expect(try await add("admin").isError(400, "user admin already exists"))
            #expect(try await profile("cleo")?.string(at: "role") == "user")
            #expect(try await token("cleo", "secret of cleo") != nil)
        }

        @Test func passwordChangesWithoutAName() async throws {
            _ = try await add("dora")
            let old = try #require(try await token("dora", "secret of dora"))
            let reply = try await send("PUT", "/api/users/dora", #"{"password": "a new one"}"#)
            #expect(reply.status == 200)
            #expect(reply.text == #"{"status":"success","message":"edited user dora"}"#)
            #expect(try await token("dora", "secret of dora") == nil)
            let new = try #require(try await token("dora", "a new one"))
            #expect(try await !isGood(old))
            #expect(try await isGood(new))
            // Kowalski's clients name the user, too.
            let both = #"{"username": "dora", "password": "another one"}"#
            #expect(try await send("PUT", "/api/users/dora", both).status == 200)
            #expect(try await token("dora", "another one") != nil)
            #expect(try await !isGood(new))
        }

        @Test func renamedUserLogsInByTheNewNameOnly() async throws {
            _ = try await add("emma", #", "permissions": [2], "email": "e@x.org""#)
            let old = try #require(try await token("emma", "secret of emma"))
            let edit = #"{"username": "emma two", "role": "admin"}"#
            #expect(try await send("PUT", "/api/users/emma", edit).status == 200)
            #expect(try await token("emma", "secret of emma") == nil)
            #expect(try await token("emma two", "secret of emma") != nil)
            #expect(try await !isGood(old))
            #expect(try await profile("emma") == nil)
            let profile = try #require(try await profile("emma%20two"))
            #expect(profile["permissions"] == [2] && profile.string(at: "email") == "e@x.org")
            #expect(profile.string(at: "role") == "admin")
            // Nor is the old token good for whoever gets the old name.
            _ = try await add("emma")
            #expect(try await !isGood(old))
            #expect(
                try await send("PUT", "/api/users/emma", #"{"username": "emma two"}"#)
                    .isError(400, "user emma two already exists"))
            #expect(
                try await send("PUT", "/api/users/nobody%20there", #"{"username": "x1"}"#)
                    .isError(400, "user nobody there not found"))
            #expect(
                try await send("PUT", "/api/users/emma", #"{"username": "e/e"}"#).status == 400)
        }

        @Test func adminOfTheSettingsStays() async throws {
            #expect(try await send("DELETE", "/api/users/admin").isError(400, "cannot remove the superuser!"))
            let rename = #"{"username": "boss", "password": "x"}"#
            #expect(
                try await send("PUT", "/api/users/admin", rename).isError(400, "cannot rename the superuser!")
            )
            #expect(
                try await send("PUT", "/api/users/admin", #"{"role": "user"}"#)
                    .isError(400, "cannot take the superuser's role!"))
            #expect(try await send("PUT", "/api/users/admin", #"{"email": "admin@x.org"}"#).status == 200)
            #expect(try await token("admin", RunningAPI.adminPassword) != nil)
        }

        @Test func nothingIsNoChange() async throws {
            _ = try await add("fay")
            let message =
                "nothing to change, give at least one of username, password, email, permissions, groups or role"
            for body in ["{}", #"{"password": null}"#, #"{"pasword": "x"}"#] {
                #expect(try await send("PUT", "/api/users/fay", body).isError(400, message))
            }
            #expect(try await send("PUT", "/api/users/fay", #"{"username": "fay"}"#).status == 200)
        }

        @Test func othersMayNot() async throws {
            _ = try await add("gus")
            let requests = [
                ("GET", "/api/users", nil), ("POST", "/api/users", #"{"username": "h", "password": "h"}"#),
                ("DELETE", "/api/users/gus", nil), ("DELETE", "/api/users/reader", nil),
                ("GET", "/api/users/gus", nil), ("GET", "/api/users/admin", nil),
                ("GET", "/api/users/nobody%20there", nil),
                ("PUT", "/api/users/gus", #"{"password": "x", "current_password": "secret of gus"}"#),
                ("PUT", "/api/users/admin", #"{"password": "x"}"#),
                ("PUT", "/api/users/reader", #"{"role": "admin"}"#),
                ("PUT", "/api/users/reader", #"{"permissions": [1, 2, 3]}"#),
                ("PUT", "/api/users/reader", #"{"email": "x"}"#),
                ("PUT", "/api/users/reader", #"{"username": "reader2"}"#),
                ("PUT", "/api/users/reader", #"{"password": "x", "current_password": "y", "role": "user"}"#),
                ("POST", "/api/users/gus/logout", nil),
            ]
            for (method, path, body) in requests {
                let reply = try await send(method, path, body, as: "reader")
                #expect(reply.isError(403, "Forbidden"), "\(method) \(path): \(reply.text)")
                let anonymous = try await RunningAPI.current.send(method, path, body: body)
                #expect(anonymous.isError(401, "Unauthorized"), "\(method) \(path): \(anonymous.text)")
            }
            #expect(try await token("gus", "secret of gus") != nil)
        }

        @Test func usersSeeThemselvesAndChangeTheirPassword() async throws {
            _ = try await add("hugo")
            let path = "/api/users/hugo"
            #expect(try await send("GET", path, as: "hugo").data?.document?.string(at: "username") == "hugo")
            for (body, message) in [
                (#"{"password": "x"}"#, "current_password must be set"),
                (#"{"current_password": "secret of hugo"}"#, "password must be set"),
                (#"{"password": "x", "current_password": "wrong"}"#, "current_password is wrong"),
                (
                    #"{"password": "", "current_password": "secret of hugo"}"#,
                    "ValueError: password must have 1 to 511 bytes (UTF-8) and no NUL"
                ),
            ] {
                let reply = try await send("PUT", path, body, as: "hugo")
                #expect(reply.isError(400, message), "\(reply.text)")
            }
            let old = try #require(try await token("hugo", "secret of hugo"))
            let body = #"{"password": "my own", "current_password": "secret of hugo"}"#
            #expect(try await send("PUT", path, body, as: "hugo").status == 200)
            #expect(try await token("hugo", "secret of hugo") == nil)
            #expect(try await token("hugo", "my own") != nil)
            #expect(try await !isGood(old))
        }

        @Test func loggedOutUserNeedsANewToken() async throws {
            _ = try await add("ida")
            let old = try #require(try await token("ida", "secret of ida"))
            let api = try RunningAPI.current
            let reply = try await api.send("POST", "/api/users/ida/logout", token: old)
            #expect(reply.text == #"{"status":"success","message":"logged out user ida"}"#)
            #expect(try await !isGood(old))
            let new = try #require(try await token("ida", "secret of ida"))
            #expect(try await isGood(new))
            #expect(try await send("POST", "/api/users/ida/logout").status == 200)
            #expect(try await !isGood(new))
            #expect(
                try await send("POST", "/api/users/nobody/there/logout").isError(404, "Not Found"))
            #expect(
                try await send("POST", "/api/users/no%20one/logout").isError(400, "user no one not found"))
        }

        /// Kowalski let names be anything.
        @Test func oldNamesGoOn() async throws {
            let api = try RunningAPI.current
            let name = "odd/ name\n"
            _ = try await api.database.insert(
                "users", [["_id": .string(name), "permissions": [:], "password": "x"]])
            let path = "/api/users/odd%2F%20name%0A"
            #expect(try await send("GET", path).data?.document?.string(at: "username") == name)
            #expect(try await send("PUT", path, #"{"password": "of the odd"}"#).status == 200)
            #expect(try await token("odd/ name\\n", "of the odd") != nil)
            #expect(try await send("DELETE", path).status == 200)
        }

        /// Names that only look the same are others, and rights do not go by looks.
        @Test func accentsInTwoCharactersAreAnotherName() async throws {
            _ = try await add("jos\\u00e9", #", "role": "admin""#)
            _ = try await add("jose\\u0301")
            #expect(try await send("DELETE", "/api/users/jos%C3%A9", as: "jose\u{301}").status == 403)
            #expect(try await send("GET", "/api/users/jos%C3%A9", as: "jose\u{301}").status == 403)
            #expect(try await send("GET", "/api/users/jose%CC%81", as: "jose\u{301}").status == 200)
        }

        /// The stored hash of Kowalski's, of a cost of its own, becomes one of ours.
        @Test func kowalskisHashIsReplacedAtLogin() async throws {
            let api = try RunningAPI.current
            // Test vector of crypt_blowfish (wrapper.c) for "U*U".
            let hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
            _ = try await api.database.insert(
                "users",
                [
                    [
                        "_id": "kurt", "password": .string(Data(hash.utf8).base64EncodedString()),
                        "permissions": [:],
                    ]
                ])
            #expect(try await token("kurt", "U*U*") == nil)
            let first = try #require(try await token("kurt", "U*U"))
            let stored = try await api.database.findOne("users", filter: ["_id": "kurt"])
            #expect(stored?.string(at: "password")?.hasPrefix("$y$") == true)
            #expect(try await isGood(first))
            #expect(try await token("kurt", "U*U") != nil)
            #expect(try await token("kurt", "U*U*") == nil)
        }

        @Test func addsAtTheSameTimeMakeOneUser() async throws {
            let statuses = try await withThrowingTaskGroup { group in
                for number in 0..<6 {
                    group.addTask {
                        try await send(
                            "POST", "/api/users", #"{"username": "lea", "password": "password \#(number)"}"#
                        ).status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 400: 5])
        }
    }
}
