/// A message to be sent.
public struct Record: Sendable, Equatable {
    /// The topic, which must exist.
    public var topic: String
    /// The partition; nil lets the key decide (murmur2, as Java's clients do), or chance when there is no key.
    public var partition: Int32?
    /// nil for a null key.
    public var key: [UInt8]?
    /// nil for a null payload (a tombstone).
    public var payload: [UInt8]?
    /// Milliseconds since 1970 UTC; nil for the time of sending.
    public var timestamp: Int64?

    /// Makes a message.
    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]? = nil, payload: [UInt8]?,
        timestamp: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.payload = payload
        self.timestamp = timestamp
    }
}

/// Where a message has been stored.
public struct Receipt: Sendable, Equatable {
    /// The partition's number.
    public let partition: Int32
    /// The offset; nil when the broker had the message already from an earlier attempt and does not say where.
    public let offset: Int64?
}
