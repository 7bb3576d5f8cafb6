internal import Synchronization

/// Which partitions are assigned to a consumer, and how far each has been read.
final class Positions: Sendable {
    /// One assigned partition.
    struct Position: Sendable, Equatable {
        /// The number of the change that assigned it.
        let assignment: UInt64
        /// The offset after the last message handed over under this assignment; nil before the first.
        var next: Int64?
        /// Where the end of the partition was last met: every message before it has been handed over.
        var endMet: Int64?
    }

    private struct State {
        var positions: [TopicPartition: Position] = [:]
        var changes: UInt64 = 0
        var revoked: Set<TopicPartition> = []
        var isAnswered = false
    }

    private let state = Mutex(State())

    /// Adds partitions; an empty list counts as a change too, since it answers "what is mine" with "nothing".
    func assign(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.changes += 1
            state.isAnswered = true
            for partition in partitions { state.positions[partition] = Position(assignment: state.changes) }
        }
    }

    /// Removes partitions, and remembers them for `takeRevoked`.
    func revoke(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.changes += 1
            for partition in partitions { state.positions[partition] = nil }
            state.revoked.formUnion(partitions)
        }
    }

    /// Removes every partition.
    func revokeAll() { revoke(Array(all.keys)) }

    /// The partitions revoked since the last call.
    func takeRevoked() -> Set<TopicPartition> {
        state.withLock { state in
            defer { state.revoked = [] }
            return state.revoked
        }
    }

    /// Notes that a batch is handed over and where ends of partitions were met while reading it: at once, so that
    /// nobody sees an end as met whose messages are not handed over yet.
    func handOver(_ offsets: Offsets, endsMet: [TopicPartition: Int64]) {
        state.withLock { state in
            for (partition, mark) in offsets.marks
            where state.positions[partition]?.assignment == mark.assignment {
                state.positions[partition]?.next = mark.next
            }
            for (partition, end) in endsMet { state.positions[partition]?.endMet = end }
        }
    }

    /// Whether the group has ever assigned anything, be it nothing.
    var isAnswered: Bool { state.withLock { $0.isAnswered } }

    /// The number of the assignment under which a partition is read now; nil when it is not assigned.
    func assignment(of partition: TopicPartition) -> UInt64? {
        state.withLock { $0.positions[partition]?.assignment }
    }

    /// All assigned partitions.
    var all: [TopicPartition: Position] { state.withLock { $0.positions } }

    /// The assignment as the caller sees it.
    var assignment: Assignment {
        state.withLock { Assignment(partitions: $0.positions.keys.sorted(), changes: $0.changes) }
    }

    /// Divides offsets into those of partitions still read under the same assignment, and partitions lost since.
    func divide(_ offsets: Offsets) -> (held: [TopicPartition: Int64], lost: [TopicPartition]) {
        state.withLock { state in
            var held: [TopicPartition: Int64] = [:]
            var lost: [TopicPartition] = []
            for (partition, mark) in offsets.marks {
                if state.positions[partition]?.assignment == mark.assignment {
                    held[partition] = mark.next
                } else {
                    lost.append(partition)
                }
            }
            return (held, lost.sorted())
        }
    }
}
