internal import CRDKafka

/// What Kafka or librdkafka refused, and who must act on it.
public struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// librdkafka's error code: positive codes come from the broker, negative ones are the library's own.
    public let code: Int32
    /// The name of the code, such as `UNKNOWN_TOPIC_OR_PART`; names that start with `_` are local.
    public let name: String
    /// What went wrong.
    public let reason: String
    /// What was attempted, and on what.
    public let attempted: String
    /// The same call may succeed later without anybody changing anything: a coordinator moved, a rebalance runs, the
    /// network is away.
    public let isRetriable: Bool
    /// The client is of no further use; close it.
    public let isFatal: Bool

    /// The attempt, the reason, and the name of the code.
    public var description: String { "\(attempted): \(reason) (\(name))" }

    /// The message exceeds what the client or the broker accepts; it will never be accepted as it is.
    public var isMessageTooLarge: Bool { code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE.rawValue }

    /// The topic or partition does not exist (or may not be seen).
    public var isUnknownTopic: Bool {
        [
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
        ].contains { $0.rawValue == code }
    }

    /// Describes a code.
    init(
        _ code: rd_kafka_resp_err_t, attempted: String, reason: String? = nil, isRetriable: Bool? = nil,
        isFatal: Bool? = nil
    ) {
        self.code = code.rawValue
        name = String(cString: rd_kafka_err2name(code))
        self.reason = reason ?? String(cString: rd_kafka_err2str(code))
        self.attempted = attempted
        self.isRetriable = isRetriable ?? Self.retriable.contains(code.rawValue)
        self.isFatal = isFatal ?? (code == RD_KAFKA_RESP_ERR__FATAL)
    }

    /// Reads an error object and destroys it.
    init(consuming error: OpaquePointer, attempted: String) {
        self.init(
            rd_kafka_error_code(error), attempted: attempted,
            reason: String(cString: rd_kafka_error_string(error)),
            isRetriable: rd_kafka_error_is_retriable(error) != 0 ? true : nil,
            isFatal: rd_kafka_error_is_fatal(error) != 0)
        rd_kafka_error_destroy(error)
    }

    /// The client was closed before or during the attempt.
    static func closed(_ attempted: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__DESTROY, attempted: attempted, reason: "the client is closed")
    }

    /// Codes after which the same call may simply succeed later. From the protocol's table of error codes, column
    /// "retriable" (https://kafka.apache.org/protocol#protocol_error_codes), plus librdkafka's local counterparts,
    /// plus the three of group membership: the member rejoins by itself, and its commit is then judged anew.
    private static let retriable: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__TRANSPORT,
            RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__RETRY, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
        ].map(\.rawValue))
}

/// Throws when a code is not success.
func check(
    _ code: rd_kafka_resp_err_t, _ attempted: @autoclosure () -> String
) throws(KafkaError) {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, attempted: attempted()) }
}

/// Throws when there is an error object, which is destroyed.
func check(_ error: OpaquePointer?, _ attempted: @autoclosure () -> String) throws(KafkaError) {
    if let error { throw KafkaError(consuming: error, attempted: attempted()) }
}
