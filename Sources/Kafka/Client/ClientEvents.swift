internal import CRDKafka
internal import Synchronization

/// What librdkafka's callbacks tell about a client; the context of all of them.
///
/// Kept alive by `Client`, which releases it after librdkafka has promised no more calls (the client is destroyed).
final class ClientEvents: Sendable {
    /// Which partitions are assigned and how far each is read; empty for anything but a consumer.
    let positions = Positions()
    /// Messages on their way to a broker; empty for anything but a producer.
    let shipments = Shipments()
    /// The consumer's inbox as a bit pattern: the rebalance callback needs it, and it can only be made after the
    /// client to which the callback belongs. 0 = none.
    let inbox = Atomic<UInt>(0)

    private let configuration: Configuration
    private let log: Log
    private let state = Mutex(State())

    private struct State {
        var faults = 0
        var fatal: KafkaError?
        var statistics: [UInt8]?
    }

    /// - Parameter configuration: only to keep its secrets out of the log.
    init(configuration: Configuration, log: @escaping Log) {
        self.configuration = configuration
        self.log = log
    }

    /// Passes a line on without secrets.
    func note(_ level: LogLevel, _ facility: String, _ text: String) {
        log(level, facility, configuration.redacted(text))
    }

    /// Counts and logs an error that librdkafka overcomes by itself (a broker is away), or keeps a fatal one for
    /// the next call to throw.
    func note(_ error: KafkaError) {
        state.withLock {
            $0.faults += 1
            if error.isFatal, $0.fatal == nil { $0.fatal = error }
        }
        // Connections that fail are also lines of librdkafka's own; no need to say it twice.
        let isSaid = [RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE].contains {
            $0.rawValue == error.code
        }
        note(error.isFatal ? .error : isSaid ? .debug : .warning, error.name, error.description)
    }

    /// How many errors have been met since the client was made.
    var faults: Int { state.withLock { $0.faults } }

    /// Throws the fatal error, once there is one.
    func checkFatal() throws(KafkaError) {
        if let fatal = state.withLock({ $0.fatal }) { throw fatal }
    }

    /// The latest statistics as JSON; nil before the first.
    var statistics: [UInt8]? {
        get { state.withLock { $0.statistics } }
        set { state.withLock { $0.statistics = newValue } }
    }
}
