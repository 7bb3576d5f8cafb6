internal import Glibc

/// A point of the sphere as HEALPix needs it: z, its distance from the axis, and the angle around it. The distance is
/// kept besides z because near the poles z alone does not tell it well enough.
struct SphericalPoint {
    /// Sine of the declination.
    let z: Double
    /// Cosine of the declination.
    let axisDistance: Double
    /// Right ascension in quarters of a turn, 0 ≤ quarters < 4.
    let quarters: Double

    init(_ coordinates: Coordinates) {
        z = sin(coordinates.dec * radiansPerDegree)
        axisDistance = abs(cos(coordinates.dec * radiansPerDegree))
        quarters = coordinates.ra / 90
    }

    init(_ direction: UnitVector) {
        z = direction.z
        axisDistance = (direction.x * direction.x + direction.y * direction.y).squareRoot()
        let angle = atan2(direction.y, direction.x) * (2 / Double.pi)
        let folded = angle < 0 ? angle + 4 : angle
        quarters = folded < 4 ? folded : 0
    }

    /// The point of a base pixel. Rows of constant z are counted from the north pole in base pixels: up to 1 and from 3
    /// on a row is a circle around the pole, in between z falls with the rows (Górski et al. 2005, section 5.3).
    init(_ point: FacePoint) {
        let row = Double(2 + point.face / 4) - point.x - point.y
        /// Width of the row's part in a base pixel, 1 outside of the polar caps.
        let width: Double
        if row < 1 || row > 3 {
            width = row < 1 ? row : 4 - row
            let height = width * width / 3
            z = row < 1 ? 1 - height : height - 1
            axisDistance = (height * (2 - height)).squareRoot()
        } else {
            width = 1
            z = (2 - row) * (2.0 / 3)
            axisDistance = (1 - z * z).squareRoot()
        }
        // Half quarters: the base pixels of the equator lie at 0, 2, 4, 6 of them, the others between.
        let middle = Double(point.face & 3) * 2 + (point.face / 4 == 1 ? 0 : 1)
        guard width > 0 else {
            quarters = middle / 2
            return
        }
        let folded = (middle + (point.x - point.y) / width) / 2
        quarters = folded < 0 ? folded + 4 : folded < 4 ? folded : folded - 4
    }

    /// As a position.
    var coordinates: Coordinates {
        let ra = quarters * 90
        return Coordinates(knownRa: ra < 360 ? ra : 0, dec: atan2(z, axisDistance) / radiansPerDegree)
    }

    /// As a direction.
    var direction: UnitVector {
        let angle = quarters * (Double.pi / 2)
        return UnitVector(x: axisDistance * cos(angle), y: axisDistance * sin(angle), z: z)
    }
}

/// A point of a base pixel.
struct FacePoint {
    /// The base pixel, 0…11.
    let face: Int
    /// From the south-western side, 0…1.
    let x: Double
    /// From the south-eastern side, 0…1.
    let y: Double

    init(face: Int, x: Double, y: Double) {
        self.face = face
        self.x = x
        self.y = y
    }

    /// The base pixel that a point lies in, and where.
    init(_ point: SphericalPoint) {
        guard abs(point.z) > 2.0 / 3 else {
            // Lines of constant x rise to the west, those of constant y to the east.
            let rising = point.quarters + 0.5 + 0.75 * point.z
            let falling = point.quarters + 0.5 - 0.75 * point.z
            let (risingWhole, fallingWhole) = (rising.rounded(.down), falling.rounded(.down))
            let (column, other) = (Int(risingWhole), Int(fallingWhole))
            face = column == other ? 4 + column & 3 : column > other ? other & 3 : 8 + column & 3
            x = rising - risingWhole
            y = 1 - (falling - fallingWhole)
            return
        }
        let quarter = min(Int(point.quarters), 3)
        let along = point.quarters - Double(quarter)
        // √(3(1 − |z|)), written with what does not cancel.
        let width = point.axisDistance * (3 / (1 + abs(point.z))).squareRoot()
        let east = min(along * width, 1)
        let west = min((1 - along) * width, 1)
        face = point.z > 0 ? quarter : 8 + quarter
        x = point.z > 0 ? 1 - west : east
        y = point.z > 0 ? 1 - east : west
    }
}

extension Coordinates {
    /// Takes degrees that are known to be in range.
    init(knownRa ra: Double, dec: Double) {
        self.ra = ra
        self.dec = dec
    }
}
