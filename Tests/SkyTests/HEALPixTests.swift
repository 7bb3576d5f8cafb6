import Foundation
import Sky
import TestSupport
import Testing

@Suite struct HEALPixTests {
    private static let orders = [0, 1, 2, 3, 5, 8, 13, 29]

    /// A place, evenly on the sphere.
    private static func random(_ generator: inout SplitMix) throws -> Coordinates {
        let z = Double.random(in: -1...1, using: &generator)
        return try Coordinates(
            ra: Double.random(in: 0..<360, using: &generator), dec: asin(z) * 180 / .pi)
    }

    @Test(arguments: [-1, 30]) func ordersOutOfRangeAreNone(order: Int) {
        #expect(HEALPix(order: order) == nil)
    }

    @Test(arguments: [-4, 0, 3, 12, 1 << 30, Int.max, Int.min]) func otherSidesAreNone(nside: Int) {
        #expect(HEALPix(nside: nside) == nil)
    }

    /// NUNIQ of the MOC standard, IVOA MOC 2.0, section 4.3.1: 4·4^order + pixel.
    @Test func uniqCodesNameOrderAndPixel() throws {
        for order in Self.orders {
            let division = try #require(HEALPix(order: order))
            for pixel in [0, division.pixelCount / 3, division.pixelCount - 1] {
                let (found, number) = try #require(HEALPix.pixel(uniq: division.uniq(of: pixel)))
                #expect(found == division && number == pixel)
            }
        }
        #expect(try #require(HEALPix(order: 0)).uniq(of: 11) == 15)
        #expect(try #require(HEALPix(order: 1)).uniq(of: 0) == 16)
        for none in [0, 3, -1, Int.min, Int.max] { #expect(HEALPix.pixel(uniq: none) == nil) }
    }

    /// Every pixel, by the scheme's own rules.
    @Test(arguments: [0, 1, 2, 4]) func numbersGoBothWaysForEveryPixel(order: Int) throws {
        let division = try #require(HEALPix(order: order))
        var seen = Set<Int>()
        for pixel in 0..<division.pixelCount {
            let ring = division.ring(ofNested: pixel)
            #expect((0..<division.pixelCount).contains(ring) && seen.insert(ring).inserted)
            #expect(division.nested(ofRing: ring) == pixel)
            #expect(division.pixel(division.cell(of: pixel)) == pixel)
            #expect(division.pixel(at: division.center(of: pixel)) == pixel)
            #expect(division.pixel(at: division.direction(of: pixel)) == pixel)
        }
        // Rings go from north to south and along them eastwards.
        let centers = (0..<division.pixelCount).map { division.center(of: division.nested(ofRing: $0)) }
        for (one, next) in zip(centers, centers.dropFirst()) {
            #expect(next.dec < one.dec + 1e-9 && (next.ra > one.ra || next.dec < one.dec - 1e-9))
        }
    }

    @Test(arguments: orders) func neighboursAreMutualAndSidesAmongThem(order: Int) throws {
        let division = try #require(HEALPix(order: order))
        var generator = SplitMix(state: 7)
        var pixels = (0..<300).map { _ in Int.random(in: 0..<division.pixelCount, using: &generator) }
        for face in 0..<12 {
            for (x, y) in [(0, 0), (0, division.nside - 1), (division.nside - 1, 0), (0, division.nside / 2)]
            {
                pixels.append(division.pixel(FaceCell(face: face, x: x, y: y)))
                pixels.append(
                    division.pixel(
                        FaceCell(face: face, x: division.nside - 1 - x, y: division.nside - 1 - y)))
            }
        }
        for pixel in pixels {
            let around = division.neighbours(of: pixel)
            let sides = HEALPix.Side.allCases.map { division.neighbour(of: pixel, $0) }
            #expect(sides == [around[4], around[2], around[0], around[6]])
            for index in around.indices where around[index] >= 0 {
                let back = division.neighbours(of: around[index])
                #expect(back.indices.contains { back[$0] == pixel })
                let angle = division.center(of: pixel).separation(from: division.center(of: around[index]))
                #expect(angle <= 2 * division.pixelRadius)
            }
        }
    }

    /// No point of a pixel is farther from its centre than the radius: checked along the edges of pixels everywhere.
    @Test(arguments: orders) func noPixelReachesBeyondTheRadius(order: Int) throws {
        let division = try #require(HEALPix(order: order))
        var generator = SplitMix(state: 11)
        for _ in 0..<2000 {
            let pixel = Int.random(in: 0..<division.pixelCount, using: &generator)
            let along = Double.random(in: 0...1, using: &generator)
            for (x, y) in [(0, along), (1, along), (along, 0), (along, 1)] {
                let edge = division.position(in: pixel, x: x, y: y)
                #expect(division.center(of: pixel).separation(from: edge) <= division.pixelRadius)
            }
        }
    }

    /// Ranges ascend, do not touch, and hold exactly the pixels whose centres are inside.
    @Test func discsAreThoseOfEveryPixelAskedForItself() throws {
        var generator = SplitMix(state: 3)
        let division = try #require(HEALPix(order: 4))
        for round in 0..<300 {
            let center = try Self.random(&generator)
            let radius = round % 3 == 0 ? Double(round) * 0.6 : Double.random(in: 0...8, using: &generator)
            let ranges = division.ranges(within: radius, of: center)
            for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(one.upperBound < next.lowerBound) }
            let expected = (0..<division.pixelCount).filter {
                division.center(of: $0).separation(from: center) <= radius
            }
            #expect(Array(ranges.joined()) == expected, "radius \(radius) around \(center)")
        }
    }

