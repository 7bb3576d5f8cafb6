import Documents
import Foundation
import Mongo
import TestSupport
import Testing

@testable import Archive

/// Failed logins, counted in the database.
@Suite(.timeLimit(.minutes(10))) struct LoginAttemptsTests {
    private func withAttempts(
        _ pair: Int, _ address: Int, _ name: Int, window: Duration = .seconds(300),
        _ body: (LoginAttempts, Database) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            let limits = LoginAttempts.Limits(
                perNameAndAddress: pair, perAddress: address, perName: name, window: window)
            let attempts = LoginAttempts(database, limits: limits) {
                Int64(Date().timeIntervalSince1970 * 1000)
            }
            try await attempts.prepare()
            try await body(attempts, database)
        }
    }

    /// Whether an attempt may be made; it fails.
    private func may(_ attempts: LoginAttempts, _ name: String, _ address: String) async throws -> Bool {
        do {
            let source = LoginAttempts.Source(name: name, address: address)
            _ = try await attempts.check(source)
            try await attempts.failed(source)
            return true
        } catch let error as LoginAttempts.Exceeded {
            #expect((1...300).contains(error.retryAfter))
            return false
        }
    }

    @Test func aNameFromAnAddressIsLimited() async throws {
        try await withAttempts(3, 100, 100) { (attempts, _) async throws in
            for _ in 0..<3 { #expect(try await may(attempts, "a", "1.1.1.1")) }
            for _ in 0..<3 { #expect(try await !may(attempts, "a", "1.1.1.1")) }
            #expect(try await may(attempts, "a", "2.2.2.2"))
            #expect(try await may(attempts, "b", "1.1.1.1"))
        }
    }

    @Test func anAddressIsLimited() async throws {
        try await withAttempts(100, 3, 100) { (attempts, _) async throws in
            for name in ["a", "b", "c"] { #expect(try await may(attempts, name, "1.1.1.1")) }
            #expect(try await !may(attempts, "d", "1.1.1.1"))
            #expect(try await may(attempts, "d", "2.2.2.2"))
        }
    }

    /// Refused attempts do not count: an address that goes on exhausts its own limit only.
    @Test func oneAddressCannotExhaustANamesLimit() async throws {
        try await withAttempts(3, 100, 10) { (attempts, database) async throws in
            for _ in 0..<50 { _ = try await may(attempts, "a", "1.1.1.1") }
            #expect(try await may(attempts, "a", "2.2.2.2"))
            let counts = try await database.find("login_attempts", options: .init(sort: ["_id": 1]))
                .nextBatch()
            #expect(counts?.map { $0.int64(at: "failures") } == [3, 1, 4, 3, 1])
        }
    }

    @Test func aNameIsLimitedInTheEnd() async throws {
        try await withAttempts(3, 100, 5) { (attempts, _) async throws in
            for number in 0..<5 { #expect(try await may(attempts, "a", "1.1.1.\(number)")) }
            #expect(try await !may(attempts, "a", "9.9.9.9"))
            #expect(try await may(attempts, "b", "9.9.9.9"))
        }
    }

    @Test func successBeginsAnew() async throws {
        try await withAttempts(3, 1000, 1000) { attempts, _ in
            let source = LoginAttempts.Source(name: "a", address: "1.1.1.1")
            for _ in 0..<5 {
                #expect(try await attempts.check(source) == false)
                for _ in 0..<2 { #expect(try await may(attempts, "a", "1.1.1.1")) }
                #expect(try await attempts.check(source))
                try await attempts.succeeded(source)
            }
        }
    }

    /// What others have failed at stays counted.
    @Test func successForgetsOnlyTheOwnFailures() async throws {
        try await withAttempts(10, 100, 100) { attempts, database in
            for _ in 0..<4 { _ = try await may(attempts, "a", "1.1.1.1") }
            for _ in 0..<2 { _ = try await may(attempts, "a", "2.2.2.2") }
            try await attempts.succeeded(LoginAttempts.Source(name: "a", address: "1.1.1.1"))
            let counts = try await database.find("login_attempts").nextBatch() ?? []
            let failures = counts.map { ($0.string(at: "_id") ?? "", $0.int64(at: "failures") ?? -1) }
            #expect(
                Dictionary(uniqueKeysWithValues: failures) == [
                    "address 1.1.1.1": 4, "address 2.2.2.2": 2, "name a": 6, "name and address a 2.2.2.2": 2,
                ])
        }
    }

    @Test func failuresAtTheSameTimeAreAllCounted() async throws {
        try await withAttempts(100, 100, 100) { attempts, database in
            try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    let source = LoginAttempts.Source(name: "a", address: "1.1.1.\(number % 2)")
                    group.addTask { try await attempts.failed(source) }
                }
                try await group.waitForAll()
            }
            let name = try await database.findOne("login_attempts", filter: ["_id": "name a"])
            #expect(name?.int64(at: "failures") == 20)
            #expect(try await database.countDocuments("login_attempts", filter: ["failures": 10]) == 4)
        }
    }

    @Test func countsEndWithTheirTime() async throws {
        try await withAttempts(1, 100, 100, window: .seconds(1)) { (attempts, database) async throws in
            #expect(try await may(attempts, "a", "1.1.1.1"))
            var mayAgain = false
            for _ in 0..<400 where !mayAgain {
                mayAgain = try await may(attempts, "a", "1.1.1.1")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(mayAgain)
            let index = try await database.listIndexes("login_attempts").first { $0.name == "expires" }
            #expect(index?.expiresAfter == .zero)
        }
    }
}
