/// How much a log line matters.
public enum LogLevel: String, CaseIterable, Comparable, Sendable, SettingValue {
    /// Per alert; for a developer's own machine.
    case trace

    /// Per batch or request.
    case debug

    /// Changes of state: started, connected, stopped.
    case info

    /// Needs a look: something was retried or refused.
    case warning

    /// Something that was asked for is not done.
    case error

    /// Whether one matters less than another.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    /// The order of the cases.
    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warning: 3
        case .error: 4
        }
    }
}

/// How log lines look.
public enum LogForm: String, CaseIterable, Sendable, SettingValue {
    /// One JSON object a line, for machines.
    case json

    /// One line of text, for people.
    case text

    /// Text on a terminal, JSON elsewhere.
    case automatic
}
