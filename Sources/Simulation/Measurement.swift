import Glibc

/// A detection: what the survey measured of an object in one difference image.
///
/// An alert's candidate and the row that later alerts have of it are both written from here, so they agree.
struct Measurement: Sendable {
    let exposure: Exposure
    /// The detection's number, above 2⁵³.
    let candid: Int64
    let counter: Int
    /// Whether there is more light than in the reference image.
    let isPositive: Bool
    let xpos: Double
    let ypos: Double
    let ra: Double
    let dec: Double
    let magpsf: Double
    let sigmapsf: Double
    let chipsf: Double
    let magap: Double
    let sigmagap: Double
    let magapbig: Double
    let sigmagapbig: Double
    /// The nearest source of the reference image: pixels away, magnitude, shape, place.
    let distnr: Double
    let magnr: Double
    let referenceShape: (chi: Double, sharpness: Double, error: Double)
    let ranr: Double
    let decnr: Double
    let sky: Double
    let fwhm: Double
    let classtar: Double
    let seeratio: Double
    let aimage: Double
    let bimage: Double
    let nneg: Int32
    let nbad: Int32
    let rb: Double
    let sumrat: Double
    let scorr: Double

    /// The distance to the chip's nearest edge, pixels.
    var mindtoedge: Double { min(min(xpos, ypos), min(FieldGrid.width - xpos, FieldGrid.height - ypos)) }

    /// The signed flux in the difference image, DN.
    var flux: Double { (isPositive ? 1 : -1) * power10(-0.4 * (magpsf - exposure.zeroPoint)) }

    /// What was measured in a visit; nil where nothing was detected.
    init?(seed: UInt64, object: SkyObject, neighbours: Neighbours, visit: Visit) {
        let exposure = visit.exposure
        var stream = RandomStream(
            seed: seed, .measurement, object.identity, exposure.night.number, exposure.fraction)
        let noise = power10(-0.4 * exposure.limit) / 5
        var flux =
            object.curve.flux(at: exposure.julianDate, filter: exposure.filter) + noise * stream.normal()
        if visit.isAlert {
            if case .passing(let magnitude) = object.curve { flux += power10(-0.4 * magnitude) }
            let least = power10(-0.4 * (exposure.limit - stream.uniform(0.02, 0.5)))
            if abs(flux) < least { flux = flux < 0 ? -least : least }
        } else if abs(flux) < 5.2 * noise || !stream.happens(0.75) {
            return nil
        }
        let signal = abs(flux) / noise
        self.exposure = exposure
        isPositive = flux > 0
        counter = visit.counter
        candid =
            exposure.processingID * 1_000_000 + 10_000 + (isPositive ? 5_000 : 0) + Int64(visit.counter)

        xpos = min(
            FieldGrid.width - 1.5, max(1.5, visit.position.x + exposure.dither.x + 0.1 * stream.normal()))
        ypos = min(
            FieldGrid.height - 1.5, max(1.5, visit.position.y + exposure.dither.y + 0.1 * stream.normal()))
        let scatter = 0.04 + 0.5 / signal
        let (east, north) = (scatter * stream.normal(), scatter * stream.normal())
        (ra, dec) = object.place(east: east, north: north)

        magpsf = -2.5 * log10(abs(flux))
        sigmapsf = (1.0857 / signal * 0.9) + stream.uniform(0.015, 0.035)
        chipsf = 1 + exp(stream.normal() - 1) + signal * signal * 1e-3
        magap = four(magpsf + stream.normal() * sigmapsf * 0.7)
        sigmagap = four(sigmapsf * stream.uniform(0.5, 1.2))
        magapbig = four(magap + stream.normal() * sigmapsf * 0.5)
        sigmagapbig = four(sigmagap * stream.uniform(1.1, 1.5) + 1e-4)

        let reference = neighbours.reference
        distnr =
            ((reference.east - east) * (reference.east - east)
            + (reference.north - north) * (reference.north - north)).squareRoot() / Stamps.pixelScale
        (ranr, decnr) = object.place(east: reference.east, north: reference.north)
        magnr = neighbours.referenceMagnitudes[exposure.filter - 1]
        referenceShape = neighbours.referenceShape

        sky = stream.normal() * 0.6 - 0.2
        let width = exposure.seeing / Stamps.pixelScale
        fwhm = max(0.8, width * (1 + 0.08 * stream.normal()))
        classtar = three(1 - min(0.6, exp(-signal / 6) + 0.02 * stream.uniform()))
        seeratio = min(2, max(0.5, width / 2.1))
        bimage = three(fwhm * stream.uniform(0.27, 0.33))
        aimage = three(bimage * (1 + 0.12 * exp(-signal / 30) + 0.06 * abs(stream.normal())))
        nneg = Int32(stream.integer(below: signal < 10 ? 8 : 3))
        nbad = stream.happens(0.03) ? 1 : 0
        rb = stream.happens(0.12) ? stream.uniform(0.05, 0.6) : 1 - 0.5 * stream.uniform() * exp(-signal / 40)
        sumrat = stream.happens(0.6) ? 1 : 1 - 0.25 * stream.uniform()
        scorr = signal * stream.uniform(0.88, 1.08)
    }
}
