import Foundation
import Sky
import TestSupport
import Testing

@Suite struct EllipseTests {
    private func ellipse(
        _ ra: Double, _ dec: Double, _ semiMajorAxis: Double, _ axisRatio: Double, _ positionAngle: Double
    ) throws -> Ellipse {
        try Ellipse(
            center: try Coordinates(ra: ra, dec: dec), semiMajorAxis: semiMajorAxis, axisRatio: axisRatio,
            positionAngle: positionAngle)
    }

    /// Kowalski's check values.
    @Test func fiveArcminutesAreACircle() throws {
        let point = try Coordinates(ra: 10, dec: 0)
        #expect(try ellipse(10, 0.05, 300.0 / 3600, 1, 0).contains(point))
        #expect(try !ellipse(10, 0.09, 300.0 / 3600, 1, 0).contains(point))
    }

    @Test func equalAxesAreASeparation() throws {
        var generator = SplitMix(state: 11)
        for _ in 0..<5000 {
            let center = randomPosition(using: &generator)
            let position = randomPosition(using: &generator)
            let separation = center.separation(from: position)
            let radius = min(separation * Double.random(in: 0.5...1.5, using: &generator), 90)
            let circle = try Ellipse(
                center: center, semiMajorAxis: radius, axisRatio: 1,
                positionAngle: .random(in: 0..<360, using: &generator))
            #expect(circle.contains(position) == (separation < radius))
        }
    }

    /// Along the axes by declination and, on the equator, by right ascension.
    @Test(arguments: [(0.0, 0.0), (90, 0.9), (180, 0), (-90, 0.9)])
    func positionAngleIsFromNorthOverEast(angle: Double, isAcross: Double) throws {
        let long = try ellipse(50, 0, 1, 0.5, angle)
        let (east, north) = isAcross > 0 ? (0.99, 0.49) : (0.49, 0.99)
        #expect(long.contains(try Coordinates(ra: 50 + east, dec: 0)))
        #expect(long.contains(try Coordinates(ra: 50, dec: north)))
        #expect(try !long.contains(Coordinates(ra: 50 + east + 0.02, dec: 0)))
        #expect(try !long.contains(Coordinates(ra: 50, dec: -north - 0.02)))
    }

    @Test func diagonalsAreToldApart() throws {
        let northEast = try ellipse(0, 0, 1, 0.2, 45)
        #expect(northEast.contains(try Coordinates(ra: 0.6, dec: 0.6)))
        #expect(northEast.contains(try Coordinates(ra: 359.4, dec: -0.6)))
        #expect(!northEast.contains(try Coordinates(ra: 359.4, dec: 0.6)))
    }

    @Test func farSideIsOutside() throws {
        #expect(try !ellipse(10, 20, 80, 0.9, 30).contains(Coordinates(ra: 190, dec: -20)))
        #expect(try !ellipse(10, 20, 90, 1, 0).contains(Coordinates(ra: 190, dec: -20)))
        #expect(try ellipse(10, 20, 90, 1, 0).contains(Coordinates(ra: 10, dec: -60)))
    }

    @Test func nothingIsInAnEllipseWithoutWidth() throws {
        let center = try Coordinates(ra: 1, dec: 1)
        #expect(try !ellipse(1, 1, 0, 1, 0).contains(center))
        #expect(try !ellipse(1, 1, 1, 0, 0).contains(center))
    }

    @Test(
        arguments: [
            (-1, 0.5, 0, "semi-major axis"), (.nan, 0.5, 0, "semi-major axis"),
            (91, 0.5, 0, "semi-major axis"),
            (1, -0.1, 0, "axis ratio"), (1, 1.1, 0, "axis ratio"), (1, .nan, 0, "axis ratio"),
            (1, 0.5, .infinity, "position angle"), (1, 0.5, .nan, "position angle"),
        ] as [(Double, Double, Double, String)])
    func otherShapesAreRefused(axis: Double, ratio: Double, angle: Double, field: String) throws {
        let error = #expect(throws: SkyError.self) { try ellipse(1, 2, axis, ratio, angle) }
        #expect(error?.field == field)
    }
}
