internal import CRDKafka
internal import Synchronization

// The C functions that librdkafka calls. Their context is the `ClientEvents` that `Client` retains until the client
// is destroyed. All but `loggedLine` fire on the thread that polls; that one fires on any thread of the library.

/// The context as an object.
private func events(_ context: UnsafeMutableRawPointer?) -> ClientEvents? {
    context.map { Unmanaged<ClientEvents>.fromOpaque($0).takeUnretainedValue() }
}

/// A line of log.
func loggedLine(
    client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?, text: UnsafePointer<CChar>?
) {
    guard let client, let events = events(rd_kafka_opaque(client)) else { return }
    events.note(
        LogLevel(syslog: level), facility.map { String(cString: $0) } ?? "",
        text.map { String(cString: $0) } ?? "")
}

/// An error of the whole client: brokers unreachable, authentication refused, or the fatal one.
func metError(
    client: OpaquePointer?, code: Int32, reason: UnsafePointer<CChar>?, context: UnsafeMutableRawPointer?
) {
    guard let client, let events = events(context) else { return }
    let reason = reason.map { String(cString: $0) }
    guard code == RD_KAFKA_RESP_ERR__FATAL.rawValue else {
        return events.note(
            KafkaError(rd_kafka_resp_err_t(code), attempted: "speak to the brokers", reason: reason))
    }
    // The code says only "fatal"; which error it was has to be asked for.
    let cause = rd_kafka_fatal_error(client, nil, 0)
    events.note(
        KafkaError(
            cause, attempted: "speak to the brokers", reason: reason, isRetriable: false, isFatal: true))
}

/// Statistics as JSON; parsed only when somebody asks. Returning 0 leaves the memory to the library.
func gatheredStatistics(
    client: OpaquePointer?, json: UnsafeMutablePointer<CChar>?, length: Int, context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let json, let events = events(context) else { return 0 }
    events.statistics = [UInt8](UnsafeRawBufferPointer(start: json, count: length))
    return 0
}

/// The group gives or takes partitions.
///
/// Partitions given are first pointed at the inbox, then added; partitions taken are first forgotten, then removed.
/// The calls must be made even for an empty list: they move librdkafka's membership on. Nothing is committed here.
func rebalanced(
    client: OpaquePointer?, code: rd_kafka_resp_err_t,
    list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, context: UnsafeMutableRawPointer?
) {
    guard let client, let list, let events = events(context) else { return }
    let partitions = PartitionList.read(list).map(\.partition)
    let failure: OpaquePointer?
    switch code {
    case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
        if let inbox = OpaquePointer(bitPattern: events.inbox.load(ordering: .acquiring)) {
            for partition in partitions {
                let queue = rd_kafka_queue_get_partition(client, partition.topic, partition.partition)
                rd_kafka_queue_forward(queue, inbox)
                rd_kafka_queue_destroy(queue)  // Our handle only; the forwarding stays.
            }
        }
        failure = rd_kafka_incremental_assign(client, list)
        events.positions.assign(partitions)
        events.note(.info, "ASSIGN", "assigned \(partitions)")
    case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
        let lost = rd_kafka_assignment_lost(client) != 0
        events.positions.revoke(partitions)
        failure = rd_kafka_incremental_unassign(client, list)
        events.note(lost ? .warning : .info, "REVOKE", "\(lost ? "lost" : "revoked") \(partitions)")
    default:
        // librdkafka asks for the assignment to be cleared, so that it can start over.
        rd_kafka_assign(client, nil)
        events.positions.revokeAll()
        failure = nil
        events.note(KafkaError(code, attempted: "take part in a rebalance"))
    }
    if let failure { events.note(KafkaError(consuming: failure, attempted: "apply a rebalance")) }
}

/// What became of a produced message.
func delivered(
    client: OpaquePointer?, message: UnsafePointer<rd_kafka_message_t>?, context: UnsafeMutableRawPointer?
) {
    guard let message, let events = events(context) else { return }
    let report = message.pointee
    events.shipments.settle(UInt(bitPattern: report._private)) {
        guard report.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let topic = report.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
            return .failure(KafkaError(report.err, attempted: "deliver a message to \(topic)"))
        }
        // The broker does not repeat the offset for an idempotent message that it already had.
        let offset = report.offset >= 0 ? report.offset : nil
        return .success(Receipt(partition: report.partition, offset: offset))
    }
}
