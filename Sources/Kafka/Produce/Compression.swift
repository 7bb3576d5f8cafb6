/// How messages are compressed on the way and in the broker.
public enum Compression: String, Sendable, CaseIterable {
    /// Not at all; right for payloads that are compressed already.
    case none
    /// Slow to write.
    case gzip
    /// Fast, moderate gain.
    case snappy
    /// Fast, moderate gain.
    case lz4
    /// The best gain for its cost; needs brokers of 2.1 or later.
    case zstd
}
