/// A packet that could not be processed, as it is kept.
public struct RejectedPacket: Sendable {
    /// Kafka topic.
    public let topic: String
    /// Partition of the topic.
    public let partition: Int32
    /// Offset in the partition.
    public let offset: Int64
    /// What is wrong, by the name of the field.
    public let reason: String
    /// The message's payload as it was received; nil where it had none.
    public let payload: [UInt8]?

    /// - Parameters:
    ///   - topic: Kafka topic.
    ///   - partition: partition of the topic.
    ///   - offset: offset in the partition.
    ///   - reason: what is wrong.
    ///   - payload: the message's payload.
    public init(topic: String, partition: Int32, offset: Int64, reason: String, payload: [UInt8]?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.reason = reason
        self.payload = payload
    }

    /// Where the message stood: the key under which it is kept, once however often it is read.
    public var id: String { "\(topic)/\(partition)/\(offset)" }
}
