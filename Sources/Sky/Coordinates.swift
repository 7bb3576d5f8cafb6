/// A position on the sky: right ascension and declination in degrees (J2000), both finite and in range.
public struct Coordinates: Equatable, Hashable, Sendable {
    /// Right ascension in degrees, 0 ≤ ra < 360.
    public let ra: Double

    /// Declination in degrees, −90 ≤ dec ≤ 90.
    public let dec: Double

    /// Takes degrees; a right ascension of exactly 360 is folded to 0.
    ///
    /// - Throws: `SkyError` naming `ra` or `dec` when that value is not finite or out of range.
    public init(ra: Double, dec: Double) throws(SkyError) {
        guard ra >= 0, ra <= 360 else {
            throw SkyError(
                field: "ra", value: "\(ra)", reason: "not between 0 and 360 degrees", fault: .range)
        }
        guard dec >= -90, dec <= 90 else {
            throw SkyError(
                field: "dec", value: "\(dec)", reason: "not between -90 and 90 degrees", fault: .range)
        }
        self.ra = ra == 360 ? 0 : ra
        self.dec = dec
    }

    /// Takes degrees as they come out of arithmetic: a right ascension from −180 up to, not including, 540 is folded to
    /// 0 ≤ ra < 360.
    ///
    /// - Throws: `SkyError` naming `ra` or `dec` when that value is not finite or out of range.
    public init(folding ra: Double, dec: Double) throws(SkyError) {
        guard ra >= -180, ra < 540 else {
            throw SkyError(
                field: "ra", value: "\(ra)", reason: "not between -180 and 540 degrees", fault: .range)
        }
        // A hair below 0 becomes 360 itself, which is 0.
        try self.init(ra: ra < 0 ? ra + 360 : ra > 360 ? ra - 360 : ra, dec: dec)
    }

    /// Longitude for GeoJSON in degrees, ra − 180: MongoDB wants −180…180, and every stored document and
    /// every query agrees on this shift.
    public var geojsonLongitude: Double { ra - 180 }
}
