import Archive

/// What became of a batch's messages when they were decoded.
struct DecodedBatch: Sendable {
    /// The alerts in the order of their messages.
    var alerts: [Decoded] = []
    /// The messages that are no alerts.
    var rejections: [RejectedPacket] = []
    /// How long it took.
    var duration = Duration.zero

    /// An alert and the place of its message in the batch.
    struct Decoded: Sendable {
        var alert: Alert
        let message: Int
    }

    /// The places of the alerts in rounds, in which no object comes twice: a filter is to see of an object what was known
    /// when the alert came, and not what a later one has brought.
    var rounds: [[Int]] {
        var rounds: [[Int]] = []
        var next: [String: Int] = [:]
        for (place, decoded) in alerts.enumerated() {
            let round = next[decoded.alert.objectID, default: 0]
            next[decoded.alert.objectID] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(place)
        }
        return rounds
    }

    mutating func append(_ other: DecodedBatch) {
        alerts += other.alerts
        rejections += other.rejections
    }
}
