import Documents

extension ExpressionGrowth {
    /// Bytes of a number or date as a text, at most.
    private static let numberText = 64.0
    /// Bytes of a part of a date for each byte of a format, at most: `%z` is `+0000`.
    private static let growthOfFormat = 4.0

    /// Texts that are made of texts.
    mutating func texts(_ rule: GrowthRule, _ arguments: Arguments) -> Extent {
        let first = arguments[0]
        switch rule {
        case .text: return made(arguments.text)
        case .replacement:
            // Between any two characters, where what is to be found is empty.
            let input = arguments.named("input").text
            return made(input + (input + 1) * arguments.named("replacement").text)
        case .split:
            let length = 1 + first.text
            steps += length
            hold(GrowthLimits.list + (GrowthLimits.element + GrowthLimits.text) * length + first.text)
            return .list(
                of: .text(first.text, isMade: true), length: length, values: 1 + length + first.values,
                own: GrowthLimits.list + (GrowthLimits.element + GrowthLimits.text) * length + first.text)
        case .dateText:
            let text = Self.numberText + Self.growthOfFormat * arguments.named("format").text
            return made(text).joined(arguments.named("onNull"))
        case .conversion:
            return made(max(Self.numberText, arguments.named("input").text)).joined(.anyNumber)
                .joined(arguments.named("onError")).joined(arguments.named("onNull"))
        case .regularExpressionFind(let isEvery): return found(isEvery, arguments)
        default: return made(max(Self.numberText, arguments.all.map(\.text).max() ?? 0))
        }
    }

    private mutating func made(_ bytes: Double) -> Extent {
        steps += bytes / 16
        hold(GrowthLimits.text + bytes)
        return .text(bytes, isMade: true)
    }

    /// A document `{match, idx, captures}` for what a regular expression finds; one for each place in the text.
    private mutating func found(_ isEvery: Bool, _ arguments: Arguments) -> Extent {
        let input = arguments.named("input").text
        // Two bytes of a pattern make a group.
        let groups = arguments.named("regex").text / 2
        let places = isEvery ? 1 + input : 1
        // Each group may have caught all that is left of the text; MongoDB ends at 64 MB.
        let captures = Extent.list(of: .text(input), length: groups)
        let match = Extent.document([
            "match": .text(input), "idx": .number(input), "captures": captures,
        ])
        steps += places * (1 + input / 16 + groups)
        let each = GrowthLimits.document + 3 * GrowthLimits.field + groups * GrowthLimits.element
        hold(places * (each + GrowthLimits.element) + min(places * groups * input, 67_108_864))
        return isEvery ? .list(of: match, length: places) : match
    }
}
