/// What a file or the environment gives for one setting, before it has a type.
public enum RawSetting: Equatable, Sendable {
    /// `null`, `~` or nothing after the key.
    case null

    /// One piece of text.
    case text(String)

    /// A list of texts.
    case list([String])

    /// A section, or a list of other things than text: never a setting.
    case nested

    /// The value of an environment variable.
    init(environment text: String) {
        self = text == "null" || text == "~" ? .null : .text(text)
    }

    /// The value in a file.
    init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _): self = node.isNull ? .null : .text(text)
        case .mapping: self = .nested
        case .sequence(let elements):
            let texts = elements.compactMap { element in
                if case .scalar(let text, _) = element.content, !element.isNull { text } else { nil }
            }
            self = texts.count == elements.count ? .list(texts) : .nested
        }
    }

    /// The text, where this is one.
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
