public import Documents

/// How an aggregation is done. Whatever is nil is left to the server.
public struct AggregateOptions: Sendable {
    /// The index to use: its name or its keys.
    public var hint: Value?
    /// How long the server may work on it; nil for the setting.
    public var maxTime: Duration?
    /// Documents a round trip; the server sends 101 first and 16 MB afterwards.
    public var batchSize: Int?
    /// Shown in the server's log and in `$currentOp`.
    public var comment: String?
    /// How strings compare.
    public var collation: Document?
    /// Whether stages may write to the server's disk.
    public var allowDiskUse: Bool?
    /// Variables for expressions.
    public var variables: Document?

    /// Everything left to the server.
    public init(
        hint: Value? = nil, maxTime: Duration? = nil, batchSize: Int? = nil, comment: String? = nil,
        collation: Document? = nil, allowDiskUse: Bool? = nil, variables: Document? = nil
    ) {
        self.hint = hint
        self.maxTime = maxTime
        self.batchSize = batchSize
        self.comment = comment
        self.collation = collation
        self.allowDiskUse = allowDiskUse
        self.variables = variables
    }

    /// What libmongoc takes (mongoc_collection_aggregate).
    func document(maxTime standard: Duration) -> Document {
        var writer = DocumentWriter()
        if let hint { writer.append("hint", hint) }
        writer.append("maxTimeMS", int64: Int64((maxTime ?? standard).milliseconds))
        if let batchSize { writer.append("batchSize", int32: Int32(clamping: batchSize)) }
        if let comment { writer.append("comment", string: comment) }
        if let collation { writer.append("collation", document: collation) }
        if let allowDiskUse { writer.append("allowDiskUse", .bool(allowDiskUse)) }
        if let variables { writer.append("let", document: variables) }
        return writer.finish()
    }
}
