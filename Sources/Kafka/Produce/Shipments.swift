internal import Synchronization

/// Messages on their way, each under a ticket number that travels with it as its opaque pointer: a number rather
/// than an address, so that a report can neither dangle nor leak.
final class Shipments: Sendable {
    private struct State {
        var lastTicket: UInt = 0
        var underway: [UInt: (shipment: Shipment, index: Int)] = [:]
    }

    private let state = Mutex(State())

    /// A ticket for one message of a shipment; never 0.
    func issue(for shipment: Shipment, index: Int) -> UInt {
        state.withLock { state in
            state.lastTicket += 1
            state.underway[state.lastTicket] = (shipment, index)
            return state.lastTicket
        }
    }

    /// Notes what became of a message; does nothing for a ticket that is settled already.
    func settle(_ ticket: UInt, _ result: () -> Result<Receipt, KafkaError>) {
        guard let (shipment, index) = state.withLock({ $0.underway.removeValue(forKey: ticket) }) else {
            return
        }
        shipment.settle(index, result())
    }

    /// Whether nothing is under way.
    var isEmpty: Bool { state.withLock { $0.underway.isEmpty } }

    /// Settles everything under way with an error.
    func abandon(_ error: KafkaError) {
        let left = state.withLock { state in
            defer { state.underway = [:] }
            return state.underway.values.map { ($0.shipment, $0.index) }
        }
        for (shipment, index) in left { shipment.settle(index, .failure(error)) }
    }
}

/// Messages sent together; calls back once when each has a result.
final class Shipment: Sendable {
    private struct State {
        var results: [Result<Receipt, KafkaError>?]
        var missing: Int
    }

    private let state: Mutex<State>
    private let completed: @Sendable ([Result<Receipt, KafkaError>]) -> Void

    /// - Parameter count: at least 1.
    init(count: Int, completed: @escaping @Sendable ([Result<Receipt, KafkaError>]) -> Void) {
        state = Mutex(State(results: Array(repeating: nil, count: count), missing: count))
        self.completed = completed
    }

    /// Notes the result of one message.
    func settle(_ index: Int, _ result: Result<Receipt, KafkaError>) {
        let results: [Result<Receipt, KafkaError>]? = state.withLock { state in
            guard state.results[index] == nil else { return nil }
            state.results[index] = result
            state.missing -= 1
            return state.missing == 0 ? state.results.compactMap { $0 } : nil
        }
        if let results { completed(results) }
    }
}
