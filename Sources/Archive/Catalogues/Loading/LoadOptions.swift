/// How a catalogue is loaded.
public struct LoadOptions: Sendable {
    /// Whether the rows take the place of a catalogue of this name.
    public var replaces = false
    /// Whether a load that was begun otherwise is given up.
    public var restarts = false
    /// Whether the rows are compared with the files at the end.
    public var verifies = false
    /// How many rows may be rejected.
    public var maximumRejected = 0
    /// A file for the rejected rows; nil for none.
    public var rejectsPath: String?
    /// How many batches are stored at a time.
    public var writers = 4
    /// Rows in a batch.
    public var batch = 2000

    /// The usual ones.
    public init() {}
}

/// What a load did.
public struct LoadReport: Sendable {
    /// What the load is called in the registry; nil where nothing was written.
    public var load: String?
    /// Rows in the files.
    public var read = 0
    /// Rows that do not fulfil the conditions.
    public var leftOut = 0
    /// Rows that could not be stored.
    public var rejected = 0
    /// The first of them, with file, line and reason.
    public var firstRejected: [String] = []
    /// Rows that the catalogue has.
    public var stored = 0
    /// How many of them were compared with the files.
    public var compared = 0
    /// Whether the catalogue is complete and has its name; false where too many rows were rejected.
    public var isInPlace = false
    /// Rows up to which ids were checked to be different; nil where they all were.
    public var checkedIDs: Int?
    /// What is to be said about columns.
    public var notes: [String] = []
}
