import Foundation
import Testing

@testable import HTTP

@Suite struct TokenTests {
    private static let key = Array("a-key-of-at-least-32-bytes-for-hs256!".utf8)
    private static let signer = try? TokenSigner(key: key)
    private let now = Date(timeIntervalSince1970: 1_690_000_000)

    // Made by PyJWT 2.10.1: jwt.encode({"user_id": …, "created_at": "2023-05-06T07:08:09.012345+00:00"[,
    // "exp": 1700000000]}, key, algorithm=…); the second one's user is "ünï".
    private static let endless =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiYWRtaW4iLCJjcmVhdGVkX2F0IjoiMjAyMy0wNS0wNlQwNzowODow"
        + "OS4wMTIzNDUrMDA6MDAifQ.45q1fh4OlG1TgO6R3cD5zEf5USYNleN8PzQWz_afOrs"
    private static let ending =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiXHUwMGZjblx1MDBlZiIsImNyZWF0ZWRfYXQiOiIyMDIzLTA1LTA2"
        + "VDA3OjA4OjA5LjAxMjM0NSswMDowMCIsImV4cCI6MTcwMDAwMDAwMH0.z_lbpVhdS20BhAYJJM7fQa7qeItIsV6vn34AjEuGlAI"
    private static let otherAlgorithm =
        "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiYWRtaW4iLCJjcmVhdGVkX2F0IjoiMjAyMy0wNS0wNlQwNzowODow"
        + "OS4wMTIzNDUrMDA6MDAifQ.knbIJFEWef3gyESMeBT269hUu7YnIEGLKKGVjPqGCXRbUF4Y6w9VqrKe9PAu87LC12W0yMsWALTYKu3DoH4KJA"
    private static let unsigned =
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ1c2VyX2lkIjoiYWRtaW4iLCJjcmVhdGVkX2F0IjoiMjAyMy0wNS0wNlQwNzowODowOS"
        + "4wMTIzNDUrMDA6MDAifQ."

    @Test func theSignatureIsThatOfRFC7515AppendixA1() throws {
        let key = try #require(
            Base64URL.bytes(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
        let signed =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signature = try TokenSigner(key: key).signature(of: signed)
        #expect(Base64URL.text(signature) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    @Test func tokensOfPyJWTVerify() throws {
        let signer = try #require(Self.signer)
        let endless = try signer.verify(Self.endless, now: now)
        #expect(endless.userID == "admin")
        let created = try #require(endless.createdAt)
        #expect(abs(created.timeIntervalSince1970 - 1_683_356_889.012345) < 1e-6)
        #expect(endless.expiresAt == nil)
        let ending = try signer.verify(Self.ending, now: now)
        #expect(ending.userID == "ünï")
        #expect(ending.expiresAt == Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test func aTokenExpiresAtItsSecond() throws {
        let signer = try #require(Self.signer)
        _ = try signer.verify(Self.ending, now: Date(timeIntervalSince1970: 1_699_999_999.999))
        #expect(throws: TokenFault.expired) {
            try signer.verify(Self.ending, now: Date(timeIntervalSince1970: 1_700_000_000))
        }
    }

    @Test func otherAlgorithmsAreInvalid() throws {
        let signer = try #require(Self.signer)
        for token in [Self.otherAlgorithm, Self.unsigned] {
            #expect(throws: TokenFault.invalid) { try signer.verify(token, now: now) }
        }
    }

