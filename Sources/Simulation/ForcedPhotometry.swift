import Glibc

/// What forced photometry at an object's place gave in one earlier exposure: a row of `fp_hists`.
struct ForcedPhotometry: Sendable {
    let exposure: Exposure
    /// Signed flux in the difference image and its error, DN; −99999 where the image could not be used.
    let flux: Double
    let fluxError: Double
    /// "0" or the numbers of what went wrong, with commas between.
    let status: String
    /// Arcseconds to the nearest source of the reference image; −99999, as the six after it, if none is near.
    let distnr: Double
    let ranr: Double
    let decnr: Double
    let magnr: Double
    let referenceShape: (chi: Double, sharpness: Double, error: Double)
    /// Sky, noise and aperture corrections of the science image.
    let background: Double
    let apertureDifferences: (first: Double, second: Double)

    /// What stands where there is nothing to say.
    static let missing = -99999.0

    /// The most rows that one alert carries.
    static let limit = 40

    /// The row of a visit.
    ///
    /// - Parameter repetition: 0, or 1 for a second row of the same exposure.
    init(seed: UInt64, object: SkyObject, neighbours: Neighbours, visit: Visit, repetition: Int = 0) {
        let exposure = visit.exposure
        var stream = RandomStream(
            seed: seed, .forcedPhotometry, object.identity, exposure.night.number * 2 + repetition,
            exposure.fraction)
        self.exposure = exposure
        let isSecondary = exposure.field > 1000
        let choice = stream.uniform()
        let error = exposure.fluxNoise * stream.uniform(0.9, 1.15)
        let unit = power10(0.4 * exposure.zeroPoint)
        let measured =
            object.curve.flux(at: exposure.julianDate, filter: exposure.filter) * unit + error
            * stream.normal()
        if choice < (isSecondary ? 0.8 : 0.24) {
            (status, flux, fluxError) = ("61", Self.missing, Self.missing)
        } else if choice < (isSecondary ? 0.815 : 0.255) {
            (status, flux, fluxError) = ("55", Self.missing, Self.missing)
        } else {
            let note = stream.uniform()
            status = note < 0.008 ? "56" : note < 0.011 ? "56,57" : "0"
            let isUndefined = stream.happens(0.004)
            flux = isUndefined ? .nan : measured
            fluxError = isUndefined ? .nan : error
        }
        if neighbours.hasReferenceSource && !(isSecondary && stream.happens(0.6)) {
            let reference = neighbours.reference
            distnr = (reference.east * reference.east + reference.north * reference.north).squareRoot()
            (ranr, decnr) = object.place(east: reference.east, north: reference.north)
            magnr = neighbours.referenceMagnitudes[exposure.filter - 1]
            referenceShape = neighbours.referenceShape
        } else {
            (distnr, ranr, decnr, magnr) = (Self.missing, Self.missing, Self.missing, Self.missing)
            referenceShape = (Self.missing, Self.missing, Self.missing)
        }
        background = exposure.background + stream.normal()
        apertureDifferences = (stream.uniform(0.077, 0.115), stream.uniform(0.073, 0.11))
    }

    /// The forced photometry that comes with an alert, newest first; nil if the alert has none.
    ///
    /// - Parameters:
    ///   - visits: the object's visits in ascending order of time.
    ///   - date: the alert's Julian date; rows are between 1 and 30 days older.
    static func history(
        seed: UInt64, object: SkyObject, neighbours: Neighbours, visits: some BidirectionalCollection<Visit>,
        before date: Double
    ) -> [ForcedPhotometry]? {
        var whole = RandomStream(seed: seed, .forcedPhotometry, object.identity)
        if whole.happens(0.05) { return nil }
        if whole.happens(0.03) { return [] }
        let hasRepetition = whole.happens(0.05)
        var rows: [ForcedPhotometry] = []
        for visit in visits.reversed() where rows.count < limit {
            let age = date - visit.exposure.julianDate
            guard age >= 1, age < 30 else { continue }
            var own = RandomStream(
                seed: seed, .forcedPhotometry, object.identity, -visit.exposure.night.number,
                visit.exposure.fraction)
            guard own.happens(0.75) else { continue }
            rows.append(ForcedPhotometry(seed: seed, object: object, neighbours: neighbours, visit: visit))
            if hasRepetition, rows.count == 3 {
                rows.append(
                    ForcedPhotometry(
                        seed: seed, object: object, neighbours: neighbours, visit: visit, repetition: 1))
            }
        }
        return rows
    }
}
