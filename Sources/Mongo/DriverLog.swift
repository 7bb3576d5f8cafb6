import CMongoC
import Synchronization

/// What libmongoc says on its own account: lost servers, odd options. One per process, as libmongoc has one.
///
/// Nothing is written to standard error. Messages before the first `receive` are dropped.
public enum DriverLog {
    /// How bad it is.
    public enum Level: Sendable {
        case error, warning, info, debug
    }

    private static let sink = Mutex<(@Sendable (Level, String) -> Void)?>(nil)
    private static let secrets = Mutex<Set<Secrets>>([])

    /// Sends the messages, secrets removed, to a closure that is called on libmongoc's threads and must not block.
    public static func receive(_ sink: @escaping @Sendable (Level, String) -> Void) {
        _ = Driver.started
        Self.sink.withLock { $0 = sink }
    }

    /// Keeps the secrets of a connection string out of the messages.
    static func conceal(_ pieces: Secrets) { secrets.withLock { _ = $0.insert(pieces) } }

    /// Passes a message on.
    fileprivate static func write(_ level: mongoc_log_level_t, _ message: String) {
        guard let sink = sink.withLock({ $0 }) else { return }
        let message = secrets.withLock { $0 }.reduce(message) { $1.removed(from: $0) }
        switch level {
        case MONGOC_LOG_LEVEL_ERROR, MONGOC_LOG_LEVEL_CRITICAL: sink(.error, message)
        case MONGOC_LOG_LEVEL_WARNING: sink(.warning, message)
        case MONGOC_LOG_LEVEL_MESSAGE, MONGOC_LOG_LEVEL_INFO: sink(.info, message)
        default: sink(.debug, message)
        }
    }
}

/// libmongoc itself.
enum Driver {
    /// Done once a process and never undone: mongoc_cleanup allows no second mongoc_init.
    static let started: Void = {
        mongoc_log_set_handler(logged, nil)
        mongoc_init()
    }()
}

private func logged(
    level: mongoc_log_level_t, domain: UnsafePointer<CChar>?, message: UnsafePointer<CChar>?,
    context: UnsafeMutableRawPointer?
) {
    if let message { DriverLog.write(level, String(cString: message)) }
}
