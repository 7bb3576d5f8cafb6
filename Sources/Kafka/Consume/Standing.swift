/// How far one assigned partition has come, from all sides.
struct Standing: Sendable, Equatable {
    /// The oldest offset kept by the broker.
    let beginning: Int64
    /// The broker's end: the offset of the next message.
    let end: Int64
    /// The offset committed by the group; nil for none.
    let committed: Int64?
    /// The offset after the last message handed over since the partition was assigned; nil for none.
    let next: Int64?
    /// Where the reader has met the end; nil when it has not.
    let endMet: Int64?

    /// Whether everything up to the end has been handed over, and everything handed over is committed.
    ///
    /// An end that was met counts besides the offsets, because a partition may end in offsets that are no messages
    /// (the marks of transactions), after which no committed offset can come. A partition whose messages have all
    /// been deleted has nothing to read.
    var isCaughtUp: Bool {
        if let next, (committed ?? -1) < next { return false }
        if beginning >= end { return true }
        return max(next ?? -1, endMet ?? -1, committed ?? -1) >= end
    }
}

/// The consumer group as its coordinator sees it.
struct Group: Sendable, Equatable {
    /// Whether no rebalance is under way.
    let isStable: Bool
    /// Whether this consumer is a member.
    let hasMe: Bool
    /// The partitions of every other member.
    let others: Set<TopicPartition>
}

/// Whether a consumer has read everything that is there for it.
///
/// Every partition of every topic that the subscription matches now must have an owner in a stable group of which the
/// consumer is a member, so a consumer without an answer from the group, or a topic that the group has not noticed
/// yet, is not caught up; and every partition of this consumer must be caught up. Topics that do not exist ask for
/// nothing.
///
/// A consumer that is no member may find a group that looks stable and owns everything: a process that was killed, or
/// what this consumer was before it lost its membership, stays a member until its session times out.
///
/// - Parameters:
///   - wanted: every partition of every existing topic that matches.
///   - group: nil when nothing is wanted and nothing assigned, in which case there need not be a group.
///   - standings: this consumer's partitions.
func isCaughtUp(
    wanted: Set<TopicPartition>, group: Group?, standings: [TopicPartition: Standing]
) -> Bool {
    if wanted.isEmpty, standings.isEmpty { return true }
    guard let group, group.isStable, group.hasMe else { return false }
    guard wanted.isSubset(of: group.others.union(standings.keys)) else { return false }
    return standings.values.allSatisfy(\.isCaughtUp)
}
