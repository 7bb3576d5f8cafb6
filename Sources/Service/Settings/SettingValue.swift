internal import Foundation

/// A type that a setting can have.
public protocol SettingValue: Sendable {
    /// Whether values must never be shown.
    static var isSecret: Bool { get }

    /// Whether a setting of this type must have a unit of time.
    static var needsUnitOfTime: Bool { get }

    /// What is accepted, for a sentence that ends "… is not": `an integer`.
    static func form(unit: SettingUnit) -> String

    /// The value in what was given, or nil when it has another form.
    static func read(_ raw: RawSetting, unit: SettingUnit) -> Self?

    /// The value in what was given, laid over the value of the layers below; nil when it has another form. Only
    /// mappings are merged, by a method of their own: everything else takes the place of what is below.
    ///
    /// - Throws: `SettingRefusal` that names the places in a mapping where the form is another.
    static func read(_ raw: RawSetting, over earlier: Self, unit: SettingUnit) throws(SettingRefusal) -> Self?

    /// The value as YAML, such that `read` gives it back: on one line, or a mapping on lines that begin at the margin.
    func yaml(unit: SettingUnit) -> String
}

extension SettingValue {
    /// Most values may be shown.
    public static var isSecret: Bool { false }

    /// Most values are no times.
    public static var needsUnitOfTime: Bool { false }

    /// What `read` gives without anything below.
    public static func read(
        _ raw: RawSetting, over earlier: Self, unit: SettingUnit
    ) throws(SettingRefusal) -> Self? { read(raw, unit: unit) }
}

extension String: SettingValue {
    /// Any text.
    public static func form(unit: SettingUnit) -> String { "text" }

    /// The text as given.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> String? { raw.text }

    /// Always in quotes, so that no text is taken for a number or for null.
    public func yaml(unit: SettingUnit) -> String { JSONText.quoted(self) }
}

extension Int: SettingValue {
    /// Decimal digits with an optional sign.
    public static func form(unit: SettingUnit) -> String { "an integer" }

    /// The number in decimal text.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Int? { raw.text.flatMap { Int($0) } }

    /// Decimal digits.
    public func yaml(unit: SettingUnit) -> String { String(self) }
}

extension Double: SettingValue {
    /// A finite number.
    public static func form(unit: SettingUnit) -> String { "a number" }

    /// The number in decimal text; neither infinite nor NaN.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Double? {
        guard let text = raw.text, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// The shortest digits that give the number back.
    public func yaml(unit: SettingUnit) -> String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Bool: SettingValue {
    /// Both spellings of YAML, and 1 and 0 for the environment.
    public static func form(unit: SettingUnit) -> String { "true or false" }

    /// `true`, `yes`, `on`, `1` or their opposites, in any case.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Bool? {
        switch raw.text?.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    /// `true` or `false`.
    public func yaml(unit: SettingUnit) -> String { self ? "true" : "false" }
}

extension Duration: SettingValue {
    /// A bare number says nothing.
    public static var needsUnitOfTime: Bool { true }

    /// A number in the setting's unit.
    public static func form(unit: SettingUnit) -> String { "a number of \(unit.name), 0 or more" }

    /// The time that a number of the unit makes; up to 3,000 years, so that no sum of times overflows.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Duration? {
        guard let number = Double.read(raw, unit: unit), let one = unit.duration, number >= 0,
            number * (one / .seconds(1)) < 1e11
        else { return nil }
        return one * number
    }

    /// The number of units.
    public func yaml(unit: SettingUnit) -> String {
        (self / (unit.duration ?? .seconds(1))).yaml(unit: unit)
    }
}

extension [String]: SettingValue {
    /// Either way of writing lists.
    public static func form(unit: SettingUnit) -> String { "a list or text separated by commas" }

    /// The list's elements, or the parts between commas without surrounding spaces; empty parts are left out.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> [String]? {
        switch raw {
        case .list(let elements): elements
        case .text(let text):
            text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                .filter { !$0.isEmpty }
        case .null, .nested: nil
        }
    }

    /// A list in brackets.
    public func yaml(unit: SettingUnit) -> String {
        "[" + map { JSONText.quoted($0) }.joined(separator: ", ") + "]"
    }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    /// As the value, if there is one.
    public static var isSecret: Bool { Wrapped.isSecret }

    /// As the value, if there is one.
    public static var needsUnitOfTime: Bool { Wrapped.needsUnitOfTime }

    /// The value's form or null.
    public static func form(unit: SettingUnit) -> String { Wrapped.form(unit: unit) + " or null" }

    /// Null and empty text are nil.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Wrapped?? {
        if raw == .null || raw == .text("") { return .some(nil) }
        return Wrapped.read(raw, unit: unit).map { .some($0) }
    }

    /// `null` for nil.
    public func yaml(unit: SettingUnit) -> String { map { $0.yaml(unit: unit) } ?? "null" }
}

/// An enumeration of texts is a setting by declaring the conformance.
extension SettingValue where Self: CaseIterable & RawRepresentable, RawValue == String {
    /// The cases.
    public static func form(unit: SettingUnit) -> String {
        "one of " + allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// The case of that name, in any case.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> Self? {
        raw.text.flatMap { Self(rawValue: $0.lowercased()) }
    }

    /// The case's name.
    public func yaml(unit: SettingUnit) -> String { JSONText.quoted(rawValue) }
}
