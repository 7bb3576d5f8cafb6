/// What became of a commit.
public struct Commit: Sendable, Equatable {
    /// Partitions whose offset is now stored by the broker.
    public let committed: [TopicPartition]
    /// Partitions left out because they no longer belong to this consumer (revoked, or read again since), or
    /// because their topic no longer exists. Nothing is lost: whoever reads the partition now starts at the last
    /// offset committed before, and meets some messages a second time.
    public let revoked: [TopicPartition]
}
