/// Text that must never be shown: it prints as `***` however it is printed, and only `value` gives it away.
public struct Secret: Sendable, SettingValue {
    /// The text itself, for the one call that needs it.
    public let value: String

    /// Takes the text to hide.
    public init(_ value: String) { self.value = value }

    /// A secret is one.
    public static var isSecret: Bool { true }

    /// Any text.
    public static func form(unit: SettingUnit) -> String { "text" }

    /// The text as given.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Secret? { raw.text.map { Secret($0) } }

    /// `***` in quotes: no rendering of settings gives a secret away.
    public func yaml(unit: SettingUnit) -> String { JSONText.quoted(description) }
}

extension Secret: Equatable {
    /// Whether the texts are the same, in a time that depends on their lengths only.
    public static func == (left: Secret, right: Secret) -> Bool {
        let (first, second) = (Array(left.value.utf8), Array(right.value.utf8))
        guard first.count == second.count else { return false }
        var difference: UInt8 = 0
        for index in first.indices { difference |= first[index] ^ second[index] }
        return difference == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `***`.
    public var description: String { "***" }

    /// `***`.
    public var debugDescription: String { "***" }

    /// No children, so that `dump` and printing of an enclosing value show none.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: ExpressibleByStringLiteral {
    /// A secret in source, which is a default to be refused or a test.
    public init(stringLiteral value: String) { self.init(value) }
}
