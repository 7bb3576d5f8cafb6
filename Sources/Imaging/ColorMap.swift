/// 256 colours from dark to bright, by the names that matplotlib gives them.
public enum ColorMap: String, Sendable, Hashable, CaseIterable {
    /// Gray with a tinge of blue.
    case bone
    /// Gray.
    case gray
    /// From blue to yellow, the same to colour-blind eyes.
    case cividis
    /// From violet over green to yellow.
    case viridis
    /// From black over violet to pale yellow.
    case magma

    /// A colour's red, green and blue, each from 0 to 1.
    typealias Color = (red: Double, green: Double, blue: Double)

    /// The colours, 256 of them.
    var colors: [Color] {
        switch self {
        case .bone: Self.boneColors
        case .gray: Self.grayColors
        case .cividis: Self.cividisColors
        case .viridis: Self.viridisColors
        case .magma: Self.magmaColors
        }
    }

    private static let grayColors = segments(
        red: [(0, 0), (1, 1)], green: [(0, 0), (1, 1)], blue: [(0, 0), (1, 1)])
    // Seven eighths of gray and one of "hot" with red and blue exchanged, which breaks at 23/63 and 47/63; to
    // the digits of matplotlib's table.
    private static let boneColors = segments(
        red: [(0, 0), (0.746032, 0.652778), (1, 1)],
        green: [(0, 0), (0.365079, 0.319444), (0.746032, 0.777778), (1, 1)],
        blue: [(0, 0), (0.365079, 0.444444), (1, 1)])
    private static let cividisColors = decoded(cividisTable)
    private static let viridisColors = decoded(viridisTable)
    private static let magmaColors = decoded(magmaTable)

    /// Colours that change linearly between some points `(place, brightness)` from 0 to 1.
    private static func segments(
        red: [(Double, Double)], green: [(Double, Double)], blue: [(Double, Double)]
    ) -> [Color] {
        (0..<256).map { index in
            let place = Double(index) * (1 / 255)
            return (brightness(red, at: place), brightness(green, at: place), brightness(blue, at: place))
        }
    }

    private static func brightness(_ points: [(Double, Double)], at place: Double) -> Double {
        guard let next = points.firstIndex(where: { $0.0 >= place }) else { return 1 }
        guard next > 0 else { return 0 }
        let (before, after) = (points[next - 1], points[next])
        // In units of colours, as matplotlib counts: what is rounded down to a byte later must not fall below.
        let distance = (255 * place - 255 * before.0) / (255 * after.0 - 255 * before.0)
        return distance * (after.1 - before.1) + before.1
    }

    /// Colours written as three times five hexadecimal digits each, in millionths.
    private static func decoded(_ table: String) -> [Color] {
        let digits = table.utf8.compactMap {
            UInt8(ascii: "0") <= $0 ? Character(UnicodeScalar($0)).hexDigitValue : nil
        }
        let numbers = stride(from: 0, to: digits.count, by: 5).map { start in
            Double(digits[start..<start + 5].reduce(0) { $0 * 16 + $1 }) / 1_000_000
        }
        return stride(from: 0, to: numbers.count, by: 3).map {
            (numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
        }
    }
}
