import Foundation

/// Which pixels of an image make up each pixel of a square picture, as matplotlib draws an image that fills a figure.
///
/// Its rule for interpolation "auto": the nearest pixel where pixels become more than three times as large, or exactly
/// once or twice, else a Hann window. The numbers are those of the Anti-Grain Geometry library, which matplotlib draws
/// with: places in 256ths of a pixel, weights in 16384ths; without them a picture differs by several levels where it is
/// steep.
struct Resampling {
    /// What is done to which stage of the picture.
    enum Kind {
        /// The value of the nearest pixel.
        case nearest
        /// The mean of values, weighted by the window.
        case values
        /// The mean of colours, weighted by the window.
        case colors
    }

    /// One axis of the picture.
    struct Axis {
        /// The pixels of the picture that show something of the image.
        let pixels: Range<Int>
        /// For each of them, which part of it the image covers, 0 to 1.
        let coverage: [Double]
        /// Where the pixels of the image that make up each of them start, and where the last ones end.
        private var starts = [0]
        /// Those pixels, for one pixel of the picture after the other.
        private(set) var indices: [Int] = []
        /// Their weights in 16384ths.
        private(set) var weights: [Int] = []

        /// Where `indices` and `weights` have what makes up a pixel of the picture.
        func taps(of pixel: Int) -> Range<Int> {
            starts[pixel - pixels.lowerBound]..<starts[pixel - pixels.lowerBound + 1]
        }

        fileprivate init(pixels: Range<Int>, coverage: [Double]) {
            self.pixels = pixels
            self.coverage = coverage
        }

        fileprivate mutating func append(_ taps: [(index: Int, weight: Int)]) {
            for tap in taps {
                indices.append(tap.index)
                weights.append(tap.weight)
            }
            starts.append(indices.count)
        }
    }

    /// Of the columns.
    let columns: Axis
    /// Of the rows, both counted from the bottom.
    let rows: Axis
    /// What is done.
    let kind: Kind

    /// - Parameters:
    ///   - width: of the image, above 0.
    ///   - height: of the image, above 0.
    ///   - side: of the picture, in which the image is as large as can be, and in the middle.
    init(width: Int, height: Int, side: Int) {
        let scale = Double(side) / Double(max(width, height))
        kind = scale > 3 || scale == 1 || scale == 2 ? .nearest : scale < 3 ? .colors : .values
        columns = Self.axis(width, side, scale, kind, isRow: false)
        rows = Self.axis(height, side, scale, kind, isRow: true)
    }

    private static func axis(_ count: Int, _ side: Int, _ scale: Double, _ kind: Kind, isRow: Bool) -> Axis {
        let start = (Double(side) - Double(count) * scale) / 2
        let end = start + Double(count) * scale
        // Half pixels are rounded away from the picture's upper left corner.
        let first = isRow ? Int((start - 0.5 - 1e-8).rounded(.up)) : Int((start + 0.5).rounded(.down))
        let last = isRow ? Int((end - 0.5).rounded(.up)) : Int((end + 0.5 + 1e-8).rounded(.down))
        // However thin the image is, it has a pixel, which it covers in part.
        let pixels = max(0, min(first, side - 1))..<min(side, max(last, first + 1))
        let coverage = pixels.map { pixel in
            max(0, min(1, min(Double(pixel + 1), end) - max(Double(pixel), start)))
        }
        let place = { (pixel: Int) in (Double(pixel) + 0.5 - start) / scale }
        var axis = Axis(pixels: pixels, coverage: coverage)
        let begin = subpixels(place(pixels.lowerBound))
        let distance = subpixels(place(pixels.upperBound)) - begin
        for (step, pixel) in pixels.enumerated() {
            if kind == .nearest {
                axis.append([(min(count - 1, max(0, Int(place(pixel).rounded(.up)) - 1)), 1 << 14)])
                continue
            }
            // Along a row places come from one division for all, which rounds in its own way; each row's place is
            // rounded for itself.
            let along =
                begin + quotient((step + 1) * distance, pixels.count) - quotient(distance, pixels.count)
            axis.append(window(around: isRow ? subpixels(place(pixel)) : along, count: count, scale: scale))
        }
        return axis
    }

    /// A quotient of positive numbers, rounded up.
    private static func quotient(_ number: Int, _ divisor: Int) -> Int { (number + divisor - 1) / divisor }

    /// A place in 256ths of a pixel.
    private static func subpixels(_ place: Double) -> Int {
        Int((place * 256).rounded(.toNearestOrAwayFromZero))
    }

    /// The pixels around a place and their weights. Where the picture is smaller than the image, the window is wider.
    private static func window(around place: Int, count: Int, scale: Double) -> [(index: Int, weight: Int)] {
        // The library's limit, too: beyond it pixels are left out.
        let shrinking = min(200, max(1, 1 / scale))
        let radius = Int((shrinking * 256).rounded())
        let step = Int((256 / shrinking).rounded())
        let start = place + 128 - radius
        var index = start >> 8
        var position = ((255 - (start & 255)) * step) >> 8
        var taps: [(Int, Int)] = []
        while position < 512 {
            taps.append((reflected(index, count), weights[position]))
            index += 1
            position += step
        }
        return taps
    }

    /// Beyond its edges an image is its mirror image.
    private static func reflected(_ index: Int, _ count: Int) -> Int {
        let period = 2 * count
        let inside = ((index % period) + period) % period
        return inside < count ? inside : period - 1 - inside
    }

    /// The Hann window of radius 1 in 256ths from -1 to 1, such that two weights a pixel apart make 16384.
    private static let weights: [Int] = (0..<512).map { position in
        let distance = abs(Double(position == 0 ? 511 : position) - 256) / 256
        return Int((16384 * (0.5 + 0.5 * cos(.pi * distance))).rounded())
    }
}
