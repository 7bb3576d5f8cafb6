import Foundation
import TestSupport
import Testing

@testable import Imaging

/// matplotlib decides what a picture looks like.
@Suite struct RenderingTests {
    struct Case: Decodable {
        let width: Int
        let height: Int
        let stretch: String
        let interval: String
        let colors: String
    }
    struct Difference: Decodable {
        let number: Int
        let width: Int
        let height: Int
        let mean: Double
        let most: Int
    }

    @Test func picturesAreThoseOfMatplotlib() async throws {
        let seed = "20260101"
        try await ImagingJudge.withFolder { folder in
            _ = try await ImagingJudge.ask(["make", folder.path, seed])
            let json = try Data(contentsOf: folder.appendingPathComponent("cases.json"))
            let cases = try JSONDecoder().decode([Case].self, from: json)
            for (number, one) in cases.enumerated() {
                let rendering = Rendering(
                    interval: try #require(Interval(rawValue: one.interval)),
                    stretch: try #require(Stretch(rawValue: one.stretch)),
                    colors: try #require(ColorMap(rawValue: one.colors)))
                let raw = try Data(contentsOf: folder.appendingPathComponent("\(number).raw"))
                let values = raw.withUnsafeBytes { bytes in
                    (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
                }
                let png = try rendering.png(of: values, width: one.width, height: one.height)
                try Data(png).write(to: folder.appendingPathComponent("\(number).png"))
            }
            let lines = try await ImagingJudge.ask(["compare", folder.path]).split(separator: "\n")
            #expect(lines.count == cases.count)
            for line in lines {
                let difference = try JSONDecoder().decode(Difference.self, from: Data(line.utf8))
                // Most stamps have 63 pixels square. matplotlib's versions differ among themselves in how the edge of other
                // images is resampled: 3.10 from 3.11 in some pixels of squares, and along the edges of what is none.
                let isSquare = difference.width == difference.height
                #expect(difference.mean < (isSquare ? 0.25 : 6), "seed \(seed): \(line)")
                if isSquare, difference.width == 63 {
                    #expect(difference.most <= 4, "seed \(seed): \(line)")
                }
            }
        }
    }

    /// The unit interval's ends and middle by the formulas of astropy's documentation, worked out by hand.
    @Test(arguments: [
        (Stretch.linear, 0.5), (.sqrt, 0.7071067811865476), (.log, 0.8998157120437035),
        (.asinh, 0.7712696419200371),
    ])
    func stretchesKeepTheEndsAndLiftTheMiddle(stretch: Stretch, middle: Double) {
        #expect(stretch(0) == 0)
        #expect(abs(stretch(1) - 1) < 1e-12)
        #expect(abs(stretch(0.5) - middle) < 1e-9)
    }

    @Test func zscaleIsThatOfAstropy() async throws {
        let seed: UInt64 = 20_260_101
        var random = SplitMix(state: seed)
        let lists = (0..<60).map { _ in
            let count = Int.random(in: 1...5000, using: &random)
            let tail = Double.random(in: 0...0.3, using: &random)
            return (0..<count).map { _ in
                let noise = (0..<6).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
                let isStar = Double.random(in: 0...1, using: &random) < tail
                return noise + (isStar ? Double.random(in: 0...100, using: &random) : 0)
            }
        }
        let input = String(decoding: try JSONEncoder().encode(lists), as: UTF8.self)
        let answer = try await ImagingJudge.ask(["limits"], input: input)
        let expected = try JSONDecoder().decode([[Double]].self, from: Data(answer.utf8))
        #expect(expected.count == lists.count)
        for (values, limits) in zip(lists, expected) {
            let ours = Interval.zscale.limits(of: values)
            let range = (values.max() ?? 0) - (values.min() ?? 0)
            #expect(abs(ours.first - limits[0]) <= 1e-9 * range, "seed \(seed), \(values.count) values")
            #expect(abs(ours.last - limits[1]) <= 1e-9 * range, "seed \(seed), \(values.count) values")
        }
    }

    @Test func whatCannotBeDrawnIsAnError() {
        let rendering = Rendering()
        #expect(throws: ImagingError.self) { try rendering.png(of: [], width: 0, height: 0) }
        #expect(throws: ImagingError.self) { try rendering.png(of: [1], width: 1, height: 2) }
        #expect(throws: ImagingError.self) { try rendering.png(of: [1], width: -1, height: -1) }
        #expect(throws: ImagingError.self) { try rendering.png(of: [1], width: .max, height: 2) }
        for value in [Double.nan, .infinity, 1e21] {
            #expect(throws: ImagingError.self) {
                try rendering.png(of: [value, value], width: 2, height: 1)
            }
        }
    }

    /// Whatever the values are, there is a picture.
    @Test(arguments: Interval.allCases, Stretch.allCases)
    func extremeValuesAreDrawn(interval: Interval, stretch: Stretch) throws {
        let rendering = Rendering(interval: interval, stretch: stretch, colors: .gray)
        let rows: [[Double]] = [
            [0], [-0.0, 0], [1e20, -1e20, .nan, .infinity], [.leastNonzeroMagnitude, 0, 1, 2],
            [1e20, 1e20.nextDown], [.leastNonzeroMagnitude, 0, 0], [-1, -2, -3, 1e19, .nan],
        ]
        for values in rows {
            let pixels = try rendering.pixels(of: values, width: values.count, height: 1)
            #expect(pixels.count == 168 * 168 * 4)
            #expect(stride(from: 3, to: pixels.count, by: 4).allSatisfy { pixels[$0] == 255 })
        }
    }

    /// An image that is thinner than a pixel of the picture tints it.
    @Test(arguments: [(1, 3000), (3000, 1), (3, 900), (900, 40)])
    func thinImagesAreDrawn(width: Int, height: Int) throws {
        let values = (0..<width * height).map { Double($0 % 7) }
        let pixels = try Rendering(colors: .gray).pixels(of: values, width: width, height: height)
        let isSeen = stride(from: 0, to: pixels.count, by: 4).contains { pixels[$0] < 255 }
        #expect(isSeen)
    }

    /// However large an image is, at most 512 of its rows make up one of the picture.
    @Test(arguments: [(1, 1 << 24), (1 << 12, 1 << 12), (1 << 24, 1)])
    func windowsHaveABound(width: Int, height: Int) {
        let resampling = Resampling(width: width, height: height, side: 168)
        for axis in [resampling.columns, resampling.rows] {
            for pixel in axis.pixels { #expect((1...512).contains(axis.taps(of: pixel).count)) }
        }
    }

    @Test func everyMapHas256ColorsFromDarkToBright() {
        for map in ColorMap.allCases {
            let colors = map.colors
            #expect(colors.count == 256)
            // Luminance of sRGB's primaries (IEC 61966-2-1), without its curve.
            let luminance = colors.map { 0.2126 * $0.red + 0.7152 * $0.green + 0.0722 * $0.blue }
            #expect(zip(luminance, luminance.dropFirst()).allSatisfy { $0 <= $1 + 0.002 }, "\(map)")
            #expect(
                colors.allSatisfy {
                    (0...1).contains($0.red) && (0...1).contains($0.green) && (0...1).contains($0.blue)
                })
        }
    }
}
