/// One object in one exposure.
struct Visit: Sendable {
    let exposure: Exposure
    /// Where the object falls, before the exposure's dither.
    let position: ChipPosition
    /// The three digits that end a `candid` in this exposure and channel.
    let counter: Int
    /// Whether an alert was sent: the object is detected for certain.
    let isAlert: Bool
}

/// The exposures that were taken of a field.
struct Cadence: Sendable {
    let seed: UInt64

    /// How many exposures a field gets in a night before those simulated in detail.
    func exposureCount(night: Night, field: Int) -> Int {
        var stream = RandomStream(seed: seed, .cadence, night.number, field)
        guard stream.happens(field < 1001 ? 0.38 : 0.25) else { return 0 }
        return stream.happens(0.55) ? 2 : 1
    }

    /// The slots of a field's first exposures in a night, in the order of time.
    ///
    /// More exposures keep the slots of fewer, so two objects of a field share exposures.
    func slots(night: Night, field: Int, count: Int) -> [Int] {
        var stream = RandomStream(seed: seed, .cadence, night.number, field, 1)
        let start = stream.integer(below: Exposure.slotsPerNight)
        // Without a common divisor with 900, so that all 900 slots differ.
        let steps = [71, 97, 113, 131, 149, 173, 191, 211, 233, 251, 277, 299, 317, 341]
        let step = steps[stream.integer(below: steps.count)]
        return (0..<count).map { (start + $0 * step) % Exposure.slotsPerNight }.sorted()
    }
}
