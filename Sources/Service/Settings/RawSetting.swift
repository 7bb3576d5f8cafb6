/// What a file or the environment gives for one setting, before it has a type.
public enum RawSetting: Equatable, Sendable {
    /// `null`, `~` or nothing after the key.
    case null

    /// One piece of text.
    case text(String)

    /// A list of texts.
    case list([String])

    /// A section, or a list of other things than text: only what is itself a mapping takes it.
    case nested(YAMLNode)

    /// The value of an environment variable.
    init(environment text: String) {
        self = text == "null" || text == "~" ? .null : .text(text)
    }

    /// The value in a file.
    init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _): self = node.isNull ? .null : .text(text)
        case .mapping: self = .nested(node)
        case .sequence(let elements):
            let texts = elements.compactMap { element in
                if case .scalar(let text, _) = element.content, !element.isNull { text } else { nil }
            }
            self = texts.count == elements.count ? .list(texts) : .nested(node)
        }
    }

    /// A mapping's keys and values, as a file gives them or as JSON or YAML in one piece of text; nil for all else.
    ///
    /// - Throws: `SettingRefusal` where the text is neither.
    public func mapping() throws(SettingRefusal) -> [YAMLNode.Entry]? {
        switch self {
        case .nested(let node): return node.entries
        case .text(let text):
            do throws(YAMLError) {
                return try YAMLParser.document(Array(text.utf8)).entries
            } catch {
                throw SettingRefusal(reason: "neither JSON nor YAML: line \(error.line): \(error.reason)")
            }
        case .null, .list: return nil
        }
    }

    /// The text, where this is one.
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
