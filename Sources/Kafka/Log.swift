/// Takes a line of log: how grave, what part of the library (such as `FAIL` or `REBALANCE`), and the text.
///
/// Called from librdkafka's threads as well as from ours; must not block.
public typealias Log = @Sendable (_ level: LogLevel, _ facility: String, _ text: String) -> Void

/// How grave a line of log is.
public enum LogLevel: Int, Sendable, Comparable {
    /// Only of use to whoever looks for a fault in the library.
    case debug
    /// Something changed, as it should.
    case info
    /// Needs a look, but the library goes on by itself.
    case warning
    /// Somebody must act.
    case error

    /// Less grave than.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    /// From a level of syslog(3), which librdkafka uses: 0 emergency … 7 debug. Its errors (3) are mostly connections
    /// refused, after which it tries again: a warning here.
    init(syslog level: Int32) {
        switch level {
        case ...2: self = .error
        case 3, 4: self = .warning
        case 5, 6: self = .info
        default: self = .debug
        }
    }
}
