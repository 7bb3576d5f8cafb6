import Documents
import Testing

@testable import Mongo

@Suite struct MongoErrorTests {
    private static func error(
        _ domain: UInt32, _ code: Int32, labels: [String] = [], reply: Document? = nil
    ) -> MongoError {
        MongoError(
            domain: domain, code: code, codeName: nil, reason: "reason", labels: labels, attempted: "attempt",
            serverReply: reply)
    }

    /// The codes of the driver specification "retryable writes", section "Terms".
    @Test(arguments: [11600, 11602, 10107, 13435, 13436, 189, 91, 7, 6, 89, 9001, 262] as [Int32])
    func codesOfTheSpecificationAreRetriable(code: Int32) {
        #expect(Self.error(17, code).isRetriable)
        #expect(Self.error(16, code).isRetriable)
        // The same number in libmongoc's own domains means something else.
        #expect(!Self.error(11, code).isRetriable)
    }

    /// FailedToParse, DuplicateKey, BSONObjectTooLarge, Unauthorized, MaxTimeMSExpired, unknown.
    @Test(arguments: [9, 11000, 10334, 13, 50, 123_456] as [Int32])
    func othersAreNot(code: Int32) { #expect(!Self.error(17, code).isRetriable) }

    @Test(arguments: ["RetryableWriteError", "TransientTransactionError", "ResumableChangeStreamError"])
    func labelsAreBelieved(label: String) { #expect(Self.error(17, 1, labels: ["x", label]).isRetriable) }

    @Test func kindsAreTold() {
        #expect(Self.error(17, 11000).isDuplicateKey)
        #expect(!Self.error(2, 11000).isDuplicateKey)
        #expect(Self.error(17, 50).isTimeout)
        #expect(Self.error(17, 13).isAccessDenied && Self.error(17, 18).isAccessDenied)
        #expect(Self.error(1, 11).isAccessDenied && !Self.error(1, 9).isAccessDenied)
        #expect(Self.error(2, 4).isRetriable && Self.error(15, 13053).isRetriable)
    }

    @Test func descriptionSaysWhatWasAttempted() {
        #expect(
            Self.error(17, 11000, labels: ["A", "B"]).description
                == "attempt: reason (domain 17, code 11000 DuplicateKey, A, B)")
    }

    @Test func namesAreTheServers() {
        #expect(ServerCode.notWritablePrimary.name == "NotWritablePrimary")
        #expect(ServerCode.invalidBSON.name == "InvalidBSON")
        #expect(ServerCode.maxTimeMSExpired.name == "MaxTimeMSExpired")
    }
}
