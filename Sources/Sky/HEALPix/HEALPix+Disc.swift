/// A circle on the sky with everything in it.
private struct Disc: PixelArea {
    let center: UnitVector
    let radius: Double
    /// Squared chord of the radius. Chords are compared and not cosines, which cannot tell small angles apart.
    let chord: Double
    /// Squared chords up to which a pixel of an order lies inside and from which on outside.
    var inside = InlineArray<30, Double>(repeating: 0)
    var outside = InlineArray<30, Double>(repeating: 0)

    /// - Parameters:
    ///   - radius: in radians, 0…π.
    ///   - orders: those that will be asked for.
    init(_ center: UnitVector, radius: Double, orders: ClosedRange<Int>) {
        self.center = center
        self.radius = radius
        chord = UnitVector.squaredChord(of: radius)
        for order in orders {
            let margin = HEALPix.radii[order]
            inside[order] = radius < margin ? -1 : UnitVector.squaredChord(of: radius - margin)
            outside[order] = radius + margin < .pi ? UnitVector.squaredChord(of: radius + margin) : .infinity
        }
    }

    func coverage(around center: UnitVector, order: Int) -> PixelCoverage {
        let chord = self.center.squaredChord(to: center)
        return chord > outside[order] ? .outside : chord <= inside[order] ? .inside : .partial
    }

    func contains(_ direction: UnitVector) -> Bool { center.squaredChord(to: direction) <= chord }
}

extension HEALPix {
    /// Calls a function with the pixels of a disc as ranges that ascend and do not touch. Allocates nothing.
    ///
    /// - Parameters:
    ///   - radius: in degrees; more than 180 is 180, and a negative one finds nothing.
    public func forEachRange(
        within radius: Double, of center: Coordinates, _ inclusion: Inclusion = .centers,
        _ body: (Range<Int>) -> Void
    ) {
        guard radius >= 0 else { return }
        let angle = min(radius, 180) * radiansPerDegree
        var first = 0
        // In pixels this wide the disc reaches no farther than the neighbours: no need to begin with all of the sky.
        while first < order, angle < 0.4 * HEALPix(knownOrder: first + 1).side { first += 1 }
        let direction = UnitVector(center)
        let disc = Disc(direction, radius: angle, orders: first...order)
        guard first > 0 else { return forEachRange(in: disc, inclusion, body) }
        let division = HEALPix(knownOrder: first)
        let middle = division.pixel(at: center)
        var pixels = InlineArray<9, Int>(repeating: middle)
        let around = division.neighbours(of: middle)
        for index in around.indices { pixels[index] = around[index] }
        sort(&pixels)
        forEachRange(in: disc, inclusion, from: pixels, of: first, body)
    }

    /// The pixels of a disc as ranges that ascend and do not touch.
    ///
    /// - Parameters:
    ///   - radius: in degrees; more than 180 is 180, and a negative one finds nothing.
    public func ranges(
        within radius: Double, of center: Coordinates, _ inclusion: Inclusion = .centers
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        forEachRange(within: radius, of: center, inclusion) { ranges.append($0) }
        return ranges
    }

    /// Side of a square of a pixel's area in radians.
    private var side: Double { pixelArea.squareRoot() }
}

/// Puts nine numbers in order.
private func sort(_ numbers: inout InlineArray<9, Int>) {
    for end in 1..<9 {
        var place = end
        while place > 0, numbers[place - 1] > numbers[place] {
            numbers.swapAt(place - 1, place)
            place -= 1
        }
    }
}
