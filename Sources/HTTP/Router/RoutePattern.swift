/// The pattern of a route's path: literal segments and parameters, such as `/api/filters/{filter_id:digits}`.
struct RoutePattern: Equatable {
    /// What a segment of the path must be.
    enum Segment: Equatable {
        /// Exactly this text.
        case literal(String)
        /// One or more ASCII digits, `{name:digits}`.
        case digits(String)
        /// Anything but nothing, `{name}`.
        case any(String)

        /// The segment as OpenAPI has it.
        var template: String {
            switch self {
            case .literal(let text): text
            case .digits(let name), .any(let name): "{\(name)}"
            }
        }
    }

    let segments: [Segment]

    /// The names of the parameters in their order.
    var parameterNames: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .digits(let name), .any(let name): name
            }
        }
    }

    /// The pattern that a text spells; nil if it does not begin with a slash, a brace stands in the wrong
    /// place, or a parameter has no name, an unknown kind or the name of another.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var segments: [Segment] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = Self.segment(part) else { return nil }
            segments.append(segment)
        }
        self.segments = segments.isEmpty ? [.literal("")] : segments
        if Set(parameterNames).count != parameterNames.count { return nil }
    }

    private static func segment(_ part: Substring) -> Segment? {
        guard part.contains("{") || part.contains("}") else { return .literal(String(part)) }
        guard part.hasPrefix("{"), part.hasSuffix("}") else { return nil }
        let inner = part.dropFirst().dropLast()
        let words = inner.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = words.first, !name.isEmpty, !inner.contains("{"), !inner.contains("}") else {
            return nil
        }
        return switch words.dropFirst() {
        case []: .any(String(name))
        case ["digits"]: .digits(String(name))
        default: nil
        }
    }
}
