/// The smallest cell of Google's S2 library that holds a point: the sphere is projected on the six faces of a cube, and
/// each face is divided into 2^30 times 2^30 cells, with a quadratic transformation that makes them about equal.
struct SmallestCell {
    /// 0, 1, 2 for the faces towards positive x, y, z and 3, 4, 5 for those opposite.
    private let face: Int
    /// The borders on the face, from -1 to 1.
    private let u: ClosedRange<Double>
    private let v: ClosedRange<Double>

    init(around point: Direction) {
        let (x, y, z) = (abs(point.x), abs(point.y), abs(point.z))
        let axis = x > y ? (x > z ? 0 : 2) : (y > z ? 1 : 2)
        let component = axis == 0 ? point.x : axis == 1 ? point.y : point.z
        face = component < 0 ? axis + 3 : axis
        let (pointU, pointV) = Self.projection(of: point, on: face)
        u = Self.borders(around: pointU)
        v = Self.borders(around: pointV)
    }

    private static func projection(of point: Direction, on face: Int) -> (u: Double, v: Double) {
        switch face {
        case 0: (point.y / point.x, point.z / point.x)
        case 1: (-point.x / point.y, point.z / point.y)
        case 2: (-point.x / point.z, -point.y / point.z)
        case 3: (point.z / point.x, point.y / point.x)
        case 4: (point.z / point.y, -point.x / point.y)
        default: (-point.y / point.z, -point.x / point.z)
        }
    }

    private static func borders(around coordinate: Double) -> ClosedRange<Double> {
        let part =
            coordinate >= 0
            ? 0.5 * (1 + 3 * coordinate).squareRoot() : 1 - 0.5 * (1 - 3 * coordinate).squareRoot()
        let index = min(max((part * 0x1p30 - 0.5).rounded(.toNearestOrEven), 0), 0x1p30 - 1)
        return coordinateOnFace(index * 0x1p-30)...coordinateOnFace((index + 1) * 0x1p-30)
    }

    private static func coordinateOnFace(_ part: Double) -> Double {
        part >= 0.5 ? (1 / 3.0) * (4 * part * part - 1) : (1 / 3.0) * (1 - 4 * (1 - part) * (1 - part))
    }

    /// The corners, counterclockwise from the one with the least coordinates.
    var corners: [Direction] {
        [
            (u.lowerBound, v.lowerBound), (u.upperBound, v.lowerBound), (u.upperBound, v.upperBound),
            (u.lowerBound, v.upperBound),
        ].map { onSphere($0.0, $0.1).normalized }
    }

    private func onSphere(_ u: Double, _ v: Double) -> Direction {
        switch face {
        case 0: Direction(1, u, v)
        case 1: Direction(-u, 1, v)
        case 2: Direction(-u, -v, 1)
        case 3: Direction(-1, -v, -u)
        case 4: Direction(v, -1, -u)
        default: Direction(v, u, -1)
        }
    }

    /// The inward normals of the edges, each from the corner of its number to the next.
    var edges: [Direction] {
        let (south, north) = (normal(ofV: v.lowerBound), normal(ofV: v.upperBound))
        let (west, east) = (normal(ofU: u.lowerBound), normal(ofU: u.upperBound))
        return [
            south, east, Direction(-north.x, -north.y, -north.z), Direction(-west.x, -west.y, -west.z),
        ]
    }

    private func normal(ofU u: Double) -> Direction {
        switch face {
        case 0: Direction(u, -1, 0)
        case 1: Direction(1, u, 0)
        case 2: Direction(1, 0, u)
        case 3: Direction(-u, 0, 1)
        case 4: Direction(0, -u, 1)
        default: Direction(0, -1, -u)
        }
    }

    private func normal(ofV v: Double) -> Direction {
        switch face {
        case 0: Direction(-v, 0, 1)
        case 1: Direction(0, -v, 1)
        case 2: Direction(0, -1, -v)
        case 3: Direction(v, -1, 0)
        case 4: Direction(1, v, 0)
        default: Direction(1, 0, v)
        }
    }

    /// Whether a point lies in the cell.
    func contains(_ point: Direction) -> Bool {
        let component = [point.x, point.y, point.z][face % 3]
        guard face < 3 ? component > 0 : component < 0 else { return false }
        let (pointU, pointV) = Self.projection(of: point, on: face)
        return u.contains(pointU) && v.contains(pointV)
    }
}
