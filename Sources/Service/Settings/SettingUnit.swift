/// What a setting's number counts.
public struct SettingUnit: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The unit's name in the plural: `milliseconds`, `bytes`, `messages`; empty where there is none.
    public let name: String

    /// How long one of them is, for units of time.
    let duration: Duration?

    /// A unit that is not of time.
    public init(stringLiteral name: String) {
        self.name = name
        duration = nil
    }

    /// A unit of time.
    private init(_ name: String, _ duration: Duration) {
        self.name = name
        self.duration = duration
    }

    /// No unit: names, switches, addresses.
    public static let none: SettingUnit = ""

    /// 1/1000 of a second.
    public static let milliseconds = SettingUnit("milliseconds", .milliseconds(1))

    /// Seconds.
    public static let seconds = SettingUnit("seconds", .seconds(1))

    /// 60 seconds.
    public static let minutes = SettingUnit("minutes", .seconds(60))

    /// 3,600 seconds.
    public static let hours = SettingUnit("hours", .seconds(3600))

    /// 86,400 seconds.
    public static let days = SettingUnit("days", .seconds(86_400))
}
