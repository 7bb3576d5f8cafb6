import Foundation
import Sky

/// Random numbers that are the same in every run (SplitMix64, Steele, Lea and Flood 2014), so that a failure can be
/// repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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
