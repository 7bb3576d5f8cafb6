internal import CRDKafka

/// A librdkafka list of partitions with an offset each.
struct PartitionList: ~Copyable {
    /// The list, lent to C calls.
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// One element as a value.
    struct Element {
        let partition: TopicPartition
        let offset: Int64
        let error: rd_kafka_resp_err_t
    }

    /// A list of whole topics or patterns, for a subscription.
    init(topics: [String]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: topics.count))
        for topic in topics { rd_kafka_topic_partition_list_add(pointer, topic, crdkafka_any_partition) }
    }

    /// A list of partitions, all with the same offset, which may be a logical one.
    init(_ partitions: some Collection<TopicPartition>, offset: Int64) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count))
        for partition in partitions { add(partition, offset: offset) }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// Appends a partition.
    func add(_ partition: TopicPartition, offset: Int64) {
        rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition).pointee.offset =
            offset
    }

    /// The elements.
    var elements: [Element] { Self.read(pointer) }

    /// The elements of a list that somebody else owns.
    static func read(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [Element] {
        let count = Int(list.pointee.cnt)
        guard count > 0, let elements = list.pointee.elems else { return [] }
        return UnsafeBufferPointer(start: elements, count: count).map {
            Element(
                partition: TopicPartition(String(cString: $0.topic), $0.partition), offset: $0.offset,
                error: $0.err)
        }
    }
}
