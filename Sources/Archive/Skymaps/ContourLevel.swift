import Documents

/// A percentage of a map's probability, as clients write it.
struct ContourLevel: Hashable, Sendable {
    /// Above 0, up to 100.
    let percent: Double

    /// - Returns: nil where the number is no such percentage.
    init?(_ percent: Double) {
        guard percent > 0, percent <= 100 else { return nil }
        self.percent = percent
    }

    /// The level of a key of a stored map, `contour90` or `contour99.5`; nil for other keys.
    init?(key: String) {
        guard key.hasPrefix("contour") else { return nil }
        self.init(text: key.dropFirst("contour".count))
    }

    /// The level that a text means.
    init?(text: some StringProtocol) {
        guard let number = Double(String(text)) else { return nil }
        self.init(number)
    }

    /// The number as it is written: whole ones without a point.
    var text: String {
        percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    }

    /// The key of its outline in a stored map.
    var key: String { "contour\(text)" }

    /// The number as a value: whole ones are integers.
    var value: Value { percent == percent.rounded() ? .int32(Int32(percent)) : .double(percent) }

    /// The most levels of one request; each outline may have a megabyte.
    static let most = 16

    /// The levels that a field of a request names: a number, a list of numbers, or a text with commas. Each counts once.
    /// - Throws: `RequestError` in Kowalski's words.
    static func read(_ value: Value) throws(RequestError) -> [ContourLevel] {
        let given: [Value] =
            switch value {
            case .string(let text):
                text.split(separator: ",", omittingEmptySubsequences: false).map {
                    .string(String($0).trimmed)
                }
            case .array: value.list ?? []
            default: [value]
            }
        var levels: [ContourLevel] = []
        for entry in given {
            guard let number = entry.double ?? entry.string.flatMap({ Double($0) }) else {
                throw RequestError(
                    .value,
                    given.count > 1
                        ? "contours must be a comma-separated list of integers"
                        : "contours must be an integer or a comma-separated list of integers")
            }
            guard let level = ContourLevel(number) else {
                throw RequestError(.value, "contours must be above 0 and at most 100")
            }
            if !levels.contains(level) { levels.append(level) }
        }
        guard (1...most).contains(levels.count) else {
            throw RequestError(.value, "contours must name between 1 and \(most) levels")
        }
        return levels
    }

    /// Levels as Python prints a list of them: `[90, 95]`.
    static func text(_ levels: [ContourLevel]) -> String {
        "[" + levels.map(\.text).joined(separator: ", ") + "]"
    }
}
