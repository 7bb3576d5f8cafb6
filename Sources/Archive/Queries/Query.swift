public import Documents

/// A query that has passed validation.
public enum Query: Sendable {
    case find(catalog: String, filter: Document, projection: Document?, options: Options)
    case findOne(catalog: String, filter: Document, projection: Document?, options: Options)
    case aggregate(catalog: String, pipeline: [Document], options: Options)
    case countDocuments(catalog: String, filter: Document, options: Options)
    case estimatedDocumentCount(catalog: String, options: Options)
    case info(Info, options: Options)
    /// `cone_search` and `near`.
    case positions(PositionQuery)
    case skymap(SkymapQuery)
    case drop(catalog: String)

    /// What the query type `info` tells.
    public enum Info: Sendable {
        case catalogNames
        case catalog(String)
        case indexes(String)
        case database
    }

    /// What a caller may say besides.
    public struct Options: Sendable {
        /// `[(field, 1 or −1)]` as a document.
        public var sort: Document?
        /// Documents to pass over.
        public var skip: Int?
        /// Documents at most.
        public var limit: Int?
        /// Name of an index.
        public var hint: Value?
        /// Milliseconds that the database may take.
        public var maximumTime: Int64
        /// Whether an aggregation may use the disk.
        public var allowDiskUse = true
    }

    /// The types of spec, in the order in which the error message names them.
    static let types = [
        "cone_search", "count_documents", "estimated_document_count", "find", "find_one", "aggregate", "info",
        "near",
        "drop", "skymap",
    ]
}
