import Foundation
import Sky
import TestSupport
import Testing

/// HEALPix as astropy-healpix and healpy have it, which are other implementations of the same papers.
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

    /// What a script says that is no number.
    private struct Malformed: Error { let word: Substring }

    // Not `#require`, which takes longer than everything else here.

    private static func number(_ text: Substring) throws -> Double {
        guard let number = Double(text) else { throw Malformed(word: text) }
        return number
    }

    private static func integer(_ text: Substring) throws -> Int {
        guard let number = Int(text) else { throw Malformed(word: text) }
        return number
    }

    private static func division(_ text: Substring) throws -> HEALPix {
        guard let division = HEALPix(order: try integer(text)) else { throw Malformed(word: text) }
        return division
    }

    /// 100,000 places. Only where a place is as close to the edge of its pixel as both computations' rounding may they
    /// say different pixels: 10⁻¹³ degrees to one side it must lie in the other's. Numbers of the ring scheme are the same
    /// exactly.
    @Test func placesLieInTheSamePixels() async throws {
        var different = 0
        let cases = try await Self.cases("places", 11_200)
        #expect(cases.count > 100_000)
        for words in cases {
            let division = try Self.division(words[0])
            let place = try Coordinates(ra: try Self.number(words[1]), dec: try Self.number(words[2]))
            let found = division.pixel(at: place)
            for word in words[3...4] {
                let expected = try Self.integer(word)
                if found == expected { continue }
                different += 1
                let step = 1e-13
                let moved = [(-step, 0), (step, 0), (0, -step), (0, step)].compactMap { dx, dy in
                    (try? Coordinates(ra: place.ra + dx, dec: place.dec + dy)).map(division.pixel(at:))
                }
                if !moved.contains(expected) {
                    Issue.record("order \(division.order) at \(place): \(found), not \(expected)")
                }
            }
            let (nested, ring) = (try Self.integer(words[4]), try Self.integer(words[5]))
            if division.ring(ofNested: nested) != ring || division.nested(ofRing: ring) != nested {
                Issue.record("order \(division.order): nested \(nested) is not ring \(ring)")
            }
        }
        #expect(different < cases.count / 1000, "\(different) differ")
    }

    /// Numbers are the same exactly, positions to 10⁻⁹ degrees on the sky.
    @Test func pixelsHaveTheSameCentresCornersNeighboursAndNumbers() async throws {
        for words in try await Self.cases("pixels", 800) {
            let division = try Self.division(words[0])
            let pixel = try Self.integer(words[1])
            let ring = try Self.integer(words[2])
            let center = division.center(of: pixel)
            let corners = division.corners(of: pixel)
            let places = [center, corners.north, corners.west, corners.south, corners.east]
            var isSame =
                division.ring(ofNested: pixel) == ring && division.nested(ofRing: ring) == pixel
                && division.pixel(at: center) == pixel
            for (index, place) in places.enumerated() {
                let ra = try Self.number(words[3 + 2 * index])
                let expected = try Coordinates(
                    ra: ra < 0 ? ra + 360 : ra, dec: try Self.number(words[4 + 2 * index]))
                isSame = isSame && place.separation(from: expected) < 1e-9
            }
            let neighbours = division.neighbours(of: pixel)
            // Base pixels have the same neighbour on several sides; the library says so in ways of its own.
            for index in neighbours.indices where division.order > 0 {
                let expected = try Self.integer(words[13 + index])
                isSame = isSame && (expected == -2 || neighbours[index] == expected)
            }
            if !isSame { Issue.record("order \(division.order), pixel \(pixel)") }
        }
    }

    /// The library's disc holds the pixels that overlap; all of them are in ours, and those whose centre is inside are
    /// in both.
    @Test func discsHoldTheSamePixels() async throws {
        for words in try await Self.cases("discs", 25) {
            let division = try Self.division(words[0])
            let center = try Coordinates(ra: try Self.number(words[1]), dec: try Self.number(words[2]))
            let radius = try Self.number(words[3])
            let expected = try words[4...].map(Self.integer)
            let overlapping = division.ranges(within: radius, of: center, .overlapping)
            #expect(Set(expected).isSubset(of: overlapping.joined()), "\(words.prefix(4))")
            let inside = expected.filter { division.center(of: $0).separation(from: center) <= radius }
            #expect(
                Array(division.ranges(within: radius, of: center).joined()) == inside, "\(words.prefix(4))")
        }
    }
}
