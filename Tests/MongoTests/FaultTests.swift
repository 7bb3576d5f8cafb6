import Documents
import Foundation
import Synchronization
import Testing

@testable import Mongo

@Suite struct FaultTests {
    @Test func operationLongerThanItsTimeIsTold() async throws {
        try await withDatabase { database in
            _ = try await database.insert("stars", numbered(0..<100))
            let error = try await mongoError {
                _ = try await database.find(
                    "stars", filter: ["$where": "sleep(50) || true"],
                    options: FindOptions(maxTime: .milliseconds(100)))
            }
            #expect(error?.code == 50)
            #expect(error?.codeName == "MaxTimeMSExpired")
            #expect(error?.isTimeout == true)
            #expect(error?.isRetriable == false)
            #expect(database.load.inUse == 0)
        }
    }

    @Test func timeOfTheSettingsHoldsForAll() async throws {
        try await withDatabase(poolSize: 1, { $0.maxTime = .milliseconds(100) }) { database in
            _ = try await database.insert("stars", numbered(0..<100))
            let slow: Document = ["$where": "sleep(50) || true"]
            let found = try await mongoError { _ = try await database.find("stars", filter: slow) }
            #expect(found?.isTimeout == true)
            let distinct = try await mongoError {
                _ = try await database.distinct("stars", key: "text", filter: slow)
            }
            #expect(distinct?.isTimeout == true)
        }
    }

    @Test func timeLongerThanTheConnectionWaitsIsRefused() async throws {
        try await withDatabase { database in
            let error = try await mongoError {
                _ = try await database.find("stars", options: FindOptions(maxTime: .seconds(100_000)))
            }
            #expect(error?.reason.contains("longer than the connection waits") == true)
        }
    }

    /// Port 9 is "discard" (RFC 863), where nothing listens here.
    @Test func unreachableServerIsRetriable() async throws {
        var settings = MongoSettings(
            uri: "mongodb://reader:s3cretpass@127.0.0.1:9/?replicaSet=rs0", database: "x")
        settings.serverSelectionTimeout = .milliseconds(300)
        settings.poolSize = 1
        let database = try Database(settings)
        for _ in 0..<2 {
            let error = try await mongoError { _ = try await database.insert("stars", [["_id": 1]]) }
            #expect(error?.isRetriable == true)
            #expect(error?.domain == 15)
            #expect(error?.description.contains("s3cretpass") == false)
        }
        let read = try await mongoError { _ = try await database.find("stars") }
        #expect(read?.isRetriable == true)
        await database.close()
    }

    @Test func wrongPasswordIsToldWithoutThePassword() async throws {
        let text = try TestEnvironment.mongodb
        let open = try #require(text.firstRange(of: "://")?.upperBound)
        let host = text[open...].split(separator: "@").last ?? ""
        let uri = ConnectionString("mongodb://reader:s3cr%40tpass@\(host)")
        var settings = MongoSettings(uri: uri, database: "x")
        settings.poolSize = 1
        let database = try Database(settings)
        let error = try #require(try await mongoError { try await database.ping() })
        #expect(error.isAccessDenied)
        #expect(!error.isRetriable)
        for secret in ["s3cr%40tpass", "s3cr@tpass", "reader:"] {
            #expect(!"\(error)".contains(secret) && !String(reflecting: error).contains(secret))
        }
        await database.close()
    }

    @Test(arguments: [
        "mongodb://reader:s3cr@t:pass@host:27017", "mongodb://reader:s3cr:et@host:27017",
        "mongodb://reader:s3cretpass@host:notaport",
        "mongodb://reader:s3cretpass@", "not a uri",
    ]) func connectionStringThatIsNoneShowsNoSecret(text: String) throws {
        var settings = MongoSettings(uri: ConnectionString(text), database: "x")
        settings.poolSize = 1
        let error = #expect(throws: MongoError.self) { try Database(settings) }
        let shown = String(reflecting: error)
        #expect(!shown.contains("s3cr") && !shown.contains("pass@"))
    }

    @Test func missingCertificateFileIsAnError() throws {
        var settings = MongoSettings(uri: "mongodb://127.0.0.1:9", database: "x")
        settings.certificateAuthorityFile = "/nowhere/ca.pem"
        let error = #expect(throws: MongoError.self) { try Database(settings) }
        #expect(error?.reason.contains("/nowhere/ca.pem") == true)
    }

    @Test func libmongocSpeaksToTheClosure() async throws {
        let ear = Ear()
        DriverLog.receive { _, message in ear.hear(message) }
        var settings = MongoSettings(
            uri: "mongodb://reader:s3cretpass@127.0.0.1:9/?nonsense=s3cretpass", database: "x")
        settings.poolSize = 1
        let database = try Database(settings)
        await database.close()
        #expect(ear.messages.contains { $0.contains("nonsense") })
        #expect(!ear.messages.contains { $0.contains("s3cretpass") })
    }

    private final class Ear: Sendable {
        private let heard = Mutex<[String]>([])
        var messages: [String] { heard.withLock { $0 } }
        func hear(_ message: String) { heard.withLock { $0.append(message) } }
    }
}
