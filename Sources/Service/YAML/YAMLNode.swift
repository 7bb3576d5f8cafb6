/// One value of a YAML document and the line where it starts.
public struct YAMLNode: Sendable, Equatable {
    /// What YAML knows: text, list, mapping. Types are the reader's business: a setting knows what it wants.
    public enum Content: Sendable, Equatable {
        /// Text; plain where it stood without quotes, and then `null` and `~` mean nothing.
        case scalar(String, isPlain: Bool)

        /// Values in order.
        case sequence([YAMLNode])

        /// Keys and values in order, as written: keys may repeat.
        case mapping([Entry])
    }

    /// A key with its value.
    public struct Entry: Sendable, Equatable {
        /// The key's text.
        public let key: String

        /// What the key stands for.
        public let value: YAMLNode

        /// The key's line, from 1.
        public let line: Int
    }

    /// The value.
    public let content: Content

    /// Where it starts, from 1.
    public let line: Int

    /// The keys and values of a mapping, nil for all else.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// Whether this is nothing: an empty value, `~` or `null` without quotes.
    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// What is wrong with a YAML text, and on which line, from 1.
struct YAMLError: Error, Equatable, Sendable {
    /// Where, from 1.
    let line: Int

    /// What, lower case; never contains a value from the text.
    let reason: String
}
