/// Messages read together and the offsets that cover exactly these messages.
///
/// The offsets travel with the messages, so they cannot be committed before the messages are dealt with.
public struct Batch: Sendable {
    /// In the order of reading; within a partition by ascending offset.
    public let messages: [Message]
    /// What to commit once every message has been dealt with.
    public let offsets: Offsets

    /// Whether nothing was read.
    public var isEmpty: Bool { messages.isEmpty }
}
