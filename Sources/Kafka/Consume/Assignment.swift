/// Which partitions the group has given to this consumer.
public struct Assignment: Sendable, Equatable {
    /// The partitions, in order.
    public let partitions: [TopicPartition]
    /// How often the assignment has changed since the consumer was made; 0 before the group has answered for the
    /// first time.
    public let changes: UInt64
}
