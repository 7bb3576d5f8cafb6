/// How an image becomes a picture: 168 pixels square, the first row at the bottom.
///
/// Values are scaled to 0...1 over their whole range and stretched; the interval says which of the results get the
/// first and the last colour. Values that are missing or beyond ±10²⁰ count as the mean of the others.
public struct Rendering: Sendable, Hashable {
    /// Which values get the first and the last colour.
    public var interval: Interval
    /// How values become brightness.
    public var stretch: Stretch
    /// The colours.
    public var colors: ColorMap

    /// Pixels of a picture's side: four inches of 42 dots.
    public static let side = 168
    /// Pixels that an image may have at most.
    private static let mostPixels = 1 << 24

    /// A rendering; what is left out is as Kowalski has it.
    public init(
        interval: Interval = .asymmetricPercentile, stretch: Stretch = .log, colors: ColorMap = .bone
    ) {
        self.interval = interval
        self.stretch = stretch
        self.colors = colors
    }

    /// The picture of an image as a PNG of 8 bits per channel, RGBA.
    ///
    /// - Parameters:
    ///   - values: row by row, `width * height` of them; NaN where there is none.
    /// - Throws: `ImagingError` if there is no value at all, or more than 2²⁴ pixels.
    public func png(of values: [Double], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        try PNG.bytes(
            of: pixels(of: values, width: width, height: height), width: Self.side, height: Self.side)
    }

    /// The picture's pixels from its upper left corner, red, green, blue and opacity of each.
    func pixels(of values: [Double], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        let (count, overflows) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflows, count <= Self.mostPixels, count == values.count else {
            throw ImagingError("an image of \(width) times \(height) pixels cannot be drawn")
        }
        let brightness = try brightness(of: values)
        let limits = interval.limits(of: brightness)
        let picture = Picture(
            Resampling(width: width, height: height, side: Self.side), colors: colors.colors, width: width)
        return picture.pixels(of: brightness, from: limits.first, to: limits.last, side: Self.side)
    }

    /// The values, scaled and stretched: from 0 to 1.
    private func brightness(of values: [Double]) throws(ImagingError) -> [Double] {
        var (sum, count) = (0.0, 0)
        var (least, most) = (Double.infinity, -Double.infinity)
        for value in values where value.magnitude <= 1e20 {
            sum += value
            count += 1
            least = min(least, value)
            most = max(most, value)
        }
        guard count > 0 else { throw ImagingError("the image has no value") }
        let mean = sum / Double(count)
        let range = most - least
        guard range > 0 else { return [Double](repeating: 0, count: values.count) }
        return values.map { stretch((($0.magnitude <= 1e20 ? $0 : mean) - least) / range) }
    }
}
