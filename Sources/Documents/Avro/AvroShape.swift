/// What becomes of a packet's outermost fields: most stay in the main document, some are set apart.
public struct AvroShape: Sendable, Hashable {
    /// An outermost field whose elements, an array of records, come out as documents of their own.
    public struct History: Sendable, Hashable {
        /// The field's name: `prv_candidates`.
        public var field: String
        /// Whether an element's keys are left out where the value is null.
        public var droppingNulls: Bool
        /// An element's keys are left out where the value equals this number, an integer or a boolean by the
        /// same comparison as Python's: -99999 equals -99999.0. Decimals are not compared. Nil drops none.
        public var droppingValue: Double?

        /// - Parameters:
        ///   - field: the outermost field; a packet whose schema lacks it has an empty history.
        ///   - droppingNulls: whether null is left out.
        ///   - droppingValue: the number that means "missing".
        public init(field: String, droppingNulls: Bool = false, droppingValue: Double? = nil) {
            self.field = field
            self.droppingNulls = droppingNulls
            self.droppingValue = droppingValue
        }
    }

    /// Where the value lies that becomes `_id`, first in the main document: an int or a long becomes an
    /// int64, anything else stays as it is. Nil: there is no `_id`.
    public var identifier: Path?
    /// What is set apart, in the order of `AvroRecord.histories`.
    public var histories: [History]
    /// Values to remember while decoding, so that reading them later costs no search: paths from record to
    /// record in the main document.
    public var captures: [Path]

    /// - Parameters:
    ///   - identifier: the path of the value that becomes `_id`.
    ///   - histories: what is set apart.
    ///   - captures: what to remember.
    public init(identifier: Path? = nil, histories: [History] = [], captures: [Path] = []) {
        self.identifier = identifier
        self.histories = histories
        self.captures = captures
    }
}

/// How much of memory and stack a packet may take.
public struct AvroLimits: Sendable, Hashable {
    /// Bytes that one record, its histories included, may decode to; MongoDB refuses documents over 16 MiB.
    public var recordBytes: Int
    /// Bytes that the blocks of one container may inflate to, and those of memory that all its records may
    /// take.
    public var containerBytes: Int
    /// Elements of any one array or map.
    public var items: Int
    /// Documents inside documents; MongoDB refuses more than 100.
    public var depth: Int

    /// - Parameters:
    ///   - recordBytes: at most 1 GiB, default 15 MiB.
    ///   - containerBytes: default 256 MiB.
    ///   - items: default one million.
    ///   - depth: at most 200, default 64.
    public init(
        recordBytes: Int = 15 << 20, containerBytes: Int = 256 << 20, items: Int = 1_000_000, depth: Int = 64
    ) {
        self.recordBytes = min(max(recordBytes, 0), 1 << 30)
        self.containerBytes = max(containerBytes, 0)
        self.items = max(items, 0)
        self.depth = min(max(depth, 1), 200)
    }
}
