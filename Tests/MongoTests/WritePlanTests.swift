import Documents
import Testing

@testable import Mongo

@Suite struct WritePlanTests {
    private static func insert(_ count: Int) -> WriteOperation {
        let frame = (["a": .binary(subtype: 0, [])] as Document).bytes.count
        return .insertOne(["a": .binary(subtype: 0, [UInt8](repeating: 0, count: count - frame))])
    }

    @Test func messagesStayUnderTheirSize() {
        let plan = WritePlan((0..<10).map { _ in Self.insert(300) }, ordered: false, messageBytes: 1000)
        #expect(plan.messages.map(\.indexes) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]])
    }

    @Test func messagesStayUnderTheirCount() {
        let plan = WritePlan((0..<5).map { _ in Self.insert(300) }, ordered: false, messageOperations: 2)
        #expect(plan.messages.map(\.indexes) == [[0, 1], [2, 3], [4]])
    }

    @Test func operationLargerThanAMessageTravelsAlone() {
        let plan = WritePlan(
            [Self.insert(300), Self.insert(5000), Self.insert(300)], ordered: true, messageBytes: 1000)
        #expect(plan.messages.map(\.indexes) == [[0], [1], [2]])
    }

    @Test func kindsAreGatheredUnlessOrdered() {
        let delete = WriteOperation.deleteOne(filter: ["_id": 1])
        let operations = [Self.insert(50), delete, Self.insert(50), delete]
        #expect(
            WritePlan(operations, ordered: false).messages == [
                .init(kind: .insert, indexes: [0, 2]), .init(kind: .delete, indexes: [1, 3]),
            ])
        #expect(WritePlan(operations, ordered: true).messages.map(\.indexes) == [[0], [1], [2], [3]])
    }

    @Test func oversizedOperationIsLeftOutAndEndsAnOrderedBulk() {
        let operations = [Self.insert(50), Self.insert(16 << 20 + 1), Self.insert(50)]
        let free = WritePlan(operations, ordered: false)
        #expect(free.messages.map(\.indexes) == [[0, 2]])
        #expect(free.oversized.map(\.index) == [1])
        #expect(WritePlan(operations, ordered: true).messages.map(\.indexes) == [[0]])
    }

    /// Whatever the sizes: everything once, in its order within a message, no message over its limits.
    @Test(arguments: 0..<50) func everyOperationIsPlannedOnce(seed: UInt64) {
        var generator = SplitMix(state: seed)
        let operations = (0..<40).map { _ -> WriteOperation in
            Bool.random(using: &generator)
                ? Self.insert(Int.random(in: 20...900, using: &generator))
                : .deleteOne(filter: ["_id": 1])
        }
        let ordered = Bool.random(using: &generator)
        let plan = WritePlan(operations, ordered: ordered, messageBytes: 1000, messageOperations: 7)
        let planned = plan.messages.flatMap(\.indexes)
        #expect(planned.sorted() == Array(0..<40))
        if ordered { #expect(planned == Array(0..<40)) }
        for message in plan.messages {
            #expect(message.indexes == message.indexes.sorted())
            #expect(message.indexes.allSatisfy { operations[$0].kind == message.kind })
            #expect(message.indexes.count <= 7)
            #expect(message.indexes.reduce(0) { $0 + operations[$1].byteCount } <= 1000)
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014), so that a failing seed can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
