/// How far the group is behind in one partition.
public struct PartitionLag: Sendable, Equatable {
    /// The topic's name.
    public let topic: String
    /// The partition's number.
    public let partition: Int32
    /// The offset to read next according to the last commit; nil when the group has never committed here.
    public let committed: Int64?
    /// The oldest offset still kept.
    public let beginning: Int64
    /// The offset of the next message to be written (with read_committed: the last stable offset).
    public let end: Int64

    /// How many offsets lie between the commit (or else the beginning) and the end; an upper bound for messages,
    /// since transactions and compaction leave gaps.
    public var lag: Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(max(committed ?? beginning, beginning))
        return overflow ? 0 : max(0, difference)
    }
}
