internal import CRDKafka
internal import Synchronization

extension Client {
    /// Leaves the group and stops fetching; waits no longer than `limit`, after which the coordinator notices by
    /// itself (session.timeout.ms). To be called on the polling thread.
    func leaveGroup(within limit: Duration) {
        let deadline = ContinuousClock.now + limit
        endJoining(before: deadline - limit / 2)
        guard let queue = rd_kafka_queue_new(pointer) else { return }
        defer { rd_kafka_queue_destroy(queue) }
        if let failure = rd_kafka_consumer_close_queue(pointer, queue) {
            return events.note(KafkaError(consuming: failure, attempted: "leave the group"))
        }
        while rd_kafka_consumer_closed(pointer) == 0 {
            guard ContinuousClock.now < deadline else {
                return events.note(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, attempted: "leave the group"))
            }
            // The last rebalance, which revokes everything, arrives here.
            rd_kafka_queue_poll_callback(queue, 50)
        }
    }

    /// Sees to it that the client is not destroyed in the middle of joining.
    ///
    /// librdkafka 2.0 aborts the process (an assertion in rd_kafka_sticky_assignor_state_destroy, cured
    /// in 2.3) when a member is destroyed that has been admitted to its group but has never got an assignment. The
    /// assignment usually follows within milliseconds, so wait for it; when it does not come, the client must
    /// outlive the process's interest in it.
    private func endJoining(before deadline: ContinuousClock.Instant) {
        guard isBetweenJoiningAndAssignment || !memberName.isEmpty, !events.positions.isAnswered else {
            return
        }
        while !events.positions.isAnswered, ContinuousClock.now < deadline {
            // Only the rebalance matters now; whatever else arrives belongs to a client that is closing.
            if let event = rd_kafka_consumer_poll(pointer, 20) { rd_kafka_message_destroy(event) }
        }
        guard !events.positions.isAnswered else { return }
        // Without a subscription an answer that is still under way is discarded, so what is seen next stays true.
        rd_kafka_unsubscribe(pointer)
        if isBetweenJoiningAndAssignment {
            mustStay.store(true, ordering: .releasing)
            events.note(.warning, "LEAVE", "left the group while joining it; the client stays in memory")
        }
    }

    /// Whether the group has chosen how to assign, but has assigned nothing yet.
    private var isBetweenJoiningAndAssignment: Bool {
        guard let protocolName = rd_kafka_rebalance_protocol(pointer) else { return false }
        return String(cString: protocolName) != "NONE" && !events.positions.isAnswered
    }
}
