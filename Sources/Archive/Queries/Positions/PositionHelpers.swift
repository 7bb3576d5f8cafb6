import Service
import Synchronization

/// The connections that position queries may use besides the one that each has anyway.
///
/// They are few for all queries together, so that one large query does not make the others wait; nobody waits for one:
/// a query without helpers asks for one batch of positions after another.
final class PositionHelpers: Sendable {
    /// How many connections one query uses at most.
    static let setting = Setting(
        "server.connections_per_query", default: 4, unit: "connections", accepts: .within(1...64),
        "Connections to the database that one cone_search or near of many positions uses at most.")

    /// How many connections one query uses at most.
    let perQuery: Int
    private let free: Mutex<Int>
    private let indexes: LocalCatalogs?

    /// - Parameters:
    ///   - perQuery: how many connections one query uses at most, at least 1.
    ///   - connections: how many there are in all; a quarter of them may be helpers.
    ///   - indexes: counts what they answer.
    init(perQuery: Int, connections: Int, indexes: LocalCatalogs? = nil) {
        self.perQuery = max(1, perQuery)
        self.indexes = indexes
        free = Mutex(max(perQuery - 1, connections / 4))
    }

    /// Counts positions that were looked for in an index.
    func count(answered: Int, of positions: Int) { indexes?.count(answered: answered, of: positions) }

    /// The right to use one more connection, until the last reference to it goes; nil where all are in use.
    func take() -> Helper? {
        let isFree = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        return isFree ? Helper { [self] in free.withLock { $0 += 1 } } : nil
    }

    /// The right to use one more connection.
    final class Helper: Sendable {
        private let end: @Sendable () -> Void

        init(end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }
}
