/// The server's error codes that decide what we do next, from MongoDB's src/mongo/base/error_codes.yml.
enum ServerCode: Int32 {
    case hostUnreachable = 6
    case hostNotFound = 7
    case unauthorized = 13
    case overflow = 15
    case authenticationFailed = 18
    case invalidBSON = 22
    case namespaceNotFound = 26
    case cursorNotFound = 43
    case lockTimeout = 24
    case indexNotFound = 27
    case namespaceExists = 48
    case maxTimeMSExpired = 50
    case writeConcernFailed = 64
    case networkTimeout = 89
    case shutdownInProgress = 91
    case unsatisfiableWriteConcern = 100
    case writeConflict = 112
    case readConcernMajorityNotAvailableYet = 134
    case primarySteppedDown = 189
    case networkInterfaceExceededTimeLimit = 202
    case cursorKilled = 237
    case exceededTimeLimit = 262
    case tooManyFilesOpen = 264
    case notPrimaryLegacy = 10058
    case socketException = 9001
    case notWritablePrimary = 10107
    case bsonObjectTooLarge = 10334
    case duplicateKey = 11000
    case interruptedAtShutdown = 11600
    case interrupted = 11601
    case interruptedDueToReplStateChange = 11602
    case notPrimaryNoSecondaryOk = 13435
    case notPrimaryOrSecondary = 13436
    case outOfDiskSpace = 14031

    /// The server's spelling.
    var name: String {
        switch self {
        case .duplicateKey: "DuplicateKey"
        case .maxTimeMSExpired: "MaxTimeMSExpired"
        case .notPrimaryLegacy: "LegacyNotPrimary"
        case .bsonObjectTooLarge: "BSONObjectTooLarge"
        case .invalidBSON: "InvalidBSON"
        default: "\(self)".prefix(1).uppercased() + "\(self)".dropFirst()
        }
    }

    /// Whether the fault lies with the database and may go away. The first twelve are the retryable errors of the
    /// driver specification "retryable reads"; the others are full, slow or lagging servers.
    var isRetriable: Bool {
        switch self {
        case .hostUnreachable, .hostNotFound, .networkTimeout, .shutdownInProgress, .primarySteppedDown,
            .exceededTimeLimit, .socketException, .notWritablePrimary, .interruptedAtShutdown,
            .interruptedDueToReplStateChange, .notPrimaryNoSecondaryOk, .notPrimaryOrSecondary,
            .notPrimaryLegacy,
            .readConcernMajorityNotAvailableYet, .writeConcernFailed, .unsatisfiableWriteConcern,
            .writeConflict,
            .lockTimeout, .networkInterfaceExceededTimeLimit, .tooManyFilesOpen, .outOfDiskSpace,
            .interrupted,
            .cursorNotFound, .cursorKilled:
            true
        default: false
        }
    }
}
