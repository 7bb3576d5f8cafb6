/// Puts an image's colours on a white ground.
struct Picture {
    private let resampling: Resampling
    private let width: Int
    private let colors: [ColorMap.Color]

    /// - Parameters:
    ///   - colors: from the first to the last.
    ///   - width: of the image.
    init(_ resampling: Resampling, colors: [ColorMap.Color], width: Int) {
        self.resampling = resampling
        self.width = width
        self.colors = colors
    }

    /// The pixels of the picture from its upper left corner, red, green, blue and opacity of each.
    /// - Parameters:
    ///   - values: of the image, row by row, the lowest first.
    ///   - first: the value of the first colour.
    ///   - last: the value of the last colour.
    func pixels(of values: [Double], from first: Double, to last: Double, side: Int) -> [UInt8] {
        let scale = last > first ? last - first : .infinity
        let index = { (value: Double) -> Int in
            // 1 itself has the last colour.
            Int(min(255, max(0, (value - first) / scale * 256)))
        }
        let indices = resampling.kind == .values ? [] : values.map(index)
        let (rows, columns) = (resampling.rows, resampling.columns)
        var pixels = [UInt8](repeating: 255, count: side * side * 4)
        for (row, rowCoverage) in zip(rows.pixels, rows.coverage) {
            let rowTaps = rows.taps(of: row)
            for (column, columnCoverage) in zip(columns.pixels, columns.coverage) {
                let columnTaps = columns.taps(of: column)
                let color =
                    resampling.kind == .values
                    ? colors[index(mean(rowTaps, columnTaps, of: values))]
                    : mean(rowTaps, columnTaps, ofColors: indices)
                let place = ((side - 1 - row) * side + column) * 4
                let opacity = rowCoverage * columnCoverage
                pixels[place] = Self.byte(color.red, opacity)
                pixels[place + 1] = Self.byte(color.green, opacity)
                pixels[place + 2] = Self.byte(color.blue, opacity)
            }
        }
        return pixels
    }

    /// The weighted mean of the colours of some pixels.
    private func mean(
        _ rowTaps: Range<Int>, _ columnTaps: Range<Int>, ofColors indices: [Int]
    ) -> ColorMap.Color {
        var (red, green, blue) = (0.0, 0.0, 0.0)
        var total = 0
        for row in rowTaps {
            let (start, rowWeight) = (resampling.rows.indices[row] * width, resampling.rows.weights[row])
            for column in columnTaps {
                let weight = (rowWeight * resampling.columns.weights[column] + 8192) >> 14
                let color = colors[indices[start + resampling.columns.indices[column]]]
                red += color.red * Double(weight)
                green += color.green * Double(weight)
                blue += color.blue * Double(weight)
                total += weight
            }
        }
        return (red / Double(total), green / Double(total), blue / Double(total))
    }

    /// The weighted mean of the values of some pixels.
    private func mean(_ rowTaps: Range<Int>, _ columnTaps: Range<Int>, of values: [Double]) -> Double {
        var (sum, total) = (0.0, 0)
        for row in rowTaps {
            let (start, rowWeight) = (resampling.rows.indices[row] * width, resampling.rows.weights[row])
            for column in columnTaps {
                let weight = (rowWeight * resampling.columns.weights[column] + 8192) >> 14
                sum += values[start + resampling.columns.indices[column]] * Double(weight)
                total += weight
            }
        }
        return sum / Double(total)
    }

    /// A channel from 0 to 1 on white, as a byte: rounded down, as matplotlib does it.
    private static func byte(_ value: Double, _ opacity: Double) -> UInt8 {
        let byte = UInt8(min(255, max(0, value * 255)))
        guard opacity < 1 else { return byte }
        return UInt8(min(255, max(0, (Double(byte) * opacity + 255 * (1 - opacity)).rounded())))
    }
}
