import Foundation
import Sky
import TestSupport
import Testing

/// HEALPix as astropy-healpix has it, which is another implementation of the same papers.
@Suite struct HEALPixJudgeTests {
    private static func cases(_ what: String, _ count: Int) async throws -> [[Substring]] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("healpix_judge.py").path
        let ending = try await ChildProcess(
            try TestEnvironment.python, [script, what, "\(count)"]
        ).ending()
        guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
        return ending.output.split(separator: "\n").map { $0.split(separator: " ") }
    }

    private static func number(_ text: Substring) throws -> Double { try #require(Double(text)) }
    private static func integer(_ text: Substring) throws -> Int { try #require(Int(text)) }

    /// 100,000 places. Only where a place is as close to the edge of its pixel as both computations' rounding may they
    /// say different pixels: it must then be a neighbour, and the edge within 2·10⁻¹⁵ of a radian.
    @Test func placesLieInTheSamePixels() async throws {
        var different = 0
        let cases = try await Self.cases("places", 11_200)
        #expect(cases.count > 100_000)
        for words in cases {
            let division = try #require(HEALPix(order: try Self.integer(words[0])))
            let place = try Coordinates(ra: try Self.number(words[1]), dec: try Self.number(words[2]))
            let expected = try Self.integer(words[3])
            let found = division.pixel(at: place)
            if found == expected { continue }
            different += 1
            // A pixel of order 29 measures 1.9·10⁻⁹ radians; an edge is closer than rounding if a place moved that far
            // lies in the other pixel.
            let step = 1e-13
            let moved = [(-step, 0), (step, 0), (0, -step), (0, step)].compactMap { dx, dy in
                (try? Coordinates(ra: place.ra + dx, dec: place.dec + dy)).map(division.pixel(at:))
            }
            #expect(
                moved.contains(expected), "order \(division.order) at \(place): \(found), not \(expected)")
        }
        #expect(different < cases.count / 2000, "\(different) differ")
    }

    /// Numbers are the same exactly, positions to 10⁻⁹ degrees on the sky.
    @Test func pixelsHaveTheSameCentresCornersNeighboursAndNumbers() async throws {
        for words in try await Self.cases("pixels", 2000) {
            let division = try #require(HEALPix(order: try Self.integer(words[0])))
            let pixel = try Self.integer(words[1])
            let ring = try Self.integer(words[2])
            #expect(division.ring(ofNested: pixel) == ring, "order \(division.order), \(pixel)")
            #expect(division.nested(ofRing: ring) == pixel, "order \(division.order), ring \(ring)")
            let center = division.center(of: pixel)
            let corners = division.corners(of: pixel)
            let found = [center, corners.north, corners.west, corners.south, corners.east]
            for (index, place) in found.enumerated() {
                let ra = try Self.number(words[3 + 2 * index])
                let expected = try Coordinates(
                    ra: ra < 0 ? ra + 360 : ra, dec: try Self.number(words[4 + 2 * index]))
                #expect(
                    place.separation(from: expected) < 1e-9, "order \(division.order), \(pixel), \(index)")
            }
            #expect(division.pixel(at: center) == pixel)
            let neighbours = division.neighbours(of: pixel)
            // Base pixels have the same neighbour on several sides; the library says so in ways of its own.
            for index in neighbours.indices where division.order > 0 {
                let expected = try Self.integer(words[13 + index])
                if expected != -2 {
                    #expect(neighbours[index] == expected, "order \(division.order), \(pixel), \(index)")
                }
            }
        }
    }

    /// The library's disc holds the pixels that overlap; all of them are in ours, and those whose centre is inside are
    /// in both.
    @Test func discsHoldTheSamePixels() async throws {
        for words in try await Self.cases("discs", 60) {
            let division = try #require(HEALPix(order: try Self.integer(words[0])))
            let center = try Coordinates(ra: try Self.number(words[1]), dec: try Self.number(words[2]))
            let radius = try Self.number(words[3])
            let expected = Set(try words[4...].map(Self.integer))
            let overlapping = Set(division.ranges(within: radius, of: center, .overlapping).joined())
            let centers = Set(division.ranges(within: radius, of: center).joined())
            #expect(expected.isSubset(of: overlapping), "\(words.prefix(4))")
            #expect(centers.isSubset(of: overlapping))
            let inside = expected.filter { division.center(of: $0).separation(from: center) <= radius }
            #expect(centers.symmetricDifference(inside).isEmpty, "\(words.prefix(4))")
        }
    }
}
