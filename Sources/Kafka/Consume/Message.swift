internal import CRDKafka

/// One message as it was read.
public struct Message: Sendable, Equatable {
    /// The topic's name.
    public let topic: String
    /// The partition's number.
    public let partition: Int32
    /// The place in the partition, from 0, ascending, with gaps.
    public let offset: Int64
    /// Milliseconds since 1970 UTC, as the producer or the broker set them; nil when the message has none.
    public let timestamp: Int64?
    /// nil for a null key.
    public let key: [UInt8]?
    /// nil for a null payload (a tombstone); an empty payload is an empty array.
    public let payload: [UInt8]?

    /// Makes a message, for tests of whatever takes one.
    public init(
        topic: String, partition: Int32, offset: Int64, timestamp: Int64? = nil, key: [UInt8]? = nil,
        payload: [UInt8]?
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.payload = payload
    }

    /// Copies a message out of librdkafka's receive buffer, which is released with the original.
    init(copying original: UnsafePointer<rd_kafka_message_t>) {
        let message = original.pointee
        topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        partition = message.partition
        offset = message.offset
        let milliseconds = rd_kafka_message_timestamp(original, nil)
        timestamp = milliseconds == -1 ? nil : milliseconds
        key = message.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.key_len)) }
        payload = message.payload.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.len)) }
    }

    /// The partition it was read from.
    public var topicPartition: TopicPartition { TopicPartition(topic, partition) }

    /// Bytes of key and payload.
    var size: Int { (key?.count ?? 0) + (payload?.count ?? 0) }
}
