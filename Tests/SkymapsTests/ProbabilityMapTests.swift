import Foundation
import Sky
import TestSupport
import Testing

@testable import Skymaps

@Suite struct ProbabilityMapTests {
    private static func codes(_ order: Int, _ pixels: [Int]) throws -> [Int64] {
        let division = try #require(HEALPix(order: order))
        return pixels.map { Int64(division.uniq(of: $0)) }
    }

    /// The pixels of a region at an order.
    private static func pixels(_ map: ProbabilityMap, _ level: Double, order: Int) -> Set<Int> {
        Set(CredibleRegion.regions([level], of: map, order: order)[0].ranges.joined())
    }

    /// Falling densities 8, 4, 2, 1: of 15 the first is 53 %, two are 80 %, three 93 %.
    @Test func regionsTakeTheDensestPixelsFirst() throws {
        let map = try ProbabilityMap(uniq: try Self.codes(5, [700, 3, 90, 5000]), density: [4, 8, 1, 2])
        let centers = [
            (50.0, [3]), (53.4, [3, 700]), (80, [3, 700]), (81, [3, 700, 5000]), (100, [3, 700, 90, 5000]),
        ]
        for (level, expected) in centers {
            #expect(Self.pixels(map, level, order: 5) == Set(expected), "\(level) %")
        }
        #expect(map.peak == HEALPix(order: 5)?.center(of: 3))
    }

    /// A pixel of order 3 with density 1 holds as much as sixteen of order 5 with density 1.
    @Test func areasOfDifferentOrdersCount() throws {
        let large = try Self.codes(3, [0])
        let small = try Self.codes(5, Array(16..<32))
        let map = try ProbabilityMap(
            uniq: large + small, density: [1] + [Double](repeating: 1.001, count: 16))
        #expect(Self.pixels(map, 50, order: 5) == Set(16..<32))
        #expect(Self.pixels(map, 51, order: 5) == Set(0..<32))
        // Coarser pixels hold the mean of their parts.
        #expect(Self.pixels(map, 50, order: 3) == [1])
    }

    /// Which of equal pixels are more credible nobody can say.
    @Test func equalPixelsGoTogether() throws {
        let map = try ProbabilityMap(uniq: try Self.codes(4, [5, 6, 7, 100]), density: [1, 1, 1, 0.1])
        #expect(Self.pixels(map, 10, order: 4) == [5, 6, 7])
    }

