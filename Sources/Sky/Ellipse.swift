internal import Glibc

/// An ellipse on the sky, as galaxies are described: what the plane that touches the sphere at its centre has as an
/// ellipse (the gnomonic projection). With an axis ratio of 1 it is a circle of the semi-major axis's angle.
///
/// The same set as `q3c_in_ellipse` of Q3C (Koposov and Bartunov 2006) has, whose quadratic form it is, written in the
/// components along the axes so that nothing cancels for small ellipses.
public struct Ellipse: Equatable, Sendable {
    /// Where it lies.
    public let center: Coordinates

    /// Half of its length, in degrees, 0…90.
    public let semiMajorAxis: Double

    /// The minor axis in parts of the major one, 0…1.
    public let axisRatio: Double

    /// Where the major axis points, in degrees from north over east, at the centre.
    public let positionAngle: Double

    /// Towards the centre, and at right angles to it along the major and the minor axis.
    private let axes: (toCenter: UnitVector, major: UnitVector, minor: UnitVector)

    /// The squares of the minor semi-axis on the plane and of the axis ratio.
    private let squares: (minor: Double, ratio: Double)

    /// - Throws: `SkyError` naming `semi-major axis`, `axis ratio` or `position angle` when that value is not finite or
    ///   out of range.
    public init(
        center: Coordinates, semiMajorAxis: Double, axisRatio: Double, positionAngle: Double
    ) throws(SkyError) {
        guard semiMajorAxis >= 0, semiMajorAxis <= 90 else {
            throw SkyError(
                field: "semi-major axis", value: "\(semiMajorAxis)", reason: "not between 0 and 90 degrees",
                fault: .range)
        }
        guard axisRatio >= 0, axisRatio <= 1 else {
            throw SkyError(
                field: "axis ratio", value: "\(axisRatio)", reason: "not between 0 and 1", fault: .range)
        }
        guard positionAngle.isFinite else {
            throw SkyError(
                field: "position angle", value: "\(positionAngle)", reason: "not a finite number of degrees",
                fault: .range)
        }
        self.center = center
        self.semiMajorAxis = semiMajorAxis
        self.axisRatio = axisRatio
        self.positionAngle = positionAngle
        let (ra, dec) = (center.ra * radiansPerDegree, center.dec * radiansPerDegree)
        let (sinRa, cosRa, sinDec, cosDec) = (sin(ra), cos(ra), sin(dec), cos(dec))
        let angle = positionAngle * radiansPerDegree
        let (toEast, toNorth) = (sin(angle), cos(angle))
        /// So far to the east and so far to the north of the centre, as a direction.
        func direction(east: Double, north: Double) -> UnitVector {
            UnitVector(
                x: -east * sinRa - north * sinDec * cosRa, y: east * cosRa - north * sinDec * sinRa,
                z: north * cosDec)
        }
        axes = (
            UnitVector(center), direction(east: toEast, north: toNorth),
            direction(east: toNorth, north: -toEast)
        )
        let minor = axisRatio * tan(semiMajorAxis * radiansPerDegree)
        squares = (minor * minor, axisRatio * axisRatio)
    }

    /// Whether a position lies inside; one on the edge does not, and none on the far half of the sky.
    public func contains(_ position: Coordinates) -> Bool {
        let direction = UnitVector(position)
        let depth = direction.dot(axes.toCenter)
        guard depth > 0 else { return false }
        let along = direction.dot(axes.major)
        let across = direction.dot(axes.minor)
        return across * across + squares.ratio * along * along < squares.minor * depth * depth
    }

    /// Whether both are the same ellipse.
    public static func == (one: Ellipse, other: Ellipse) -> Bool {
        one.center == other.center && one.semiMajorAxis == other.semiMajorAxis
            && one.axisRatio == other.axisRatio && one.positionAngle == other.positionAngle
    }
}
