import Testing

@testable import Kafka

@Suite struct TopicPresenceTests {
    /// What is said of topics that are seen so many seconds after the start; nil stands for a broker that is away.
    private func answers(_ seen: [(seconds: Int, topics: Set<String>?)]) -> [Bool?] {
        let start = ContinuousClock.now
        var presence = TopicPresence()
        return seen.map { seconds, topics in
            guard let topics else {
                presence.isUnknown()
                return nil
            }
            return presence.areAll(topics, now: start + .seconds(seconds))
        }
    }

    @Test func topicsAreBelievedAtOnceAsLongAsNoneIsMissing() {
        #expect(answers([(0, ["a"]), (0, ["a", "b"])]) == [true, true])
    }

    @Test func noTopicAtAllIsBelievedAfterAWhile() {
        #expect(answers([(0, []), (9, []), (10, []), (11, [])]) == [false, false, true, true])
    }

    @Test func aTopicThatIsMissingIsBelievedGoneAfterAWhile() {
        #expect(
            answers([(0, ["a", "b"]), (1, ["a"]), (10, ["a"]), (11, ["a"]), (12, ["a"])])
                == [true, false, false, true, true])
    }

    @Test func topicsThatComeBackOneByOneAreWaitedFor() {
        #expect(
            answers([(0, ["a", "b"]), (1, []), (11, ["a"]), (12, ["a", "b"])]) == [true, false, false, true])
    }

    @Test func aBrokerThatIsAwayDoesNotConfirmWhatIsMissing() {
        #expect(answers([(0, []), (5, nil), (20, []), (30, [])]) == [false, nil, false, true])
    }
}
