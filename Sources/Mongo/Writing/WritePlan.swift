/// Which operations of a bulk go into which message, and which are too large for any.
struct WritePlan: Sendable {
    /// Operations that one command does.
    struct Message: Sendable, Equatable {
        let kind: WriteOperation.Kind
        /// Places in the bulk, in its order.
        var indexes: [Int]
    }

    /// In the order to send them.
    let messages: [Message]

    /// Operations that the server would refuse for their size, with it.
    let oversized: [(index: Int, byteCount: Int)]

    /// What the server stores at most (maxBsonObjectSize of its `hello`, the same since MongoDB 1.8).
    static let maximumDocumentBytes = 16 << 20

    /// What a message carries unless one operation alone is larger. The server takes 48,000,000 bytes
    /// (maxMessageSizeBytes); measured for 54 kB documents the client's CPU time is 20 µs a document up to 8 MB, which
    /// libmongoc collects in memory that malloc keeps, and 85 µs with 27 MB, which come from the kernel every time.
    static let messageBytes = 8_000_000

    /// What a command may carry (maxWriteBatchSize).
    static let messageOperations = 100_000

    /// - Parameters:
    ///   - ordered: whether an operation comes after those before it and not at all where one of them failed. If not,
    ///     operations of a kind share messages whatever lies between them.
    init(
        _ operations: [WriteOperation], ordered: Bool, messageBytes: Int = Self.messageBytes,
        messageOperations: Int = Self.messageOperations
    ) {
        var messages: [Message] = []
        var oversized: [(index: Int, byteCount: Int)] = []
        /// Per kind: the message that is being filled, and its bytes.
        var open: [WriteOperation.Kind: (message: Int, byteCount: Int)] = [:]
        for (index, operation) in operations.enumerated() {
            let byteCount = operation.byteCount
            guard byteCount <= Self.maximumDocumentBytes else {
                oversized.append((index, byteCount))
                if ordered { break }
                continue
            }
            let kind = operation.kind
            if ordered, messages.last?.kind != kind { open = [:] }
            if let (message, filled) = open[kind], filled + byteCount <= messageBytes,
                messages[message].indexes.count < messageOperations
            {
                messages[message].indexes.append(index)
                open[kind] = (message, filled + byteCount)
            } else {
                open[kind] = (messages.count, byteCount)
                messages.append(Message(kind: kind, indexes: [index]))
            }
        }
        self.messages = messages
        self.oversized = oversized
    }
}
