import Foundation
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(10))) struct PasswordTests {
    /// Openwall's crypt_blowfish, wrapper.c.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        (
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
        ),
    ]) func bcryptVectors(password: String, hash: String) async throws {
        let hasher = try PasswordHasher(cost: 1)
        let stored = Data(hash.utf8).base64EncodedString()
        #expect(try await hasher.verify(password, against: hash))
        #expect(try await hasher.verify(password, against: stored))
        #expect(try await !hasher.verify("x" + password, against: hash))
        #expect(try await !hasher.verify("x" + password, against: stored))
        #expect(hasher.needsRehash(hash))
        #expect(hasher.needsRehash(stored))
    }

    /// Made by Python as Kowalski does: base64.b64encode(bcrypt.hashpw(password, bcrypt.gensalt(rounds=5))),
    /// bcrypt 4.2.1. The second password is 40 times "ä", of which the first 72 bytes count.
    @Test(arguments: [
        (
            "admin-password",
            "JDJiJDA1JDNsd1lNeWRkSnlSbmVnVUpoRWNsNWU0LlRjTXlaYjdGMWdnWm5sZjJYd3FqaDNMdHgwcnV5"
        ),
        (
            String(repeating: "ä", count: 40),
            "JDJiJDA1JHFhTjB0OXVSN2xYQy45UzYwd25ONk9lVWxuZ2VSa1o3Rk9yUkVheWczcFAyTE0vV01Kd2FH"
        ),
    ]) func kowalskisStoredForm(password: String, stored: String) async throws {
        let hasher = try PasswordHasher(cost: 1)
        #expect(try await hasher.verify(password, against: stored))
        let shorter = String(password.dropFirst())
        #expect(try await hasher.verify(shorter, against: stored) == (shorter.utf8.count >= 72))
        #expect(try await !hasher.verify(password.uppercased(), against: stored))
    }

    @Test func aNewHashIsSaltedYescryptAndVerifies() async throws {
        let hasher = try PasswordHasher(cost: 2)
        let one = try await hasher.hash("pässword")
        let two = try await hasher.hash("pässword")
        #expect(one != two)
        // As libxcrypt writes cost 2 of yescrypt.
        #expect(one.hasPrefix("$y$j85$"))
        #expect(try await hasher.verify("pässword", against: one))
        #expect(try await hasher.verify("pässword", against: two))
        #expect(try await !hasher.verify("passwörd", against: one))
        #expect(!hasher.needsRehash(one))
        #expect(try PasswordHasher(cost: 3).needsRehash(one))
    }

    /// libxcrypt writes the default cost of yescrypt, 5, as j9T, and each step doubles the memory: 7 is jBT.
    @Test func theDefaultCostIsSeven() async throws {
        #expect(try await PasswordHasher().hash("x").hasPrefix("$y$jBT$"))
    }

    @Test func aUserWhoDoesNotExistMatchesNothing() async throws {
        let hasher = try PasswordHasher(cost: 1)
        #expect(try await !hasher.verify("password", against: nil))
        #expect(try await !hasher.verify("", against: nil))
    }

    @Test(arguments: [
        "", "password", "*0", "$1$salt$hash", "$6$salt$hash", "ab01FAX.bQRSU", "$2b$", "$y$", "$y$j9T$",
        "$2b$12$short",
        "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "cGFzc3dvcmQ=", "!!!",
    ]) func whatIsNoBelievedHashMatchesNothing(stored: String) async throws {
        let hasher = try PasswordHasher(cost: 1)
        #expect(try await !hasher.verify("password", against: stored))
        #expect(hasher.needsRehash(stored))
    }

    @Test func lengthsAndNULsHaveTheirRule() async throws {
        let hasher = try PasswordHasher(cost: 1)
        let longest = String(repeating: "p", count: 511)
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.verify(longest, against: hash))
        // Beyond the 72 bytes of bcrypt every byte counts.
        #expect(try await !hasher.verify(longest.dropLast() + "q", against: hash))
        let short = try await hasher.hash("pass")
        for password in ["", longest + "p", "pass\u{0}word", "\u{0}"] {
            await #expect(throws: HTTPError.self) { try await hasher.hash(password) }
            for stored in [hash, short] { #expect(try await !hasher.verify(password, against: stored)) }
        }
    }

    @Test func aFloodIsRefused() async throws {
        let hasher = try PasswordHasher(cost: 5, maximumWaiting: 2)
        let busy = Counter()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    do { _ = try await hasher.verify("x", against: nil) } catch { busy.add() }
                }
            }
        }
        #expect((1...18).contains(busy.value))
        #expect(try await !hasher.verify("x", against: nil))
    }

    @Test(arguments: [-1, 0, 12]) func anImpossibleCostIsRefused(cost: Int) {
        #expect(throws: HTTPError.self) { try PasswordHasher(cost: cost) }
    }

    @Test func randomTextsDifferAndAreURLSafe() throws {
        let texts = try (0..<100).map { _ in try RandomBytes.text(bytes: 24) }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.utf8.count == 32)
            #expect(Base64URL.bytes(text)?.count == 24)
        }
        #expect(try RandomBytes.make(0) == [])
        #expect(throws: HTTPError.self) { try RandomBytes.make(-1) }
    }
}
