/// For each partition the offset to read next once everything before it has been dealt with.
///
/// Also remembers under which assignment of the partition the messages were read, so that a commit can leave out
/// what this consumer has lost since.
public struct Offsets: Sendable, Equatable {
    /// A place in one partition.
    struct Mark: Sendable, Equatable {
        /// The offset to read next.
        var next: Int64
        /// The number of the assignment under which the partition was read; see `Assignment.changes`.
        var assignment: UInt64
    }

    private(set) var marks: [TopicPartition: Mark] = [:]

    /// No offsets.
    public init() {}

    /// Whether no partition is covered.
    public var isEmpty: Bool { marks.isEmpty }

    /// The partitions covered, in order.
    public var partitions: [TopicPartition] { marks.keys.sorted() }

    /// The offset to read next in a partition; nil when it is not covered.
    public subscript(_ partition: TopicPartition) -> Int64? { marks[partition]?.next }

    /// Adds what was read later: its offsets replace the earlier ones of the same partition.
    ///
    /// Later is what counts, not greater: a partition may have been read again from an earlier place.
    public mutating func merge(later: Offsets) {
        marks.merge(later.marks) { _, later in later }
    }

    /// Notes that a message has been read.
    mutating func advance(past message: Message, assignment: UInt64) {
        // An offset at the end of Int64 would be nonsense from a broker; it must not trap.
        marks[message.topicPartition] = Mark(next: message.offset &+ 1, assignment: assignment)
    }

    /// Forgets a partition.
    mutating func remove(_ partition: TopicPartition) { marks[partition] = nil }
}