    @Test func mapsThatAreNoneAreRefused() throws {
        func refusal(_ uniq: [Int64], _ density: [Double]) -> String? {
            #expect(throws: SkymapError.self) { try ProbabilityMap(uniq: uniq, density: density) }?.reason
        }
        #expect(refusal([16], []) == "uniq and probdensity must have the same length, not 1 and 0")
        #expect(refusal([3], [1]) == "uniq 3 is no pixel")
        #expect(refusal([Int64.max], [1]) == "uniq 9223372036854775807 is no pixel")
        #expect(refusal([16], [-1]) == "the density of uniq 16 is -1.0")
        #expect(refusal([16], [.nan]) == "the density of uniq 16 is nan")
        #expect(refusal([16], [.infinity]) == "the density of uniq 16 is inf")
        #expect(refusal([16, 16], [1, 1]) == "pixels of the sky map overlap")
        // 4 holds 16, 17, 18 and 19.
        #expect(refusal([19, 4], [1, 1]) == "pixels of the sky map overlap")
        #expect(refusal([16], [0]) == "the sky map has no probability in it")
        #expect(refusal([], []) == "the sky map has no probability in it")
        #expect(refusal([16, 17], [1e308, 1e308]) == "the sky map has no probability in it")
        for count in [0, 1, 12 * 9, 13] {
            #expect(throws: SkymapError.self) {
                try ProbabilityMap(flat: [Double](repeating: 1, count: count), isNested: true)
            }
        }
        let place = try Coordinates(ra: 0, dec: 0)
        for error in [0, -1, Double.nan, .infinity, 181] {
            #expect(throws: SkymapError.self) { try ProbabilityMap(cone: place, error: error) }
        }
        for (major, minor) in [(0.0, 0.0), (1, 2), (81, 1), (.nan, 1), (1, .nan), (1, 0)] {
            #expect(throws: SkymapError.self) {
                try ProbabilityMap(ellipse: place, semiMajor: major, semiMinor: minor, angle: 0)
            }
        }
    }

    /// The smallest error has one pixel.
    @Test(arguments: [1e-12, 1e-6, 1 / 3600.0]) func tinyConesHaveAContour(error: Double) throws {
        let center = try Coordinates(ra: 123.456, dec: -12.3)
        let contour = try ProbabilityMap(cone: center, error: error).contours([90]).contours[0]
        #expect(contour.polygons.count == 1)
        // Pixels of order 24 have 3.4·10⁻⁶ degrees.
        for corner in contour.polygons.joined().joined() {
            #expect(corner.separation(from: center) < 3 * error + 1e-5)
        }
    }

    /// An ellipse of 6° by 2°: ends of its axes by arithmetic, area π·a·b.
    @Test func ellipsesLieAlongTheirAngle() throws {
        let center = try Coordinates(ra: 100, dec: 0)
        let contour = try ProbabilityMap(ellipse: center, semiMajor: 6, semiMinor: 2, angle: 90)
            .contours([90]).contours[0]
        let corners = contour.polygons.joined().joined()
        // East is where right ascension grows.
        #expect(abs((corners.map(\.ra).max() ?? 0) - 106) < 0.1)
        #expect(abs((corners.map(\.ra).min() ?? 0) - 94) < 0.1)
        #expect(abs((corners.map(\.dec).max() ?? 0) - 2) < 0.1)
        let area = SkyArea.of(contour.polygons) * pow(180 / .pi, 2)
        // Of the pixels of nside 512 on its edge, which it fills in part, nine tenths need none.
        #expect(abs(area / (.pi * 6 * 2) - 1) < 0.05)
    }

    /// A polygon of a few arcseconds, and one of forty degrees.
    @Test(arguments: [0.002, 1, 40]) func polygonsHaveTheirArea(size: Double) throws {
        let half = size / 2
        let corners = try [(-half, -half), (half, -half), (half, half), (-half, half)].map {
            try Coordinates(ra: 10 + 360 * ($0.0 < -10 ? 1 : 0) + $0.0, dec: $0.1)
        }
        let contour = try ProbabilityMap(polygon: corners).contours([50]).contours[0]
        let expected = SkyArea.signed(corners + [corners[0]])
        #expect(abs(SkyArea.of(contour.polygons) / expected - 1) < 0.03)
    }

    // MARK: Files

    /// Files as astropy writes them: nested and in rings, in rows of 1024, gzipped, multi-order, with the Earth before
    /// a part of the sky. All have the same density: falling from one pixel on.
    private static let files = """
        import base64, gzip, io, sys
        import numpy as np
        from astropy.io import fits
        from astropy_healpix import HEALPix, uniq_to_level_ipix, level_ipix_to_uniq
        nside = 32
        nested = 1.0 / (1 + np.abs(np.arange(12 * nside * nside) - 5000.0))
        division = HEALPix(nside, "ring")
        ring = nested[division.ring_to_nested(np.arange(nested.size))]
        def show(columns, compress=False, **cards):
            table = fits.BinTableHDU.from_columns(columns)
            for key, value in cards.items():
                table.header[key] = value
            stream = io.BytesIO()
            fits.HDUList([fits.PrimaryHDU(), table]).writeto(stream)
            data = stream.getvalue()
            print(base64.b64encode(gzip.compress(data) if compress else data).decode())
        show([fits.Column("PROB", "D", array=nested)], ORDERING="NESTED", NSIDE=nside)
        show([fits.Column("PROBABILITY", "D", array=ring)], ORDERING="RING", NSIDE=nside)
        show([fits.Column("PROB", "1024E", array=ring.reshape(-1, 1024))], compress=True)
        uniq = level_ipix_to_uniq(5, np.arange(nested.size))
        show([fits.Column("UNIQ", "K", array=uniq), fits.Column("PROBDENSITY", "D", array=nested)], ORDERING="NUNIQ")
        show([fits.Column("PROB", "D", array=nested)], ORDERING="NESTED", GEO_RA=40.0, GEO_DEC=-30.0)
        show([fits.Column("PROB", "D", array=nested)], ORDERING="NESTED", COORDSYS="G")
        show([fits.Column("TEMPERATURE", "D", array=nested)])
        show([fits.Column("PROB", "D", array=nested[:-1])])
        """

    @Test func filesAreReadAsTheyAreWritten() async throws {
        let files = try await python(Self.files).split(separator: "\n").map {
            Array(try #require(Data(base64Encoded: String($0))))
        }
        let expected = Set(4000...6000).intersection(
            Self.pixels(try ProbabilityMap(fits: files[0]), 60, order: 5))
        #expect(expected.contains(5000) && expected.count > 100)
        for file in files[0..<4] {
            let map = try ProbabilityMap(fits: file)
            #expect(map.peak == HEALPix(order: 5)?.center(of: 5000))
            // Of floating-point numbers with 32 bits neighbours on both sides are equal or not by rounding alone.
            let found = Self.pixels(map, 60, order: 5)
            #expect(
                found.symmetricDifference(Self.pixels(try ProbabilityMap(fits: files[0]), 60, order: 5)).count
                    <= 1)
        }
        // The Earth takes 67.5° around a place where the header does not say how much.
        let earth = try Coordinates(ra: 40, dec: -30)
        let seen = Self.pixels(try ProbabilityMap(fits: files[4]), 100, order: 7)
        let division = try #require(HEALPix(order: 7))
        for pixel in 0..<division.pixelCount {
            let isHidden = division.center(of: pixel).separation(from: earth) <= 67.5
            #expect(seen.contains(pixel) != isHidden)
        }
        let reasons = files[5...].map { file in
            #expect(throws: SkymapError.self) { try ProbabilityMap(fits: file) }?.reason
        }
        #expect(
            reasons == [
                "the map is in the coordinate system G, not in equatorial coordinates",
                "the table has none of the columns UNIQ, PROB, PROBABILITY and PROBDENSITY",
                "the sky map has 12287 pixels, which no nside does",
            ])
    }

    @Test func garbageIsRefused() {
        for bytes in [
            [], [0x1F, 0x8B], Array("SIMPLE  =                    T".utf8),
            [UInt8](repeating: 0, count: 5760),
        ] {
            #expect(throws: SkymapError.self) { try ProbabilityMap(fits: bytes) }
        }
    }
}
