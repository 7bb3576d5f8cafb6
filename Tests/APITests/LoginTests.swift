import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Testing

extension Conformance {
    /// `POST /api/auth`.
    @Suite struct LoginTests {
        private func login(_ body: String, headers: HeaderFields = [:]) async throws -> Reply {
            try await RunningAPI.current.send("POST", "/api/auth", headers: headers, body: body)
        }

        private static let admin =
            #"{"username": "admin", "password": "\#(RunningAPI.adminPassword)"}"#

        @Test func givesATokenThatIsGood() async throws {
            let reply = try await login(Self.admin)
            #expect(reply.status == 200)
            #expect(reply.type == "application/json; charset=utf-8")
            let body = try #require(reply.body)
            #expect(body.keys == ["status", "token"])
            #expect(body.string(at: "status") == "success")
            let token = try #require(body.string(at: "token"))
            #expect(try await RunningAPI.current.send("GET", "/", token: token).status == 200)
            // HS256 with Kowalski's claims, and without an end.
            let claims = try TokenSigner(key: Array(RunningAPI.tokenKey.utf8)).verify(token, now: Date())
            #expect(claims.userID == "admin")
            #expect(claims.createdAt != nil)
            #expect(claims.expiresAt == nil)
        }

        @Test(arguments: ["2.0.0", "2.3.1", "2.4.2"])
        func knowsTheClientsVersions(version: String) async throws {
            let body = Self.admin.dropLast() + #", "penquins.__version__": "\#(version)"}"#
            #expect(try await login(String(body)).status == 200)
        }

        @Test(arguments: [
            (#""1.0.0""#, "1.0.0"), (#""2.4.3""#, "2.4.3"), (#""""#, ""), ("2.4", "not a string"),
        ])
        func refusesUnknownVersions(version: String, shown: String) async throws {
            // Before the password is looked at.
            let body = #"{"username": "x", "password": "y", "penquins.__version__": \#(version)}"#
            #expect(try await login(body).isError(400, "unsupported version of penquins: \(shown)"))
        }

        @Test func versionMayBeNull() async throws {
            #expect(
                try await login(Self.admin.dropLast() + #", "penquins.__version__": null}"#).status == 200)
        }

        @Test(arguments: [
            ("{}", "missing username"), (#"{"password": "x"}"#, "missing username"),
            (#"{"username": "", "password": "x"}"#, "missing username"),
            (#"{"username": null, "password": "x"}"#, "missing username"),
            (#"{"username": "admin"}"#, "missing password"),
            (#"{"username": "admin", "password": ""}"#, "missing password"),
            // Operators are no names.
            (#"{"username": {"$ne": null}, "password": "x"}"#, "missing username"),
            (#"{"username": "admin", "password": {"$ne": null}}"#, "missing password"),
        ])
        func saysWhatIsMissing(body: String, message: String) async throws {
            #expect(try await login(body).isError(400, message))
        }

        @Test(arguments: [
            (#"{"username": "admin", "password": "wrong"}"#), (#"{"username": "who", "password": "wrong"}"#),
            (#"{"username": "admin", "password": "correct horse battery "}"#),
            (#"{"username": "Admin", "password": "correct horse battery"}"#),
            (#"{"username": "admin\u0000", "password": "correct horse battery"}"#),
            (#"{"username": "admin", "password": "correct horse battery\u0000"}"#),
            // Stored without a password.
            (#"{"username": "reader", "password": "x"}"#),
        ])
        func refusesWrongNamesAndPasswordsAlike(body: String) async throws {
            #expect(try await login(body).isError(401, "Unauthorized"))
        }

        @Test(arguments: [
            "", "{", "no", "[]", "\"admin\"", "username=admin&password=admin", "{\"a\": 1,}", "\u{0}",
        ])
        func bodyThatIsNoObjectIs500(body: String) async throws {
            #expect(try await login(body).isError(500, "Internal Server Error"))
        }

        @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/json", "x"])
        func contentTypeDoesNotMatter(type: String) async throws {
            #expect(try await login(Self.admin, headers: ["Content-Type": type]).status == 200)
        }

        /// Kowalski's document: base64 of bcrypt, `permissions` an empty object, no role. The hash is that of "U*U*U"
        /// in the test vectors of the bcrypt reference implementation (crypt_blowfish, wrapper.c).
        @Test func usersStoredByKowalskiAreLetIn() async throws {
            let api = try RunningAPI.current
            let hash = "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"
            _ = try await api.database.insert(
                "users",
                [
                    [
                        "_id": "kowalski", "email": "penguin@example.org",
                        "password": .string(Data(hash.utf8).base64EncodedString()), "permissions": [:],
                        "last_modified": .datetime(0),
                    ]
                ])
            let reply = try await login(#"{"username": "kowalski", "password": "U*U*U"}"#)
            let token = try #require(reply.body?.string(at: "token"), "\(reply.text)")
            #expect(try await login(#"{"username": "kowalski", "password": "U*U*"}"#).status == 401)
            // Without rights of its own it sees what is public.
            let query =
                #"{"query_type": "count_documents", "query": {"catalog": "ZTF_alerts", "filter": {}}}"#
            let count = try await api.send("POST", "/api/queries", token: token, body: query)
            #expect(count.data == 1)
        }

        @Test func adminIsCreatedOnceAndWithAHash() async throws {
            let document = try #require(
                try await RunningAPI.current.database.findOne("users", filter: ["_id": "admin"]))
            #expect(document.string(at: "password")?.hasPrefix("$y$") == true)
            #expect(
                document.keys == [
                    "_id", "email", "password", "permissions", "role", "last_modified", "tokens_since",
                ])
            #expect(!"\(document)".contains(RunningAPI.adminPassword))
        }
    }
}
