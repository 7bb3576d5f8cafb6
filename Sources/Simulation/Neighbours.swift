import Glibc

/// What other surveys and the reference images show around an object.
struct Neighbours: Sendable {
    /// A source of Pan-STARRS1; −999 where it has no magnitude.
    struct Source: Sendable {
        let identifier: Int64
        /// g, r, i, z.
        let magnitudes: [4 of Double]
        /// From 0, a galaxy, to 1, a star.
        let starScore: Double
        /// Arcseconds from the object.
        let distance: Double
        /// Position angle in radians.
        let angle: Double
    }

    /// What stands in the packet where there is no source.
    static let missing = -999.0

    /// At most three, the nearest first, within 30 arcseconds.
    let sources: [Source]
    /// How many there are within 30 arcseconds (`nmtchps`).
    let matches: Int
    /// The nearest source of Gaia and the nearest one brighter than 14: distance in arcseconds and magnitude.
    let gaia: (distance: Double, magnitude: Double)
    let gaiaBright: (distance: Double, magnitude: Double)
    /// The nearest source of the reference image: arcseconds east and north of the object.
    let reference: (east: Double, north: Double)
    /// Its magnitude through g, r and i.
    let referenceMagnitudes: [3 of Double]
    /// Its shape: reduced chi², sharpness, magnitude error.
    let referenceShape: (chi: Double, sharpness: Double, error: Double)
    /// Whether forced photometry finds that source near enough to report.
    let hasReferenceSource: Bool

    /// What is around an object.
    init(seed: UInt64, object: SkyObject) {
        var stream = RandomStream(seed: seed, .neighbours, object.identity)
        let own = object.curve.referenceMagnitude(filter: 2)
        let isHosted = object.kind == .supernova && stream.happens(0.85)
        let hostMagnitude = stream.uniform(15.5, 21.5)

        var sources: [Source] = []
        var distance =
            own != nil
            ? stream.uniform(0.03, 0.35) : isHosted ? stream.uniform(0.3, 7) : stream.uniform(2, 26)
        for rank in 0..<3 {
            guard distance < 30 else { break }
            let isOwn = rank == 0 && own != nil
            let isHost = rank == 0 && isHosted
            let red = isOwn ? own ?? 0 : isHost ? hostMagnitude : stream.uniform(17.5, 21.9)
            let colour = stream.uniform(0.1, 1.3)
            let magnitudes: [4 of Double] = [red + colour, red, red - colour * 0.4, red - colour * 0.55]
            let kept = [4 of Double] { index in
                // Pan-STARRS1 misses a band now and then, more often for what is faint.
                let isMissed = stream.happens(isOwn ? 0.03 : 0.15) || magnitudes[index] > 22.3
                return isMissed ? Self.missing : four(magnitudes[index])
            }
            let score: Double
            switch object.kind {
            case .variableStar where isOwn: score = stream.happens(0.2) ? 0.5 : stream.uniform(0.9, 1)
            case .activeNucleus where isOwn: score = stream.uniform(0.02, 0.95)
            case .supernova where isHost: score = stream.uniform(0, 0.25)
            default: score = stream.happens(0.15) ? 0.5 : stream.uniform(0, 1)
            }
            let zone = Int64((object.dec + 90) * 120) * 10_000_000_000_000
            let identifier = zone + Int64(object.ra * 1e6) * 10_000 + Int64(stream.integer(below: 10_000))
            sources.append(
                Source(
                    identifier: identifier, magnitudes: kept, starScore: score, distance: distance,
                    angle: stream.uniform(0, 2 * .pi)))
            distance += stream.uniform(1, 15)
        }
        self.sources = sources
        matches = sources.count < 3 ? sources.count : 3 + stream.integer(below: 12)

        gaia =
            object.kind == .variableStar
            ? (stream.uniform(0.02, 0.4), own ?? 0) : (stream.uniform(3, 80), stream.uniform(14.5, 20.5))
        gaiaBright =
            stream.happens(0.1)
            ? (stream.uniform(20, 90), stream.uniform(9, 14)) : (Self.missing, Self.missing)

        if own != nil {
            reference = (0.1 * stream.normal(), 0.1 * stream.normal())
        } else {
            let angle = sources.first?.angle ?? stream.uniform(0, 2 * .pi)
            let distance = isHosted ? sources.first?.distance ?? 1 : stream.uniform(4, 20)
            reference = (distance * sin(angle), distance * cos(angle))
        }
        let red = isHosted ? hostMagnitude : stream.uniform(20, 23)
        referenceMagnitudes = [3 of Double] { index in
            three(object.curve.referenceMagnitude(filter: index + 1) ?? red + [0.6, 0, -0.25][index])
        }
        let galaxy = isHosted ? 0.4 : 0
        referenceShape = (
            three(exp(0.6 * stream.normal()) + galaxy), three(galaxy + 0.15 * stream.normal()),
            three(0.014 + 0.3 * power10(0.3 * (red - 23)))
        )
        hasReferenceSource = own != nil ? stream.happens(0.5) : isHosted && stream.happens(0.3)
    }
}

/// A number rounded to three decimals.
func three(_ number: Double) -> Double { (number * 1e3).rounded() / 1e3 }

/// A number rounded to four decimals.
func four(_ number: Double) -> Double { (number * 1e4).rounded() / 1e4 }
