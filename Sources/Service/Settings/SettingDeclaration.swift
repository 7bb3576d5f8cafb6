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

    /// The default as YAML; `***` for a secret.
    var defaultYAML: String { get }

    /// What is wrong with the declaration, or nil.
    var declarationFault: String? { get }

    /// The default, or why a value must be given.
    func resolveDefault() -> Result<any Sendable, SettingRefusal>

    /// The value in what was given, or why it is none.
    func resolve(_ raw: RawSetting, showsValue: Bool) -> Result<any Sendable, SettingRefusal>
}

/// Why a value is not accepted for a setting.
public struct SettingRefusal: Error, Equatable, Sendable {
    /// The reason, lower case.
    public let reason: String
}
