extension Simulation {
    /// How many alerts each object has in a night; their sum is `alerts`.
    ///
    /// A minor planet has one. The others have one and a share of the rest, weighted by a drawn number from 1
    /// to 5. Fewer alerts than objects are spread evenly.
    static func alertCounts(seed: UInt64, night: Night, alerts: Int, isMinorPlanet: [Bool]) -> [Int] {
        let objects = isMinorPlanet.count
        guard alerts > objects else {
            return (0..<objects).map { ($0 + 1) * alerts / objects - $0 * alerts / objects }
        }
        let weights = isMinorPlanet.enumerated().map { index, isMinorPlanet in
            guard !isMinorPlanet else { return 0 }
            var stream = RandomStream(seed: seed, .alertCount, index, night.number)
            return 1 + stream.integer(below: 5)
        }
        let total = weights.reduce(0, +)
        let rest = alerts - objects
        var before = 0
        return weights.map { weight in
            defer { before += weight }
            return 1 + (before + weight) * rest / total - before * rest / total
        }
    }

    /// The last three digits of each object's candids.
    ///
    /// Two objects that can share a `pid`, which names night, time and channel but not the field, get
    /// different ones. Minor planets come last, so that those of another night do not change the others'
    /// numbers.
    ///
    /// - Throws: `SimulationError` if there are more than a thousand for one channel.
    static func counters(
        of objects: [SkyObject], run: String
    ) throws(SimulationError) -> [(primary: Int, secondary: Int)] {
        var next = [Int](repeating: 0, count: 64 * Exposure.phases)
        var counters = [(primary: Int, secondary: Int)](repeating: (0, 0), count: objects.count)
        func take(_ position: ChipPosition) -> Int {
            let group = position.channel * Exposure.phases + Exposure.phase(ofField: position.field)
            defer { next[group] += 1 }
            return next[group]
        }
        for isMoving in [false, true] {
            for (index, object) in objects.enumerated() where (object.kind == .minorPlanet) == isMoving {
                counters[index] = (take(object.primary), object.secondary.map(take) ?? 0)
            }
        }
        guard next.allSatisfy({ $0 <= 1000 }) else {
            throw SimulationError(reason: "\(run): more than 1000 objects in one channel of one exposure")
        }
        return counters
    }
}
