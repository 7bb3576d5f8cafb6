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
        let alert: Alert
        let message: Int
    }

    mutating func append(_ other: DecodedBatch) {
        alerts += other.alerts
        rejections += other.rejections
    }
}
