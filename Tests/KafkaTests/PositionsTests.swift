import Testing

@testable import Kafka

@Suite struct PositionsTests {
    let first = TopicPartition("topic", 0)
    let second = TopicPartition("topic", 1)

    private func offsets(_ partition: TopicPartition, _ offset: Int64, assignment: UInt64) -> Offsets {
        var offsets = Offsets()
        offsets.advance(
            past: Message(
                topic: partition.topic, partition: partition.partition, offset: offset, payload: nil),
            assignment: assignment)
        return offsets
    }

    @Test func offsetsReadUnderAnEarlierAssignmentAreLost() {
        let positions = Positions()
        positions.assign([first, second])
        var held = offsets(first, 9, assignment: 1)
        held.merge(later: offsets(second, 4, assignment: 1))
        positions.handOver(held, endsMet: [:])
        #expect(positions.divide(held).held == [first: 10, second: 5])
        positions.revoke([first])
        #expect(positions.divide(held).held == [second: 5])
        #expect(positions.divide(held).lost == [first])
        // Back again, but it may have had another owner in between.
        positions.assign([first])
        #expect(positions.divide(held).lost == [first])
        #expect(positions.all[first]?.next == nil)
        #expect(positions.assignment == Assignment(partitions: [first, second], changes: 3))
    }

    @Test func whatIsHandedOverLateDoesNotMoveANewAssignment() {
        let positions = Positions()
        positions.assign([first])
        positions.revoke([first])
        positions.assign([first])
        positions.handOver(offsets(first, 9, assignment: 1), endsMet: [second: 3])
        #expect(positions.all == [first: Positions.Position(assignment: 3)])
    }

    @Test func revocationsAreToldOnce() {
        let positions = Positions()
        positions.assign([first, second])
        positions.revoke([second])
        #expect(positions.takeRevoked() == [second])
        #expect(positions.takeRevoked() == [])
        positions.revokeAll()
        #expect(positions.takeRevoked() == [first])
    }

    @Test func theLaterOffsetCountsEvenWhenItIsSmaller() {
        var held = offsets(first, 99, assignment: 1)
        held.merge(later: offsets(first, 9, assignment: 1))
        #expect(held[first] == 10)
    }

    @Test func theLargestOffsetDoesNotTrap() {
        #expect(offsets(first, .max, assignment: 1)[first] == .min)
        #expect(PartitionLag(topic: "t", partition: 0, committed: nil, beginning: .min, end: .max).lag == 0)
    }
}
