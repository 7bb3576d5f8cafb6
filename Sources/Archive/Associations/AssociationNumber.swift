public import Sky

/// The number that a position on the sky has, of which ALeRCE's names of objects are made.
///
/// Nineteen decimal digits: 1, then hours, minutes, seconds and hundredths of a second of right ascension, 1 north of
/// the equator or on it and 0 south of it, then degrees, minutes, seconds and tenths of a second of declination, and two
/// spare digits. Everything is cut off and not rounded, in just this order of operations, so that the digits are those
/// that ALeRCE's `sorting_hat_step` gives in the same double precision.
public struct AssociationNumber: Hashable, Sendable {
    /// 10¹⁸ … 1.25 × 10¹⁸.
    public let value: Int64

    /// How many objects may share the digits of their position.
    public static let duplicates = 100

    /// The number of a position.
    public init(_ coordinates: Coordinates) {
        value = Self.digits(ra: coordinates.ra, dec: coordinates.dec)
    }

    /// The number of a position as it comes: a right ascension below 0 gets 360 degrees more, one above 360 as many less,
    /// and 360 itself is the 24th hour.
    /// - Returns: nil for a right ascension outside of −360…720 and for a declination outside of −90…90 degrees.
    public init?(ra: Double, dec: Double) {
        guard ra >= -360, ra <= 720, dec >= -90, dec <= 90 else { return nil }
        value = Self.digits(ra: ra < 0 ? ra + 360 : ra > 360 ? ra - 360 : ra, dec: dec)
    }

    /// - Parameters:
    ///   - ra: 0…360 degrees.
    ///   - dec: −90…90 degrees.
    private static func digits(ra: Double, dec: Double) -> Int64 {
        let hours = Int64(ra / 15)
        let minutes = Int64((ra / 15 - Double(hours)) * 60)
        let seconds = Int64(((ra / 15 - Double(hours)) * 60 - Double(minutes)) * 60)
        let hundredths = Int64(
            (((ra / 15 - Double(hours)) * 60 - Double(minutes)) * 60 - Double(seconds)) * 100)
        let height = abs(dec)
        let degrees = Int64(height)
        let arcminutes = Int64((height - Double(degrees)) * 60)
        let arcseconds = Int64(((height - Double(degrees)) * 60 - Double(arcminutes)) * 60)
        let tenths = Int64(
            (((height - Double(degrees)) * 60 - Double(arcminutes)) * 60 - Double(arcseconds)) * 10)
        let right =
            hours * 10_000_000_000_000_000 + minutes * 100_000_000_000_000 + seconds * 1_000_000_000_000
            + hundredths * 10_000_000_000
        let north: Int64 = dec >= 0 ? 1_000_000_000 : 0
        let up = degrees * 10_000_000 + arcminutes * 100_000 + arcseconds * 1000 + tenths * 100
        return 1_000_000_000_000_000_000 + right + north + up
    }

    /// The name: "AL", the last two digits of a year, and the number to the base of 26 in the letters a to z.
    /// - Parameters:
    ///   - year: of the Gregorian calendar.
    ///   - duplicate: 0…99, which of the objects that share these digits; it takes the place of the spare ones.
    public func name(year: Int, duplicate: Int = 0) -> String {
        var rest = value + Int64(min(max(duplicate, 0), Self.duplicates - 1))
        var letters: [UInt8] = []
        while rest > 0 {
            letters.append(UInt8(ascii: "a") + UInt8(truncatingIfNeeded: rest % 26))
            rest /= 26
        }
        let short = (year % 100 + 100) % 100
        return "AL\(short < 10 ? "0" : "")\(short)"
            + String(decoding: letters.reversed(), as: UTF8.self)
    }
}
