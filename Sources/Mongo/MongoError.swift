public import Documents

/// What went wrong between us and a database.
public struct MongoError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Who found the fault: `mongoc_error_domain_t` of libmongoc's mongoc-error.h, for instance 17 for a server.
    public let domain: UInt32

    /// The server's code (MongoDB, src/mongo/base/error_codes.yml), or libmongoc's where the domain is its own.
    public let code: Int32

    /// The server's name of the code, for instance `DuplicateKey`.
    public let codeName: String?

    /// What the server or libmongoc says, without secrets.
    public let reason: String

    /// The server's and driver's labels, for instance `RetryableWriteError`.
    public let labels: [String]

    /// What was attempted on what.
    public let attempted: String

    /// The server's whole answer, where there was one.
    public let serverReply: Document?

    init(
        domain: Domain, code: Int32, codeName: String? = nil, reason: String, labels: [String] = [],
        attempted: String, serverReply: Document? = nil
    ) {
        self.init(
            domain: domain.rawValue, code: code, codeName: codeName, reason: reason, labels: labels,
            attempted: attempted, serverReply: serverReply)
    }

    init(
        domain: UInt32, code: Int32, codeName: String?, reason: String, labels: [String], attempted: String,
        serverReply: Document?
    ) {
        self.domain = domain
        self.code = code
        self.codeName =
            codeName ?? (domain == Domain.server.rawValue ? ServerCode(rawValue: code)?.name : nil)
        self.reason = reason
        self.labels = labels
        self.attempted = attempted
        self.serverReply = serverReply
    }

    /// `attempted: reason (code name)`.
    public var description: String {
        let name = codeName.map { " \($0)" } ?? ""
        let labels = labels.isEmpty ? "" : ", \(labels.joined(separator: ", "))"
        return "\(attempted): \(reason) (domain \(domain), code \(code)\(name)\(labels))"
    }

    /// Whether the fault is the database's or the network's and may go away: back off, keep what is in hand.
    public var isRetriable: Bool {
        if !Self.retriableLabels.isDisjoint(with: labels) { return true }
        switch Domain(rawValue: domain) {
        case .stream, .serverSelection, .pool: return true
        case .server, .writeConcern: return ServerCode(rawValue: code)?.isRetriable ?? false
        default: return false
        }
    }

    /// Whether a document with the same unique key is there already.
    public var isDuplicateKey: Bool { isServerCode(.duplicateKey) }

    /// Whether the operation took longer than its `maxTime`.
    public var isTimeout: Bool { isServerCode(.maxTimeMSExpired) }

    /// Whether the database does not know us or does not let us do this: somebody must change a setting.
    public var isAccessDenied: Bool {
        switch Domain(rawValue: domain) {
        case .sasl, .scram: true
        case .client: code == Self.authenticateCode
        default: isServerCode(.unauthorized) || isServerCode(.authenticationFailed)
        }
    }

    /// Whether the server could not read a message for one of its documents: not well-formed or too deep.
    var isSpoiltMessage: Bool { isServerCode(.invalidBSON) || isServerCode(.overflow) }

    /// MONGOC_ERROR_CLIENT_AUTHENTICATE.
    private static let authenticateCode: Int32 = 11

    /// Labels of the driver specifications that mean "try again".
    private static let retriableLabels: Set = [
        "RetryableWriteError", "TransientTransactionError", "ResumableChangeStreamError",
    ]

    private func isServerCode(_ other: ServerCode) -> Bool {
        code == other.rawValue && (domain == Domain.server.rawValue || domain == Domain.writeConcern.rawValue)
    }

    /// `mongoc_error_domain_t`, as far as we tell them apart.
    enum Domain: UInt32 {
        case client = 1
        case stream = 2
        case `protocol` = 3
        case bson = 8
        case sasl = 7
        case command = 11
        case scram = 14
        case serverSelection = 15
        case writeConcern = 16
        case server = 17
        case pool = 20
    }
}
