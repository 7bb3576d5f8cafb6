import Glibc

/// Something on the sky that changes: where it is, what it is and what was known of it before the simulation.
struct SkyObject: Sendable {
    /// What an object is.
    enum Kind: Sendable {
        case variableStar, activeNucleus, supernova, minorPlanet
    }

    /// What the survey knew before the nights that are simulated in detail.
    struct Past: Sendable {
        /// Detections and coverages before them.
        let detections: Int
        let coverages: Int
        /// Julian date of the first detection, nil if there was none.
        let firstDetection: Double?
    }

    /// Tells it from all others of the seed; what its random numbers hang on.
    let identity: Int
    let kind: Kind
    /// Degrees; 0 ≤ ra < 360, −31 ≤ dec < 90.
    let ra: Double
    let dec: Double
    let curve: LightCurve
    /// Where it falls in the main grid.
    let primary: ChipPosition
    /// Where it falls in the other grid, nil if that is not observed there.
    let secondary: ChipPosition?
    let past: Past
    /// Whether its fields were observed in the 31 nights before the first.
    let isCoveredBefore: Bool
    /// Year of its name.
    private let year: Int

    /// The kind of the object with this index; the first is always a star.
    static func kind(seed: UInt64, index: Int) -> Kind {
        if index == 0 { return .variableStar }
        var stream = RandomStream(seed: seed, .object, index)
        let choice = stream.uniform()
        return choice < 0.42
            ? .variableStar : choice < 0.60 ? .activeNucleus : choice < 0.76 ? .supernova : .minorPlanet
    }

    /// An object of a simulation.
    ///
    /// - Parameters:
    ///   - index: which of the objects.
    ///   - identity: tells minor planets of different nights apart, which have the same index.
    ///   - firstNight: the first of the nights that are simulated in detail.
    init(seed: UInt64, index: Int, identity: Int, firstNight: Night) {
        self.identity = identity
        kind = Self.kind(seed: seed, index: index)
        var stream = RandomStream(seed: seed, .object, identity, 1)

        (ra, dec) = Self.place(index: index, stream: &stream)
        primary = FieldGrid.primary.position(ra: self.ra, dec: self.dec)
        secondary = stream.happens(0.5) ? FieldGrid.secondary.position(ra: self.ra, dec: self.dec) : nil

        let midnight = firstNight.julianDate(fraction: 0)
        var isKnown = stream.happens(0.9)
        switch kind {
        case .variableStar:
            curve = .periodic(
                magnitude: stream.uniform(14.2, 18.3), amplitude: stream.uniform(0.06, 0.6),
                period: exp(stream.uniform(log(0.08), log(40))), phase: stream.uniform())
        case .activeNucleus:
            curve = .wandering(
                magnitude: stream.uniform(16.5, 19.3), amplitude: stream.uniform(0.1, 0.7),
                phases: [stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform()])
        case .supernova:
            let group = stream.uniform()
            let age =
                group < 0.3
                ? stream.uniform(0, 1) : group < 0.8 ? stream.uniform(1, 29) : stream.uniform(32, 75)
            curve = .explosion(date: midnight - age, peak: stream.uniform(16.8, 19.4))
            isKnown = age > 31
        case .minorPlanet:
            curve = .passing(magnitude: stream.uniform(15.5, 19.9))
            isKnown = false
        }
        let coverages = stream.integer(below: 2200) + 150
        // Beside an edge always, so that no packet has both small stamps and no rows.
        isCoveredBefore =
            isKnown || kind != .supernova && kind != .minorPlanet || primary.edgeDistance < 35
            || stream.happens(0.66)
        let age =
            kind == .supernova
            ? stream.uniform(31.6, 40) : stream.uniform(32, Double(firstNight.number - 350))
        let first = sevenDecimals((midnight - age).rounded(.down) + stream.uniform(0.11, 0.54) + 0.5)
        past = Past(
            detections: isKnown
                ? stream.integer(below: kind == .supernova ? 12 : min(260, coverages / 2)) + 1 : 0,
            coverages: isCoveredBefore ? coverages : 0, firstDetection: isKnown ? first : nil)
        year = Night(number: isKnown ? firstNight.number - Int(age) : firstNight.number).date.year
    }

    /// Where an object is, degrees: uniform on the sphere north of −31°; the first object beside the pole,
    /// some on either side of 0 h, and a tenth beside the edge of the chip, where a part of the stamps is
    /// missing.
    private static func place(index: Int, stream: inout RandomStream) -> (ra: Double, dec: Double) {
        let south = sin(-31 * Double.pi / 180)
        let isCut = index > 0 && stream.happens(0.09)
        var place = (ra: 0.0, dec: 0.0)
        // The survey reports nothing at the very edge; nor do we, nor in the corners, where little of a stamp
        // is left.
        for _ in 0..<16 {
            var dec = index == 0 ? 89.985 : asin(stream.uniform(south, 0.999_999)) * 180 / .pi
            let ra = index % 80 == 1 ? stream.uniform(-3e-5, 3e-5) : stream.uniform(0, 360)
            if isCut {
                let rows = stream.uniform(12.5, 22)
                let moved = FieldGrid.primary.declination(dec, movedTo: rows)
                dec =
                    moved >= -31
                    ? moved : FieldGrid.primary.declination(dec, movedTo: FieldGrid.height - rows)
            }
            place = (sevenDecimals(ra < 0 ? ra + 360 : ra), sevenDecimals(dec))
            let chip = FieldGrid.primary.position(ra: place.ra, dec: place.dec)
            let farther = max(
                min(chip.x, FieldGrid.width - chip.x), min(chip.y, FieldGrid.height - chip.y))
            if chip.edgeDistance > 12, farther > 40 { break }
        }
        return place
    }

    /// The object's name, `objectId`: ZTF, two digits of the year, seven letters.
    var name: String {
        var letters: [UInt8] = []
        var rest = identity
        for _ in 0..<7 {
            letters.append(UInt8(truncatingIfNeeded: 97 + rest % 26))
            rest /= 26
        }
        return "ZTF" + padded(year % 100, 2) + String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// The place so many arcseconds east and north of the object; degrees, to seven decimals.
    func place(east: Double, north: Double) -> (ra: Double, dec: Double) {
        var ra = sevenDecimals(self.ra + east / 3600 / cos(self.dec * .pi / 180))
        ra = fmod(ra + 720, 360)
        ra = sevenDecimals(ra)
        return (ra < 360 ? ra : 0, min(90, sevenDecimals(self.dec + north / 3600)))
    }
}
