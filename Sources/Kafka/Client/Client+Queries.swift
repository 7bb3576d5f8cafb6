internal import CRDKafka

extension Client {
    /// Topics as the brokers know them, with the number of partitions of each. Throws when no broker answers.
    ///
    /// - Parameter isComplete: all topics; false asks only whether a broker answers, and returns what it happens
    ///   to tell.
    func partitionCounts(isComplete: Bool = true, within limit: Duration) throws(KafkaError) -> [String:
        Int32]
    {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try check(
            rd_kafka_metadata(pointer, isComplete ? 1 : 0, nil, &metadata, limit.milliseconds),
            "list the topics")
        guard let metadata else { return [:] }
        defer { rd_kafka_metadata_destroy(metadata) }
        var counts: [String: Int32] = [:]
        for topic in UnsafeBufferPointer(
            start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        where topic.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            counts[String(cString: topic.topic)] = topic.partition_cnt
        }
        return counts
    }

    /// The first and the last offset of each partition, asked from the brokers. Partitions that do not exist (any
    /// more) are left out.
    func ends(
        of partitions: some Collection<TopicPartition>, within limit: Duration
    ) throws(KafkaError) -> [TopicPartition: (beginning: Int64, end: Int64)] {
        guard !partitions.isEmpty else { return [:] }
        // rd_kafka_offsets_for_times passes the "time" on to the brokers, to which −2 and −1 mean the beginning and
        // the end (ListOffsets in the protocol): one request per broker instead of two per partition.
        func query(_ place: Int32) throws(KafkaError) -> [TopicPartition: Int64] {
            let list = PartitionList(partitions, offset: Int64(place))
            let code = rd_kafka_offsets_for_times(pointer, list.pointer, limit.milliseconds)
            if code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { return [:] }
            try check(code, "ask for the ends of \(partitions.count) partitions")
            var found: [TopicPartition: Int64] = [:]
            for element in list.elements {
                if element.error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { continue }
                try check(element.error, "ask for the end of \(element.partition)")
                if element.offset >= 0 { found[element.partition] = element.offset }
            }
            return found
        }
        let beginnings = try query(RD_KAFKA_OFFSET_BEGINNING)
        return try query(RD_KAFKA_OFFSET_END).reduce(into: [:]) { ends, end in
            if let beginning = beginnings[end.key] { ends[end.key] = (beginning, end.value) }
        }
    }

    /// The offsets that the group has committed; partitions without are left out.
    func committed(
        _ partitions: some Collection<TopicPartition>, within limit: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions, offset: Int64(RD_KAFKA_OFFSET_INVALID))
        try check(
            rd_kafka_committed(pointer, list.pointer, limit.milliseconds),
            "ask for the offsets committed in \(partitions.count) partitions")
        var found: [TopicPartition: Int64] = [:]
        for element in list.elements where element.offset >= 0 { found[element.partition] = element.offset }
        return found
    }

    /// The group from its coordinator.
    func describe(group name: String, within limit: Duration) throws(KafkaError) -> Group {
        let attempted = "describe the group \(name)"
        let mine = memberName
        return try answer(attempted, within: limit) { queue in
            name.withCString { text in
                var text: UnsafePointer<CChar>? = text
                rd_kafka_DescribeConsumerGroups(pointer, &text, 1, nil, queue)
            }
        } read: { event throws(KafkaError) in
            try check(rd_kafka_event_error(event), attempted)
            var count = 0
            guard let result = rd_kafka_event_DescribeConsumerGroups_result(event),
                let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count), count > 0,
                let group = groups[0]
            else { throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG, attempted: attempted) }
            if let error = rd_kafka_ConsumerGroupDescription_error(group) {
                // Belongs to the event, so it is read here and not destroyed.
                try check(rd_kafka_error_code(error), attempted)
            }
            var others: Set<TopicPartition> = []
            var hasMe = false
            for index in 0..<rd_kafka_ConsumerGroupDescription_member_count(group) {
                guard let member = rd_kafka_ConsumerGroupDescription_member(group, index) else { continue }
                if String(cString: rd_kafka_MemberDescription_consumer_id(member)) == mine {
                    hasMe = true
                    continue
                }
                guard let assignment = rd_kafka_MemberDescription_assignment(member),
                    let list = rd_kafka_MemberAssignment_partitions(assignment)
                else { continue }
                others.formUnion(PartitionList.read(list).map(\.partition))
            }
            return Group(
                isStable: rd_kafka_ConsumerGroupDescription_state(group)
                    == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE,
                hasMe: hasMe, others: others)
        }
    }

    /// This consumer's name within the group, given by the coordinator; empty while it is not a member.
    var memberName: String {
        guard let name = rd_kafka_memberid(pointer) else { return "" }
        defer { rd_kafka_mem_free(pointer, name) }
        return String(cString: name)
    }

    /// Commits offsets and waits for the answer.
    ///
    /// Returns the partitions that do not exist any more; throws for any other refusal.
    func commit(_ offsets: [TopicPartition: Int64], within limit: Duration) throws(KafkaError)
        -> [TopicPartition]
    {
        let attempted = "commit the offsets of \(offsets.keys.sorted())"
        let list = PartitionList([], offset: 0)
        for (partition, offset) in offsets { list.add(partition, offset: offset) }
        return try answer(attempted, within: limit) { queue throws(KafkaError) in
            // rd_kafka_commit would wait without limit for a coordinator that does not answer.
            try check(rd_kafka_commit_queue(pointer, list.pointer, queue, nil, nil), attempted)
        } read: { event throws(KafkaError) in
            guard let answers = rd_kafka_event_topic_partition_list(event) else {
                try check(rd_kafka_event_error(event), attempted)
                throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG, attempted: attempted)
            }
            var missing: [TopicPartition] = []
            for element in PartitionList.read(answers) {
                if element.error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART {
                    missing.append(element.partition)
                } else {
                    try check(element.error, "commit the offset of \(element.partition)")
                }
            }
            // The error of the whole is that of one partition, unless no partition got as far as having one.
            if missing.isEmpty { try check(rd_kafka_event_error(event), attempted) }
            return missing
        }
    }
}
