import Documents

/// What the registry knows of a catalogue.
public struct CatalogueEntry: Sendable, Equatable {
    /// The catalogue's name, which is its collection's.
    public var name: String
    /// Which load its rows are from; another one after each load.
    public var load: String
    /// How many rows it has.
    public var rows: Int
    /// When its rows were loaded, or found by `index`, in milliseconds since 1970.
    public var loadedAt: Int64
    /// The names of the fields of its documents, those of Skipper's own left out.
    public var columns: [String]
    /// The files that it was loaded from, by their paths; none where it was not loaded by Skipper.
    public var files: [String]
    /// What kind of entry it is.
    public var state: State

    /// Kinds of entries.
    public enum State: String, Sendable {
        /// Loaded by Skipper.
        case loaded
        /// Found in the database, where Kowalski or another program had put it.
        case found
    }

    /// As it is stored.
    var document: Document {
        [
            "_id": .string(name), "load": .string(load), "rows": .int64(Int64(rows)),
            "loaded_at": .datetime(loadedAt),
            "columns": .list(columns.map { .string($0) }), "files": .list(files.map { .string($0) }),
            "state": .string(state.rawValue),
        ]
    }

    /// What is stored; nil where something is missing.
    init?(_ document: Document) {
        guard let name = document.string(at: "_id"), let load = document.string(at: "load"),
            let rows = document.int64(at: "rows"), let loadedAt = document.datetime(at: "loaded_at"),
            let state = document.string(at: "state").flatMap(State.init)
        else { return nil }
        self.init(
            name: name, load: load, rows: Int(rows), loadedAt: loadedAt,
            columns: document.array(at: "columns")?.compactMap(\.string) ?? [],
            files: document.array(at: "files")?.compactMap(\.string) ?? [], state: state)
    }

    /// Takes all of them.
    public init(
        name: String, load: String, rows: Int, loadedAt: Int64, columns: [String], files: [String],
        state: State
    ) {
        self.name = name
        self.load = load
        self.rows = rows
        self.loadedAt = loadedAt
        self.columns = columns
        self.files = files
        self.state = state
    }
}
