public import Documents

/// How a find is done. Whatever is nil is left to the server.
public struct FindOptions: Sendable {
    /// Which fields come back.
    public var projection: Document?
    /// The order.
    public var sort: Document?
    /// How many documents to leave out at the start.
    public var skip: Int?
    /// How many documents at most; nil or 0 for all.
    public var limit: Int?
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
    /// Whether sorting may write to the server's disk.
    public var allowDiskUse: Bool?
    /// Variables for `$expr`.
    public var variables: Document?

    /// Everything left to the server.
    public init(
        projection: Document? = nil, sort: Document? = nil, skip: Int? = nil, limit: Int? = nil,
        hint: Value? = nil,
        maxTime: Duration? = nil, batchSize: Int? = nil, comment: String? = nil, collation: Document? = nil,
        allowDiskUse: Bool? = nil, variables: Document? = nil
    ) {
        self.projection = projection
        self.sort = sort
        self.skip = skip
        self.limit = limit
        self.hint = hint
        self.maxTime = maxTime
        self.batchSize = batchSize
        self.comment = comment
        self.collation = collation
        self.allowDiskUse = allowDiskUse
        self.variables = variables
    }

    /// What libmongoc takes (mongoc_collection_find_with_opts).
    func document(maxTime standard: Duration) -> Document {
        var writer = DocumentWriter()
        if let projection { writer.append("projection", document: projection) }
        if let sort { writer.append("sort", document: sort) }
        if let skip { writer.append("skip", int64: Int64(skip)) }
        if let limit { writer.append("limit", int64: Int64(limit)) }
        if let hint { writer.append("hint", hint) }
        writer.append("maxTimeMS", int64: Int64((maxTime ?? standard).milliseconds))
        if let batchSize { writer.append("batchSize", int64: Int64(batchSize)) }
        if let comment { writer.append("comment", string: comment) }
        if let collation { writer.append("collation", document: collation) }
        if let allowDiskUse { writer.append("allowDiskUse", .bool(allowDiskUse)) }
        if let variables { writer.append("let", document: variables) }
        return writer.finish()
    }
}
