import Foundation
import TestSupport
import Testing

@testable import Sky

@Suite struct CoordinatesTests {
    @Test(arguments: [-1e-9, 360.000001, .nan, .infinity, -.infinity, -.greatestFiniteMagnitude])
    func rightAscensionOutOfRangeIsRefusedByName(ra: Double) {
        let error = #expect(throws: SkyError.self) { try Coordinates(ra: ra, dec: 0) }
        #expect(error?.field == "ra")
        #expect(error?.value == "\(ra)")
    }

    @Test(arguments: [-90.000001, 90.000001, .nan, .infinity, -.infinity])
    func declinationOutOfRangeIsRefusedByName(dec: Double) {
        let error = #expect(throws: SkyError.self) { try Coordinates(ra: 0, dec: dec) }
        #expect(error?.field == "dec")
        #expect(error?.value == "\(dec)")
    }

    @Test func rangeEndsAreAcceptedAndFullCircleIsZero() throws {
        #expect(try Coordinates(ra: 360, dec: 90).ra == 0)
        #expect(try Coordinates(ra: 0, dec: -90).dec == -90)
        #expect(try Coordinates(ra: 360.0.nextDown, dec: 0).ra == 360.0.nextDown)
    }

    @Test func derivedCoordinatesMatchKowalski() throws {
        // A position and what Kowalski 3.0.0 computes for it.
        let derived = DerivedCoordinates(try Coordinates(ra: 71.6577756, dec: -10.2263957))
        #expect(derived.raText == "04:46:37.8661")
        #expect(derived.decText == "-10:13:35.025")
        #expect(derived.geojsonLongitude == 71.6577756 - 180)
        #expect(abs(derived.galacticLongitude - -152.123435405) < 1e-8)
        #expect(abs(derived.galacticLatitude - -32.322930573) < 1e-8)
        #expect(abs(derived.eclipticLongitude - 68.505266043) < 1e-8)
        #expect(abs(derived.eclipticLatitude - -32.307134688) < 1e-8)
    }

    @Test func galacticPoleAndCentreAreWhereTheyAreDefined() throws {
        // Hipparcos catalogue, ESA SP-1200, section 1.5.3.
        let pole = DerivedCoordinates(try Coordinates(ra: 192.85948, dec: 27.12825))
        #expect(abs(pole.galacticLatitude - 90) < 1e-4)
        let centre = DerivedCoordinates(try Coordinates(ra: 266.40499625, dec: -28.93617242))
        #expect(abs(centre.galacticLongitude) < 1e-4)
        #expect(abs(centre.galacticLatitude) < 1e-4)
    }

    @Test func eclipticOfPolluxMatchesMeeus() throws {
        // Meeus, Astronomical Algorithms, example 13.a (obliquity 23.4392911°).
        let derived = DerivedCoordinates(try Coordinates(ra: 116.328942, dec: 28.026183))
        #expect(abs(derived.eclipticLongitude - 113.215630) < 1e-6)
        #expect(abs(derived.eclipticLatitude - 6.684170) < 1e-6)
    }

    @Test func eclipticLongitudeStaysBelow360() {
        #expect(foldedTo360(-1e-20) == 0)
        #expect(foldedTo360(-0.25) == 359.75)
        #expect(foldedTo360(180) == 180)
    }

    @Test func rotationsKeepLengthAndAngles() throws {
        var generator = SplitMix(state: 1)
        for _ in 0..<20_000 {
            let (one, other) = (randomPosition(using: &generator), randomPosition(using: &generator))
            let (first, second) = (UnitVector(one), UnitVector(other))
            #expect(abs(product(first, first) - 1) < 1e-15)
            // The galactic matrix has nine decimals, so it is orthonormal to about that.
            #expect(abs(product(first.galactic, second.galactic) - product(first, second)) < 4e-9)
            #expect(abs(product(first.ecliptic, second.ecliptic) - product(first, second)) < 1e-15)
            #expect(abs(product(first, second) - cos(one.separation(from: other) * .pi / 180)) < 1e-14)
        }
    }

    @Test func directionTellsItsPosition() throws {
        var generator = SplitMix(state: 2)
        for _ in 0..<20_000 {
            let position = randomPosition(using: &generator)
            let direction = UnitVector(position)
            #expect(abs(direction.latitude - position.dec) < 1e-12)
            // Near a pole a longitude means less.
            let difference = (foldedTo360(direction.longitude) - position.ra) * cos(position.dec * .pi / 180)
            #expect(abs(difference) < 1e-12)
        }
    }

    @Test func derivedCoordinatesAreFiniteAtThePoles() throws {
        for dec in [-90.0, 90.0] {
            for ra in [0.0, 90, 180, 270, 359.999] {
                let derived = DerivedCoordinates(try Coordinates(ra: ra, dec: dec))
                // The celestial pole stands 90° − 23.439291° above the ecliptic, at longitude 90°.
                #expect(abs(derived.eclipticLatitude - (dec < 0 ? -66.560709 : 66.560709)) < 1e-9)
                #expect(abs(derived.eclipticLongitude - (dec < 0 ? 270 : 90)) < 1e-9)
                #expect(abs(derived.galacticLatitude - (dec < 0 ? -27.12825 : 27.12825)) < 1e-4)
            }
        }
    }
}

@Suite struct SeparationTests {
    @Test func arcturusToSpicaMatchesMeeus() throws {
        // Meeus, Astronomical Algorithms, example 17.a.
        let arcturus = try Coordinates(ra: 213.9154, dec: 19.1825)
        let spica = try Coordinates(ra: 201.2983, dec: -11.1614)
        #expect(abs(arcturus.separation(from: spica) - 32.7930) < 5e-5)
    }

    @Test func smallAndLargeAnglesKeepTheirPrecision() throws {
        let equator = try Coordinates(ra: 10, dec: 0)
        let north = try Coordinates(ra: 10, dec: 1e-10)
        #expect(abs(equator.separation(from: north) - 1e-10) < 1e-20)
        let opposite = try Coordinates(ra: 190, dec: 0)
        #expect(equator.separation(from: opposite) == 180)
        #expect(equator.separation(from: equator) == 0)
    }

    @Test func poleIsAsFarAsDeclinationSays() throws {
        var generator = SplitMix(state: 3)
        let pole = try Coordinates(ra: 77, dec: 90)
        for _ in 0..<5_000 {
            let position = randomPosition(using: &generator)
            #expect(abs(pole.separation(from: position) - (90 - position.dec)) < 1e-12)
        }
    }

    @Test func zeroMeridianIsNoBorder() throws {
        let east = try Coordinates(ra: 0.1, dec: 0)
        let west = try Coordinates(ra: 359.9, dec: 0)
        #expect(abs(east.separation(from: west) - 0.2) < 1e-12)
        #expect(abs(west.separation(from: east) - 0.2) < 1e-12)
    }
}

/// A position spread evenly over the sphere.
func randomPosition(using generator: inout SplitMix) -> Coordinates {
    let ra = Double.random(in: 0..<360, using: &generator)
    let dec = asin(Double.random(in: -1...1, using: &generator)) * 180 / .pi
    guard let position = try? Coordinates(ra: ra, dec: dec) else { fatalError("\(ra) \(dec) is a position") }
    return position
}

/// The scalar product of two directions.
func product(_ first: UnitVector, _ second: UnitVector) -> Double {
    first.x * second.x + first.y * second.y + first.z * second.z
}
