import Testing

@testable import Kafka

@Suite struct StandingTests {
    /// A partition with messages 0 … 9 unless told otherwise.
    private func standing(
        beginning: Int64 = 0, end: Int64 = 10, committed: Int64? = nil, next: Int64? = nil,
        endMet: Int64? = nil
    ) -> Standing {
        Standing(beginning: beginning, end: end, committed: committed, next: next, endMet: endMet)
    }

    @Test func aPartitionIsCaughtUpWhenReadAndCommittedToItsEnd() {
        #expect(standing(committed: 10, next: 10).isCaughtUp)
        #expect(standing(committed: 10).isCaughtUp)
        #expect(!standing().isCaughtUp)
        #expect(!standing(next: 10).isCaughtUp)
        #expect(!standing(committed: 9, next: 10).isCaughtUp)
        #expect(!standing(committed: 9, next: 9).isCaughtUp)
        // An end met earlier says nothing about what came since.
        #expect(!standing(committed: 9, next: 9, endMet: 9).isCaughtUp)
    }

    @Test func anEmptyPartitionHasNothingToRead() {
        #expect(standing(end: 0).isCaughtUp)
        #expect(standing(beginning: 10).isCaughtUp)
        // Read before it was emptied, but not dealt with.
        #expect(!standing(beginning: 10, next: 10).isCaughtUp)
    }

    @Test func aTailOfTransactionMarksIsPassedByMeetingTheEnd() {
        #expect(standing(committed: 9, next: 9, endMet: 10).isCaughtUp)
        #expect(standing(endMet: 10).isCaughtUp)
        #expect(!standing(committed: 8, next: 9, endMet: 10).isCaughtUp)
    }

    @Test func everyWantedPartitionNeedsAnOwnerInAStableGroup() {
        let mine = TopicPartition("topic", 0)
        let theirs = TopicPartition("topic", 1)
        let done = [mine: standing(committed: 10)]
        let stable = Group(isStable: true, hasMe: true, others: [theirs])
        let unstable = Group(isStable: false, hasMe: true, others: [theirs])
        let alone = Group(isStable: true, hasMe: true, others: [])
        #expect(isCaughtUp(wanted: [mine, theirs], group: stable, standings: done))
        #expect(!isCaughtUp(wanted: [mine, theirs], group: unstable, standings: done))
        #expect(!isCaughtUp(wanted: [mine, theirs], group: alone, standings: done))
        #expect(!isCaughtUp(wanted: [mine, theirs], group: nil, standings: done))
        #expect(!isCaughtUp(wanted: [mine, theirs], group: stable, standings: [mine: standing()]))
        // More members than partitions: nothing is mine.
        #expect(isCaughtUp(wanted: [theirs], group: stable, standings: [:]))
        #expect(!isCaughtUp(wanted: [mine], group: stable, standings: [:]))
        #expect(isCaughtUp(wanted: [], group: nil, standings: [:]))
    }

    @Test func aGroupOfTheDeadIsNoReasonToStop() {
        // The member that has everything was killed a moment ago, and its session has not timed out yet.
        let both = [TopicPartition("topic", 0), TopicPartition("topic", 1)]
        let dead = Group(isStable: true, hasMe: false, others: Set(both))
        #expect(!isCaughtUp(wanted: Set(both), group: dead, standings: [:]))
    }
}

@Suite struct SubscriptionTests {
    @Test func namesAreExactAndExpressionsAreExtendedAndUnanchoredAtTheEnd() {
        let names = [
            "ztf_20260101_programid1", "ztf_20260101_programid2", "lsst", "xztf_20260101_programid1",
        ]
        #expect(Subscription(["lsst", "ztf"]).matches(in: names) == ["lsst"])
        #expect(
            Subscription(["^ztf_[0-9]{8}_programid(1|3)$"]).matches(in: names) == ["ztf_20260101_programid1"])
        #expect(Subscription(["^ztf"]).matches(in: names).count == 2)
        #expect(Subscription(["^("]).matches(in: names).isEmpty)
        #expect(Subscription(["a", "b", "a"]).topics == ["a", "b"])
    }
}
