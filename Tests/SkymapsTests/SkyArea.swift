import Foundation
import Sky
import TestSupport

extension SplitMix {
    /// A place, evenly on the sphere.
    mutating func place() throws -> Coordinates {
        let z = Double.random(in: -1...1, using: &self)
        return try Coordinates(ra: Double.random(in: 0..<360, using: &self), dec: asin(z) * 180 / .pi)
    }
}

/// Areas on the sphere in steradians.
enum SkyArea {
    /// Of polygons with holes: lines are counter-clockwise outside and clockwise inside.
    static func of(_ polygons: [[[Coordinates]]]) -> Double {
        polygons.reduce(0) { $0 + $1.reduce(0) { $0 + signed($1) } }
    }

    /// Of a closed line whose sides are arcs of great circles: of triangles from its first corner, by the formula of van
    /// Oosterom and Strackee (1983).
    static func signed(_ line: [Coordinates]) -> Double {
        let corners = line.map { UnitVector($0) }.map { SIMD3($0.x, $0.y, $0.z) }
        guard let first = corners.first else { return 0 }
        return zip(corners.dropFirst(), corners.dropFirst(2)).reduce(0) { sum, side in
            let (a, b) = side
            let cross = SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
            return sum + 2
                * atan2(
                    (first * cross).sum(), 1 + (first * a).sum() + (a * b).sum() + (b * first).sum())
        }
    }
}
