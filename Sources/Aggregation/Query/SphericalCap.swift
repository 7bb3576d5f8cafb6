import Foundation

/// A point on the unit sphere, or a direction in space.
struct Direction: Sendable, Equatable {
    var x, y, z: Double

    init(_ x: Double, _ y: Double, _ z: Double) { (self.x, self.y, self.z) = (x, y, z) }

    /// - Returns: nil where the coordinates, in degrees, are none of a place on the sphere.
    init?(longitude: Double, latitude: Double) {
        guard (-180...180).contains(longitude), (-90...90).contains(latitude) else { return nil }
        let (theta, phi) = ((Double.pi / 180) * longitude, (Double.pi / 180) * latitude)
        self.init(cos(theta) * cos(phi), sin(theta) * cos(phi), sin(phi))
    }

    func dot(_ other: Direction) -> Double { x * other.x + y * other.y + z * other.z }

    func cross(_ other: Direction) -> Direction {
        Direction(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    /// The square of the straight distance to another point.
    func squaredDistance(to other: Direction) -> Double {
        let difference = Direction(x - other.x, y - other.y, z - other.z)
        return difference.dot(difference)
    }

    /// The direction with a length of one.
    var normalized: Direction {
        let length = dot(self).squareRoot()
        return Direction(x / length, y / length, z / length)
    }
}

/// A circle on the sphere: `$centerSphere`.
///
/// As in MongoDB a point counts as the smallest cell of Google's S2 library that holds it, about a centimetre on
/// Earth, and lies within where its cell touches the circle.
struct SphericalCap: Sendable {
    private let axis: Direction
    /// How high the cap rises above its plane, as part of the sphere's radius.
    private let height: Double

    /// - Parameter radians: not negative.
    init(around center: Direction, radius radians: Double) {
        axis = center
        let half = sin(0.5 * min(radians, .pi))
        height = radians >= .pi ? 2 : 2 * half * half
    }

    /// Whether a point lies within.
    func contains(_ point: Direction) -> Bool {
        let distance = axis.squaredDistance(to: point)
        // A cell is smaller than 2e-9 radians; only close to the border it matters.
        if distance > 2 * height + 1e-8 { return false }
        if distance < 2 * height - 1e-8 { return true }
        return touches(SmallestCell(around: point))
    }

    private func isInside(_ point: Direction) -> Bool { axis.squaredDistance(to: point) <= 2 * height }

    private func touches(_ cell: SmallestCell) -> Bool {
        let corners = cell.corners
        if corners.contains(where: isInside) { return true }
        if height >= 1 { return false }
        if cell.contains(axis) { return true }
        let squaredSine = height * (2 - height)
        for (index, edge) in cell.edges.enumerated() {
            let dot = axis.dot(edge)
            if dot > 0 { continue }
            // The whole cap lies beyond this edge.
            if dot * dot > squaredSine * edge.dot(edge) { return false }
            let direction = edge.cross(axis)
            if direction.dot(corners[index]) < 0, direction.dot(corners[(index + 1) % 4]) > 0 { return true }
        }
        return false
    }
}
