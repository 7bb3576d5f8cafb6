/// A setting of any type, for lists of them.
public protocol SettingDeclaration: Sendable {
    /// Sections and name, lower case, with dots between.
    var key: String { get }

    /// What a number counts.
    var unit: SettingUnit { get }

    /// What the setting does.
    var meaning: String { get }

    /// Which values are accepted, in words; empty for any.
    var requirement: String { get }

    /// Whether values must never be shown.
    var isSecret: Bool { get }

    /// Whether null is a value of this setting.
    var isOptional: Bool { get }

    /// The default as YAML, of several lines for a mapping; `***` for a secret.
    var defaultYAML: String { get }

    /// What is wrong with the declaration, or nil.
    var declarationFault: String? { get }

    /// The default, or why a value must be given.
    func resolveDefault() -> Result<any Sendable, SettingRefusal>

    /// The value in what was given, or why it is none.
    ///
    /// - Parameter earlier: the value of the layers below, nil where none gives one; what is no mapping takes its place.
    func resolve(_ raw: RawSetting, over earlier: (any Sendable)?, showsValue: Bool) -> Result<
        any Sendable, SettingRefusal
    >
}

/// Why a value is not accepted for a setting.
public struct SettingRefusal: Error, Equatable, Sendable {
    /// What is wrong at one place.
    public struct Fault: Equatable, Sendable {
        /// Keys with dots between, below the setting's own; empty for all of the value.
        public let place: String

        /// The line in the text, from 1; nil where only the setting's own is known.
        public let line: Int?

        /// The reason, lower case.
        public let reason: String

        /// Takes all of them.
        public init(_ place: String, line: Int? = nil, _ reason: String) {
            self.place = place
            self.line = line
            self.reason = reason
        }
    }

    /// At least one.
    public let faults: [Fault]

    /// Takes what is wrong, at least one fault.
    public init(_ faults: [Fault]) { self.faults = faults }

    /// One reason for all of the value.
    public init(reason: String) { faults = [Fault("", reason)] }
}
