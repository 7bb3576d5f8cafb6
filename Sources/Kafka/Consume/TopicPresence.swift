/// Whether the topics that a subscription matches can be believed.
///
/// A broker that has just started answers for a while as if there were no topics (or fewer): it listens before the
/// cluster's controller has told it what there is. So topics that are missing are taken for gone only when they have
/// been missing for some time.
struct TopicPresence: Sendable {
    /// How long topics must have been missing.
    static let patience = Duration.seconds(10)

    /// The topics that are known to be there, or were when last seen.
    private var expected: Set<String> = []
    /// What was there instead, and since when.
    private var missing: (topics: Set<String>, since: ContinuousClock.Instant)?

    /// Takes note of the topics that a broker names now, and says whether those are all.
    mutating func areAll(_ topics: Set<String>, now: ContinuousClock.Instant) -> Bool {
        if topics.isEmpty || !topics.isSuperset(of: expected) {
            guard let missing, missing.topics == topics else {
                missing = (topics, now)
                return false
            }
            guard now - missing.since >= Self.patience else { return false }
        }
        expected = topics
        if !topics.isEmpty { missing = nil }
        return true
    }

    /// Takes note that no broker answers: what was missing before has to be seen missing anew.
    mutating func isUnknown() { missing = nil }
}
