internal import Glibc

/// Degrees to radians.
let radiansPerDegree = Double.pi / 180

/// A direction as Cartesian components of length 1.
public struct UnitVector: Equatable, Sendable {
    /// Towards ra 0, dec 0 in the equatorial system; the first axis of others.
    public let x: Double

    /// Towards ra 90°, dec 0 in the equatorial system; the second axis of others.
    public let y: Double

    /// Towards the pole.
    public let z: Double

    /// Takes components that the caller knows to have length 1.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The equatorial direction of a position.
    public init(_ coordinates: Coordinates) {
        let ra = coordinates.ra * radiansPerDegree
        let dec = coordinates.dec * radiansPerDegree
        let cosDec = cos(dec)
        self.init(x: cos(ra) * cosDec, y: sin(ra) * cosDec, z: sin(dec))
    }

    /// The cosine of the angle to another direction.
    func dot(_ other: UnitVector) -> Double { x * other.x + y * other.y + z * other.z }

    /// The squared distance of the ends of two directions: exact for small angles, which cosines cannot tell apart.
    public func squaredChord(to other: UnitVector) -> Double {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        return dx * dx + dy * dy + dz * dz
    }

    /// The squared distance of the ends of two directions at an angle in radians, 0…π.
    public static func squaredChord(of angle: Double) -> Double {
        let half = sin(angle / 2)
        return 4 * half * half
    }

    /// The cosine of an angle in radians.
    public static func cosine(_ angle: Double) -> Double { cos(angle) }

    /// The angle in radians whose squared chord is this.
    public static func angle(ofSquaredChord chord: Double) -> Double {
        2 * asin(min(1, chord.squareRoot() / 2))
    }

    /// Longitude in degrees, −180 ≤ longitude ≤ 180.
    var longitude: Double { atan2(y, x) / radiansPerDegree }

    /// Latitude in degrees. The two-argument form keeps its precision at the poles, where arcsine loses it.
    var latitude: Double { atan2(z, (x * x + y * y).squareRoot()) / radiansPerDegree }

    /// The same direction in the galactic system; the matrix has nine decimals because that is what every
    /// stored `coordinates.l` and `coordinates.b` was computed with.
    var galactic: UnitVector {
        UnitVector(
            x: -0.054875539 * x - 0.873437105 * y - 0.483834992 * z,
            y: 0.494109454 * x - 0.444829594 * y + 0.746982249 * z,
            z: -0.867666136 * x - 0.198076390 * y + 0.455983795 * z)
    }

    /// The same direction against the mean ecliptic of J2000.
    var ecliptic: UnitVector {
        UnitVector(
            x: x,
            y: y * cosObliquity + z * sinObliquity,
            z: z * cosObliquity - y * sinObliquity)
    }
}

/// Mean obliquity of the ecliptic at J2000 in degrees (84381.448″, IAU 1976, to six decimals).
private let obliquity = 23.439291

/// Cosine and sine of the obliquity, named so that they are computed once and not per alert.
private let cosObliquity = cos(obliquity * radiansPerDegree)
private let sinObliquity = sin(obliquity * radiansPerDegree)
