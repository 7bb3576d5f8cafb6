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
        // A server's text may quote what it refuses; there must always be room for the packet.
        self.reason = String(reason.prefix(2000))
        self.payload = payload
    }

    /// Where the message stood and a fingerprint of it (FNV-1a, 32 bits): the key under which it is kept, once however
    /// often it is read, and not mistaken for another one when a topic is made anew and its offsets begin at 0 again.
    public var id: String {
        let fingerprint = (payload ?? []).reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(fingerprint, radix: 16)
        return "\(topic)/\(partition)/\(offset)/\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    }
}
