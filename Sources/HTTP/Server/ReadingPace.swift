/// Whether a client reads its answer too slowly.
///
/// Counts only the time in which something waits to be sent: a slow handler is not the client's fault. Over each stretch
/// of so many such seconds the client must have taken as many bytes as the least rate makes, on average; a burst now
/// and then does not help who otherwise stands still.
struct ReadingPace {
    /// The least bytes a second.
    let bytesPerSecond: Int
    /// The length of a stretch, seconds.
    let seconds: Int

    private var stretch: (taken: UInt64, waited: Duration)?
    private var lastLook: ContinuousClock.Instant?

    /// - Parameters:
    ///   - bytesPerSecond: the least rate.
    ///   - seconds: over how much time it is looked at.
    init(bytesPerSecond: Int, seconds: Int) {
        self.bytesPerSecond = bytesPerSecond
        self.seconds = seconds
    }

    /// Takes how far the client is, and tells whether it is too slow.
    /// - Parameters:
    ///   - taken: bytes that the client has taken since the connection began.
    ///   - isWaiting: whether bytes wait to be taken.
    mutating func isTooSlow(taken: UInt64, isWaiting: Bool, now: ContinuousClock.Instant) -> Bool {
        defer { lastLook = now }
        guard let before = lastLook, var stretch else {
            stretch = (taken, .zero)
            return false
        }
        if isWaiting { stretch.waited += now - before }
        defer { self.stretch = stretch }
        guard stretch.waited >= .seconds(seconds) else { return false }
        let least = UInt64(clamping: bytesPerSecond).multipliedReportingOverflow(
            by: UInt64(clamping: seconds))
        let hasTaken = taken >= stretch.taken ? taken - stretch.taken : 0
        stretch = (taken, .zero)
        return least.overflow || hasTaken < least.partialValue
    }
}
