internal import Synchronization

/// Where the owner of a client and its threads find it, until it is taken out to be destroyed.
final class ClientSlot: Sendable {
    private let slot: Mutex<Client?>
    private let refuses = Atomic(false)

    /// Holds a client.
    init(_ client: Client) { slot = Mutex(client) }

    /// The client; throws when it has been taken out, or is about to be.
    func client(_ attempted: String) throws(KafkaError) -> Client {
        guard !isClosing, let client else { throw KafkaError.closed(attempted) }
        return client
    }

    /// The client; nil when it has been taken out.
    var client: Client? { slot.withLock { $0 } }

    /// Whether nothing new is to be begun.
    var isClosing: Bool { refuses.load(ordering: .relaxed) }

    /// Refuses the client to whoever asks for it by what is attempted.
    func beginClosing() { refuses.store(true, ordering: .relaxed) }

    /// Lets go of the client. It is destroyed here when nobody else uses it.
    func empty() {
        let last = slot.withLock { $0.take() }
        // Destroying joins threads, which is too long for the lock; hence this detour.
        withExtendedLifetime(last) {}
    }
}