    /// Whatever lies in a disc lies in a pixel that overlaps it, from arcseconds to the whole sky, at every order.
    @Test(arguments: orders) func everyPlaceOfADiscIsInAnOverlappingPixel(order: Int) throws {
        let division = try #require(HEALPix(order: order))
        var generator = SplitMix(state: 5)
        for _ in 0..<2000 {
            let center = try Self.random(&generator)
            let radius = division.resolution * Double.random(in: 0...3, using: &generator)
            let ranges = division.ranges(within: radius, of: center, .overlapping)
            // A place in the disc: some way along a small step in right ascension and declination.
            let part = Double.random(in: -1...1, using: &generator)
            let dec = min(90, max(-90, center.dec + part * radius))
            let place = try Coordinates(ra: center.ra, dec: dec)
            let pixel = division.pixel(at: place)
            #expect(ranges.contains { $0.contains(pixel) }, "radius \(radius) around \(center)")
        }
    }

    /// Places of small discs everywhere, near the poles and near the edges of base pixels above all.
    @Test(arguments: [0, 1, 5, 12]) func everyPlaceOfASmallDiscIsInItsPixels(order: Int) throws {
        let division = try #require(HEALPix(order: order))
        var generator = SplitMix(state: UInt64(100 + order))
        var answered = 0
        for number in 0..<2000 {
            let bearing = Double.random(in: 0..<360, using: &generator)
            let beside = pow(10, Double.random(in: -6...1, using: &generator))
            let center =
                switch number % 4 {
                case 0: try Self.place(Coordinates(ra: 0, dec: 90), distance: beside, bearing: bearing)
                case 1: try Self.place(Coordinates(ra: 45, dec: 41.8103), distance: beside, bearing: bearing)
                default: try Self.random(&generator)
                }
            let radius = division.resolution * pow(10, Double.random(in: -4...0, using: &generator))
            guard let pixels = division.pixels(touching: center, within: radius * .pi / 180) else { continue }
            answered += 1
            var found = Set<Int>()
            for index in pixels.indices where pixels[index] >= 0 { found.insert(pixels[index]) }
            for bearing in stride(from: 0.0, to: 360, by: 15) {
                let place = try Self.place(center, distance: radius, bearing: bearing)
                if !found.contains(division.pixel(at: place)) {
                    Issue.record("order \(order): \(place), \(radius) degrees from \(center)")
                }
            }
        }
        #expect(answered > 1000)
    }