    /// Rightly signed tokens whose content is wrong.
    @Test(arguments: [
        (#"{"alg":"HS256"}"#, #"{"user_id":"a"}"#, true),
        (#"{"alg":"none"}"#, #"{"user_id":"a"}"#, false),
        (#"{"alg":"hs256"}"#, #"{"user_id":"a"}"#, false),
        (#"{"typ":"JWT"}"#, #"{"user_id":"a"}"#, false),
        (#"{"alg":"HS256","crit":["exp"]}"#, #"{"user_id":"a"}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user":"a"}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user_id":1}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user_id":"a","exp":"2030-01-01T00:00:00"}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user_id":"a","exp":1e400}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user_id":"a","nbf":1690000001}"#, false),
        (#"{"alg":"HS256"}"#, #"{"user_id":"a","nbf":1690000000}"#, true),
        (#"{"alg":"HS256"}"#, #"["user_id"]"#, false),
        (#"{"alg":"HS256"}"#, "", false),
        ("", #"{"user_id":"a"}"#, false),
    ]) func contentIsChecked(header: String, payload: String, isValid: Bool) throws {
        let signer = try #require(Self.signer)
        let signed = Base64URL.text(Array(header.utf8)) + "." + Base64URL.text(Array(payload.utf8))
        let token = signed + "." + Base64URL.text(try signer.signature(of: signed))
        if isValid {
            #expect(try signer.verify(token, now: now).userID == "a")
        } else {
            #expect(throws: TokenFault.invalid) { try signer.verify(token, now: now) }
        }
    }

    /// Each character changed to another of the alphabet, and each truncation.
    @Test func everyChangeIsNoticed() throws {
        let signer = try #require(Self.signer)
        let characters = Array(Self.endless)
        for index in characters.indices {
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(throws: TokenFault.invalid) { try signer.verify(String(changed), now: now) }
            #expect(throws: TokenFault.invalid) { try signer.verify(String(characters[..<index]), now: now) }
        }
        for suffix in ["=", ".", ".x", " ", "\n", "A"] {
            #expect(throws: TokenFault.invalid) { try signer.verify(Self.endless + suffix, now: now) }
        }
        let other = try TokenSigner(key: Self.key + [1])
        #expect(throws: TokenFault.invalid) { try other.verify(Self.endless, now: now) }
    }

    @Test func whatIsIssuedHasKowalskisFormAndVerifies() throws {
        let signer = try #require(Self.signer)
        let instant = Date(timeIntervalSince1970: 1_683_356_889.25)
        for name in ["admin", "ünï \"quoted\\ \u{1}", ""] {
            let token = try signer.issue(userID: name, now: instant, lifetime: .seconds(60))
            let claims = try signer.verify(token, now: instant)
            #expect(claims.userID == name)
            #expect(claims.createdAt == instant)
            #expect(claims.expiresAt == Date(timeIntervalSince1970: 1_683_356_949))
        }
        let token = try signer.issue(userID: "admin", now: instant)
        let parts = token.split(separator: ".").map {
            Base64URL.bytes($0).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(parts[0] == #"{"alg":"HS256","typ":"JWT"}"#)
        #expect(parts[1] == #"{"created_at":"2023-05-06T07:08:09.250000+00:00","user_id":"admin"}"#)
    }

    @Test func anEmptyKeyIsRefused() {
        #expect(throws: HTTPError.self) { try TokenSigner(key: []) }
    }

    @Test(
        arguments: [
            ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER\t abc  def", "abc"),
            ("xbearery abc", "abc"),
            ("abc", "abc"), ("token abc", "token abc"), ("", ""), ("bearer", nil), ("  Bearer  ", nil),
        ] as [(String, String?)]) func theTokenOfAHeaderIsFound(value: String, token: String?)
    {
        #expect(Authorization.token(in: value) == token)
    }
}

@Suite struct TimestampTests {
    /// By Python's datetime.isoformat(timespec="microseconds").
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000000+00:00"),
        (1_683_356_889.012345, "2023-05-06T07:08:09.012345+00:00"),
        (951_782_399.999999, "2000-02-28T23:59:59.999999+00:00"),
        (4_102_444_800.5, "2100-01-01T00:00:00.500000+00:00"),
        (-1.5, "1969-12-31T23:59:58.500000+00:00"),
    ]) func textAndInstantAreTheSame(seconds: Double, text: String) throws {
        #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)) == text)
        let date = try #require(Timestamp.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
    }

    @Test func extremesDoNotTrap() {
        for seconds in [-Double.infinity, -1e300, 1e300, .infinity, .nan] {
            #expect(Timestamp.text(Date(timeIntervalSince1970: seconds)).utf8.count == 32)
        }
    }

    @Test(arguments: [
        "", "2023-05-06", "2023-05-06T07:08:09", "2023-05-06T07:08:09.+00:00",
        "2023-05-06T07:08:09.0123456+00:00",
        "2023-13-06T07:08:09+00:00", "2023-05-06T24:08:09+00:00", "2023-05-06T07:08:09+01:00",
        "2023-05-06T07:08:09+00:00x", "x023-05-06T07:08:09+00:00",
    ]) func anythingElseIsNoInstant(text: String) {
        #expect(Timestamp.date(text) == nil)
    }
}

@Suite struct Base64URLTests {
    /// RFC 4648 section 10 without padding, and the two characters that differ from base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("~~?", "fn4_"), ("~~>", "fn4-"),
    ]) func vectors(bytes: String, text: String) {
        #expect(Base64URL.text(Array(bytes.utf8)) == text)
        #expect(Base64URL.bytes(text) == Array(bytes.utf8))
    }

    @Test func agreesWithFoundation() throws {
        var generator = SystemRandomNumberGenerator()
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let expected = Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
            #expect(Base64URL.text(bytes) == expected)
            #expect(Base64URL.bytes(expected) == bytes)
        }
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm 9", "Zm+v", "Zm/v", "Zm9vY", "ä"])
    func anythingElseIsNotDecoded(text: String) {
        #expect(Base64URL.bytes(text) == nil)
    }
}
