import Glibc

/// The three images around a detection: science, template and their difference.
///
/// 63 × 63 pixels with the object in the middle; the template shows what is always there, the science image
/// shows that and the change through the night's air, the difference is one minus the other. Beyond the
/// chip's edge there is no number.
struct Stamps: Sendable {
    /// Pixels of a side.
    static let side = 63
    /// Arcseconds of a pixel.
    static let pixelScale = 1.01

    /// Row by row, DN.
    let science: [Float]
    let template: [Float]
    let difference: [Float]
    /// Whether a part is beyond the chip's edge.
    let areCut: Bool

    /// The stamps of a detection.
    init(seed: UInt64, object: SkyObject, neighbours: Neighbours, measurement: Measurement, noise: NoiseTable)
    {
        let exposure = measurement.exposure
        var stream = RandomStream(
            seed: seed, .stamp, object.identity, exposure.night.number, exposure.fraction)
        let scienceWidth = max(1.4, measurement.fwhm) / 2.3548
        let templateWidth = 2.05 / 2.3548

        var steady = Plane()
        var sharp = Plane()
        let unit = power10(0.4 * exposure.zeroPoint)
        func add(east: Double, north: Double, magnitude: Double, blur: Double) {
            let flux = unit * power10(-0.4 * magnitude)
            let place = (x: -east / Self.pixelScale, y: north / Self.pixelScale)
            steady.addSource(
                at: place, flux: flux, width: (scienceWidth * scienceWidth + blur * blur).squareRoot())
            sharp.addSource(
                at: place, flux: flux, width: (templateWidth * templateWidth + blur * blur).squareRoot())
        }
        let host = object.kind == .supernova || object.kind == .activeNucleus
        for (rank, source) in neighbours.sources.enumerated() {
            let seen = source.magnitudes[exposure.filter - 1]
            let blur = source.starScore < 0.3 && host && rank == 0 ? 1.6 : 0
            add(
                east: source.distance * sin(source.angle), north: source.distance * cos(source.angle),
                magnitude: seen == Neighbours.missing ? 22 : seen, blur: blur)
        }
        // What does not change from visit to visit: further stars, and the template with its noise.
        var lasting = RandomStream(seed: seed, .stamp, object.identity, exposure.filter)
        for _ in 0..<lasting.integer(below: 3) {
            add(
                east: lasting.uniform(-31, 31), north: lasting.uniform(-31, 31),
                magnitude: lasting.uniform(17, 21.5), blur: 0)
        }
        var change = Plane()
        change.addSource(
            at: (
                x: (measurement.xpos - measurement.xpos.rounded()),
                y: measurement.ypos - measurement.ypos.rounded()
            ),
            flux: measurement.flux, width: scienceWidth)

        let sky = Float(exposure.background)
        let scienceNoise = Float(exposure.pixelNoise)
        let templateSky = Float(lasting.uniform(80, 230))
        let templateNoise = Float(lasting.uniform(1.0, 1.5))
        var first = noise.walk(&stream)
        var second = noise.walk(&lasting)
        let count = Self.side * Self.side
        var science = [Float](repeating: .nan, count: count)
        var template = science
        var difference = science
        // 6.2 electrons make one DN; their number's root is the noise that a source adds.
        let gain: Float = 6.2
        // Stars never subtract to nothing: the two images are not aligned to better than a part of a pixel.
        let shift = Float(0.03 * stream.normal())
        let inside = (
            columns: Self.inside(centre: measurement.xpos, size: FieldGrid.width),
            rows: Self.inside(centre: measurement.ypos, size: FieldGrid.height)
        )
        for row in inside.rows {
            for column in inside.columns {
                let index = row * Self.side + column
                let light = steady.pixels[index] + change.pixels[index]
                let old = sharp.pixels[index]
                let photons = (scienceNoise * scienceNoise + max(0, light) / gain).squareRoot()
                let grain = first.next() * photons
                let oldGrain =
                    second.next() * (templateNoise * templateNoise + old / (gain * 15)).squareRoot()
                science[index] = sky + light + grain
                template[index] = templateSky + old + oldGrain
                let slope = steady.pixels[min(index + 1, count - 1)] - steady.pixels[max(index - 1, 0)]
                difference[index] = change.pixels[index] + grain - oldGrain + shift * slope
            }
        }
        areCut = inside.rows.count < Self.side || inside.columns.count < Self.side
        self.science = science
        self.template = template
        self.difference = difference
    }

    /// The rows or columns of a stamp that lie on the chip, whose pixels count from 1.
    private static func inside(centre: Double, size: Double) -> Range<Int> {
        let first = Int(centre.rounded()) - side / 2
        return max(0, 1 - first)..<min(side, Int(size) - first + 1)
    }
}

/// An image of nothing but sources.
private struct Plane {
    var pixels = [Float](repeating: 0, count: Stamps.side * Stamps.side)

    /// Adds a round source.
    ///
    /// - Parameters:
    ///   - place: pixels from the middle.
    ///   - flux: DN in all.
    ///   - width: sigma in pixels.
    mutating func addSource(at place: (x: Double, y: Double), flux: Double, width: Double) {
        let middle = Double(Stamps.side / 2)
        let reach = 4.5 * width
        let (x, y) = (middle + place.x, middle + place.y)
        guard x > -reach, y > -reach, x < 62 + reach, y < 62 + reach else { return }
        let rows = max(0, Int(y - reach))...min(Stamps.side - 1, Int(y + reach))
        let columns = max(0, Int(x - reach))...min(Stamps.side - 1, Int(x + reach))
        let scale = -0.5 / (width * width)
        let profile = columns.map { Float(exp((Double($0) - x) * (Double($0) - x) * scale)) }
        let peak = flux / (2 * .pi * width * width)
        for row in rows {
            let height = Float(peak * exp((Double(row) - y) * (Double(row) - y) * scale))
            var index = row * Stamps.side + columns.lowerBound
            for value in profile {
                pixels[index] += height * value
                index += 1
            }
        }
    }
}

/// Normally distributed numbers drawn once, to be read in ever different order.
struct NoiseTable: Sendable {
    private let values: [Float]
    /// A power of two, so that every odd step visits all values.
    private static let count = 1 << 15

    /// The table of a seed.
    init(seed: UInt64) {
        var stream = RandomStream(seed: seed, .noise)
        values = (0..<Self.count).map { _ in Float(stream.normal()) }
    }

    /// A walk through the table from a drawn place with a drawn step.
    func walk(_ stream: inout RandomStream) -> Walk {
        Walk(
            values: values, position: stream.integer(below: Self.count),
            step: 2 * stream.integer(below: Self.count / 2) + 1)
    }

    /// One of the 2²⁹ orders in which the table can be read.
    struct Walk {
        fileprivate let values: [Float]
        fileprivate var position: Int
        fileprivate let step: Int

        /// The next number.
        mutating func next() -> Float {
            position = (position &+ step) & (NoiseTable.count - 1)
            return values[position]
        }
    }
}