    @Test func emptyAndWholeDiscs() throws {
        let division = try #require(HEALPix(order: 3))
        let pole = try Coordinates(ra: 0, dec: 90)
        #expect(division.ranges(within: 180, of: pole) == [0..<768])
        #expect(division.ranges(within: 1e9, of: pole) == [0..<768])
        for none in [-1, Double.nan] { #expect(division.ranges(within: none, of: pole) == []) }
        #expect(division.ranges(within: 0, of: division.center(of: 500)) == [500..<501])
    }

    // MARK: Polygons

    /// A triangle of three right angles is an eighth of the sky and each of its sides a great circle.
    @Test func anOctantHoldsAnEighthOfThePixels() throws {
        let corners = [(0.0, 0.0), (90, 0), (0, 90)]
        let octant = try SkyPolygon(corners.map { try Coordinates(ra: $0.0, dec: $0.1) })
        let division = try #require(HEALPix(order: 7))
        let found = division.ranges(in: octant).joined()
        let expected = (0..<division.pixelCount).filter {
            let center = division.center(of: $0)
            return center.ra > 0 && center.ra < 90 && center.dec > 0
        }
        // Centres on the sides themselves may be either way.
        let onSides = Set(found).symmetricDifference(expected)
        #expect(
            onSides.allSatisfy {
                let center = division.center(of: $0)
                return center.dec < 1e-9 || center.ra < 1e-9 || center.ra > 90 - 1e-9
            })
        #expect(abs(found.count - division.pixelCount / 8) <= 4 * division.nside)
    }

    /// A square with a bite out of it, over right ascension 0 and around the pole; turned either way.
    @Test(arguments: [(0.0, 0.0), (359, 88), (180, -89.5), (45, 41)])
    func polygonsNeedNotBeConvex(ra: Double, dec: Double) throws {
        let tip = try Coordinates(ra: ra, dec: dec)
        let outer = try [45.0, 135, 225, 315].map { try Self.place(tip, distance: 5, bearing: $0) }
        let corners = outer + [tip]
        let polygon = try SkyPolygon(corners)
        let reversed = try SkyPolygon(Array(corners.reversed()) + [tip])
        // Between the last and the first corner lies the bite, towards bearing 0.
        for bearing in stride(from: 30.5, to: 330, by: 10) where bearing > 50 && bearing < 310 {
            let place = try Self.place(tip, distance: 2, bearing: bearing)
            #expect(polygon.contains(place) && reversed.contains(place))
        }
        for bearing in [-40.0, 0, 40] {
            let place = try Self.place(tip, distance: 2, bearing: bearing)
            #expect(!polygon.contains(place) && !reversed.contains(place))
        }
        let division = try #require(HEALPix(order: 6))
        let found = Set(division.ranges(in: polygon).joined())
        let expected = (0..<division.pixelCount).filter { polygon.contains(division.center(of: $0)) }
        #expect(found == Set(expected))
        #expect(found.isSubset(of: division.ranges(in: polygon, .overlapping).joined()))
    }

    /// Where a great circle leads from a place, by spherical trigonometry.
    private static func place(_ from: Coordinates, distance: Double, bearing: Double) throws -> Coordinates {
        let (dec, angle, turn) = (from.dec * .pi / 180, distance * .pi / 180, bearing * .pi / 180)
        let sine = sin(dec) * cos(angle) + cos(dec) * sin(angle) * cos(turn)
        let ra =
            from.ra + atan2(sin(turn) * sin(angle) * cos(dec), cos(angle) - sin(dec) * sine) * 180 / .pi
        return try Coordinates(
            ra: (ra + 720).truncatingRemainder(dividingBy: 360), dec: asin(max(-1, min(1, sine))) * 180 / .pi)
    }

    @Test func polygonsThatAreNoneAreRefused() throws {
        let a = try Coordinates(ra: 0, dec: 0)
        let b = try Coordinates(ra: 10, dec: 0)
        #expect(throws: SkyError.self) { try SkyPolygon([]) }
        #expect(throws: SkyError.self) { try SkyPolygon([a, b]) }
        #expect(throws: SkyError.self) { try SkyPolygon([a, b, b, a]) }
        let around = try [0.0, 120, 240].map { try Coordinates(ra: $0, dec: 0) }
        #expect(throws: SkyError.self) { try SkyPolygon(around) }
    }
}
