internal import CCurl

/// Why a request to another server got no answer. Names the server but neither path nor query, which may hold
/// secrets.
public struct ClientError: Error, Equatable, CustomStringConvertible {
    /// libcurl's number for the failure (libcurl-errors(3)).
    public let code: Int
    /// What was attempted and what went wrong.
    public let reason: String

    /// Whether the same request may well succeed later: the server could not be reached or the connection
    /// failed on the way.
    public var isTransient: Bool {
        let transient = [
            CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
            CURLE_PARTIAL_FILE,
            CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_ERROR,
            CURLE_RECV_ERROR,
        ]
        return transient.contains { Int($0.rawValue) == code }
    }

    /// Whether the time given was over.
    public var isTimeout: Bool { code == Int(CURLE_OPERATION_TIMEDOUT.rawValue) }

    /// The reason.
    public var description: String { reason }
}
