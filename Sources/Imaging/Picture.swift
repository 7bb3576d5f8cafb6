/// Puts an image's colours on a white ground.
struct Picture {
    private let resampling: Resampling
    private let colors: [ColorMap.Color]
    private let width: Int

    /// - Parameters:
    ///   - colors: from the first to the last.
    ///   - width: of the image.
    init(_ resampling: Resampling, colors: [ColorMap.Color], width: Int) {
        self.resampling = resampling
        self.colors = colors
        self.width = width
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
        var pixels = [UInt8](repeating: 255, count: side * side * 4)
        for (rowTaps, (row, rowCoverage)) in zip(
            resampling.rows.taps, zip(resampling.rows.pixels, resampling.rows.coverage))
        {
            for (taps, (column, coverage)) in zip(
                resampling.columns.taps, zip(resampling.columns.pixels, resampling.columns.coverage))
            {
                let color =
                    resampling.kind == .values
                    ? colors[index(mean(rowTaps, taps) { values[$0] })]
                    : mean(rowTaps, taps, indices)
                let place = ((side - 1 - row) * side + column) * 4
                let opacity = rowCoverage * coverage
                pixels[place] = Self.byte(color.red, opacity)
                pixels[place + 1] = Self.byte(color.green, opacity)
                pixels[place + 2] = Self.byte(color.blue, opacity)
            }
        }
        return pixels
    }

    /// The weighted mean of the colours of some pixels.
    private func mean(
        _ rows: [(index: Int, weight: Int)], _ columns: [(index: Int, weight: Int)], _ indices: [Int]
    ) -> ColorMap.Color {
        if rows.count == 1, columns.count == 1 {
            return colors[indices[rows[0].index * width + columns[0].index]]
        }
        var (red, green, blue) = (0.0, 0.0, 0.0)
        var total = 0
        for row in rows {
            for column in columns {
                let weight = (row.weight * column.weight + 8192) >> 14
                let color = colors[indices[row.index * width + column.index]]
                red += color.red * Double(weight)
                green += color.green * Double(weight)
                blue += color.blue * Double(weight)
                total += weight
            }
        }
        return (red / Double(total), green / Double(total), blue / Double(total))
    }

    /// The weighted mean of what some pixels have.
    private func mean(
        _ rows: [(index: Int, weight: Int)], _ columns: [(index: Int, weight: Int)], _ value: (Int) -> Double
    ) -> Double {
        var (sum, total) = (0.0, 0)
        for row in rows {
            for column in columns {
                let weight = (row.weight * column.weight + 8192) >> 14
                sum += value(row.index * width + column.index) * Double(weight)
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
