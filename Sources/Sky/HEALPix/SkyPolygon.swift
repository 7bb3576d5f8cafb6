internal import Glibc

/// A polygon on the sky, convex or not, whose sides are arcs of great circles. It must fit into half of the sky; its
/// inside is the part that does not reach around.
public struct SkyPolygon: Sendable {
    /// The most vertices, so that a search stays short.
    public static let maximumVertices = 4096

    private let vertices: [SIMD3<Double>]
    /// The direction around which the polygon lies.
    private let middle: SIMD3<Double>
    /// The vertices in the plane that touches the sphere there, where arcs of great circles are straight lines.
    private let projected: [SIMD2<Double>]
    /// What spans that plane.
    private let axes: (SIMD3<Double>, SIMD3<Double>)

    /// - Parameter corners: in either direction; the first may be repeated at the end.
    /// - Throws: `SkyError` naming `polygon` where there are fewer than three different corners or too many, or where
    ///   they are spread over half of the sky.
    public init(_ corners: [Coordinates]) throws(SkyError) {
        func fault(_ reason: String) -> SkyError {
            SkyError(field: "polygon", value: "of \(corners.count) corners", reason: reason)
        }
        var distinct: [Coordinates] = []
        for corner in corners where distinct.last != corner { distinct.append(corner) }
        if distinct.count > 1, distinct.first == distinct.last { distinct.removeLast() }
        guard (3...Self.maximumVertices).contains(distinct.count) else {
            throw fault("not between 3 and \(Self.maximumVertices) corners")
        }
        vertices = distinct.map { SIMD3(UnitVector($0)) }
        let sum = vertices.reduce(.zero, +)
        let length = sum.dot(sum).squareRoot()
        guard length > 1e-9 else { throw fault("spread over half of the sky") }
        let middle = sum / length
        // A little less than a right angle: farther out the plane has no room.
        guard vertices.allSatisfy({ $0.dot(middle) > 1e-3 }) else {
            throw fault("spread over half of the sky")
        }
        self.middle = middle
        let seed: SIMD3<Double> = abs(middle.z) < 0.9 ? [0, 0, 1] : [1, 0, 0]
        let across = seed.cross(middle)
        let first = across / across.dot(across).squareRoot()
        let second = middle.cross(first)
        axes = (first, second)
        projected = vertices.map { SIMD2($0.dot(first), $0.dot(second)) / $0.dot(middle) }
    }

    /// Whether a position lies inside.
    public func contains(_ position: Coordinates) -> Bool { contains(UnitVector(position)) }

    /// Whether a direction points inside: it does where a line to the right crosses the sides an odd number of times.
    func contains(_ direction: UnitVector) -> Bool {
        let direction = SIMD3(direction)
        let depth = direction.dot(middle)
        guard depth > 1e-9 else { return false }
        let point = SIMD2(direction.dot(axes.0), direction.dot(axes.1)) / depth
        var isInside = false
        var previous = projected[projected.count - 1]
        for next in projected {
            if (next.y > point.y) != (previous.y > point.y),
                point.x < previous.x + (point.y - previous.y) / (next.y - previous.y) * (next.x - previous.x)
            {
                isInside.toggle()
            }
            previous = next
        }
        return isInside
    }

    /// Whether a side comes closer to a direction than an angle in radians.
    private func hasSide(within angle: Double, of direction: SIMD3<Double>) -> Bool {
        // Chords, as everywhere, because cosines cannot tell small angles apart.
        let limit = angle < .pi ? 4 * sin(angle / 2) * sin(angle / 2) : 4
        let sine = angle < .pi / 2 ? sin(angle) : 1
        var previous = vertices[vertices.count - 1]
        for next in vertices {
            let away = direction - next
            if away.dot(away) <= limit { return true }
            let normal = previous.cross(next)
            let height = normal.dot(direction)
            if height * height <= sine * sine * normal.dot(normal),
                normal.cross(previous).dot(direction) >= 0, next.cross(normal).dot(direction) >= 0
            {
                return true
            }
            previous = next
        }
        return false
    }
}

extension SkyPolygon: PixelArea {
    func coverage(around center: UnitVector, order: Int) -> PixelCoverage {
        if hasSide(within: HEALPix.radii[order], of: SIMD3(center)) { return .partial }
        return contains(center) ? .inside : .outside
    }
}

extension HEALPix {
    /// The pixels of a polygon as ranges that ascend and do not touch.
    public func ranges(in polygon: SkyPolygon, _ inclusion: Inclusion = .centers) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        forEachRange(in: polygon, inclusion) { ranges.append($0) }
        return ranges
    }
}

extension SIMD3<Double> {
    fileprivate init(_ direction: UnitVector) { self.init(direction.x, direction.y, direction.z) }

    fileprivate func dot(_ other: Self) -> Double { (self * other).sum() }

    fileprivate func cross(_ other: Self) -> Self {
        SIMD3(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
