public import Service

/// Settings of telling which alerts are of the same object.
public enum AssociationSettings {
    /// Whether.
    public static let enabled = Setting(
        "association.enabled", default: false,
        "Whether objects get a name of our own, aid, that surveys share: alerts near each other are of one object."
    )
    /// Radius.
    public static let radius = Setting(
        "association.radius", default: 1.5, unit: "arcseconds", accepts: .within(0.1...60),
        "How far from an object an alert is still of it.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [enabled, radius]
}
