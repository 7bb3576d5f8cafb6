internal import CRDKafka

extension Client {
    /// Creates a topic; false when there is one already.
    func createTopic(
        _ name: String, partitions: Int, replicas: Int, properties: [String: String], within limit: Duration
    ) throws(KafkaError) -> Bool {
        let attempted = "create the topic \(name)"
        guard
            let topic = rd_kafka_NewTopic_new(
                name, Int32(clamping: partitions), Int32(clamping: replicas), nil, 0)
        else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__INVALID_ARG, attempted: attempted,
                reason: "a name and a positive number of partitions are needed")
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        for (property, value) in properties {
            try check(rd_kafka_NewTopic_set_config(topic, property, value), attempted)
        }
        let options = try options(RD_KAFKA_ADMIN_OP_CREATETOPICS, attempted, within: limit)
        defer { rd_kafka_AdminOptions_destroy(options) }
        return try answer(attempted, within: limit + .seconds(1)) { queue in
            var list: OpaquePointer? = topic
            rd_kafka_CreateTopics(pointer, &list, 1, options, queue)
        } read: { event throws(KafkaError) in
            try check(rd_kafka_event_error(event), attempted)
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event), &count)
            for result in UnsafeBufferPointer(start: results, count: count) {
                let code = rd_kafka_topic_result_error(result)
                if code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { return false }
                if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                    throw KafkaError(
                        code, attempted: attempted,
                        reason: rd_kafka_topic_result_error_string(result).map { String(cString: $0) })
                }
            }
            return true
        }
    }

    /// Deletes topics; returns those that there were.
    func deleteTopics(_ names: [String], within limit: Duration) throws(KafkaError) -> [String] {
        let attempted = "delete the topics \(names)"
        var topics = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for topic in topics { rd_kafka_DeleteTopic_destroy(topic) } }
        let options = try options(RD_KAFKA_ADMIN_OP_DELETETOPICS, attempted, within: limit)
        defer { rd_kafka_AdminOptions_destroy(options) }
        return try answer(attempted, within: limit + .seconds(1)) { queue in
            rd_kafka_DeleteTopics(pointer, &topics, topics.count, options, queue)
        } read: { event throws(KafkaError) in
            try check(rd_kafka_event_error(event), attempted)
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count)
            var deleted: [String] = []
            for result in UnsafeBufferPointer(start: results, count: count) {
                let code = rd_kafka_topic_result_error(result)
                if code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { continue }
                let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? ""
                try check(code, "delete the topic \(name)")
                deleted.append(name)
            }
            return deleted
        }
    }

    /// Options of an administrative call: the limit, both for the brokers' work and for the request.
    private func options(
        _ operation: rd_kafka_admin_op_t, _ attempted: String, within limit: Duration
    ) throws(KafkaError) -> OpaquePointer {
        guard let options = rd_kafka_AdminOptions_new(pointer, operation) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, attempted: attempted)
        }
        // Values out of range leave the default (60 s), and `answer` keeps to the limit itself.
        _ = rd_kafka_AdminOptions_set_request_timeout(options, limit.milliseconds, nil, 0)
        _ = rd_kafka_AdminOptions_set_operation_timeout(options, limit.milliseconds, nil, 0)
        return options
    }
}
