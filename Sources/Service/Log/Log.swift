internal import Foundation

/// Where a process says what happens: a constant message, and what it happened to as metadata.
///
/// ```
/// log.warning("batch is held", ["kafka.topic": .string(topic), "kafka.offset": LogValue(offset)])
/// ```
/// A library is given one; it never makes its own. Lines below the level cost a comparison: neither the message nor
/// the metadata is computed.
public struct Log: Sendable {
    /// Which process speaks.
    public let label: String

    /// The least level that is handed on.
    public let level: LogLevel

    /// What every line says besides its own metadata.
    public let metadata: [String: LogValue]

    private let handler: @Sendable (LogLine) -> Void
    private let now: @Sendable () -> Int64

    /// A log that hands its lines to a closure, which may be called on any thread.
    ///
    /// - Parameter now: milliseconds since 1970-01-01T00:00:00Z.
    public init(
        label: String, level: LogLevel = .info, metadata: [String: LogValue] = [:],
        now: @escaping @Sendable () -> Int64 = { Log.milliseconds() },
        handler: @escaping @Sendable (LogLine) -> Void
    ) {
        self.label = label
        self.level = level
        self.metadata = metadata
        self.now = now
        self.handler = handler
    }

    /// A log to standard error as the settings `log.level` and `log.form` have it.
    public static func standardError(label: String, configuration: Configuration) -> Log {
        let form = configuration[LogSettings.form]
        let isText = form == .text || (form == .automatic && isatty(STDERR_FILENO) == 1)
        return Log(label: label, level: configuration[LogSettings.level]) { line in
            StandardError.write((isText ? line.text : line.json) + "\n")
        }
    }

    /// A log that says nothing.
    public static var silent: Log { Log(label: "", level: .error) { _ in } }

    /// The same log with more metadata on every line.
    public func with(_ more: [String: LogValue]) -> Log {
        Log(
            label: label, level: level, metadata: metadata.merging(more) { $1 }, now: now, handler: handler)
    }

    /// Says something at a level that is computed.
    public func log(
        _ level: LogLevel, _ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]
    ) {
        guard level >= self.level else { return }
        handler(
            LogLine(
                milliseconds: now(), level: level, label: label, message: message.description,
                metadata: self.metadata.merging(metadata()) { $1 }))
    }

    /// Says something about one alert.
    public func trace(_ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]) {
        log(.trace, message, metadata())
    }

    /// Says something about one batch or request.
    public func debug(_ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]) {
        log(.debug, message, metadata())
    }

    /// Says that a state changed.
    public func info(_ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]) {
        log(.info, message, metadata())
    }

    /// Says something that needs a look.
    public func warning(_ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]) {
        log(.warning, message, metadata())
    }

    /// Says that something asked for is not done.
    public func error(_ message: StaticString, _ metadata: @autoclosure () -> [String: LogValue] = [:]) {
        log(.error, message, metadata())
    }

    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    public static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// The settings of the log.
public enum LogSettings {
    /// The least level that is written.
    public static let level = Setting(
        "log.level", default: LogLevel.info, "Which log lines are written: this level and what matters more.")

    /// How lines look.
    public static let form = Setting(
        "log.form", default: LogForm.automatic,
        "How log lines look: JSON objects, text, or text on a terminal and JSON elsewhere.")

    /// Both.
    public static let all: [any SettingDeclaration] = [level, form]
}
