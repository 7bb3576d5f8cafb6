import Documents
import Tables

/// How far the load of a catalogue is, as `catalog_loads` has it.
struct LoadProgress: Sendable {
    /// What is being done.
    enum Stage: String, Sendable {
        /// Rows are being stored.
        case loading
        /// All rows are stored; indexes are built, and rows are checked.
        case checking
        /// The catalogue gets its name.
        case renaming
        /// It has its name, and is to be entered into the registry and indexed.
        case renamed
    }

    let name: String
    /// What the load is called in the registry.
    let load: String
    let startedAt: Int64
    /// What decides how rows become documents.
    let fingerprint: String
    /// The files with their sizes and times.
    let files: String
    /// Whether it takes the place of another one.
    let replaces: Bool
    /// The types of columns as they were found out.
    let types: [String: ColumnType]
    var stage = Stage.loading
    /// All rows before it are stored or rejected.
    var place = CatalogueRows.Place()
    /// Rows behind that place of which some may be stored already, at most.
    var window = 0
    /// Rows that were read.
    var read = 0
    /// Rows that do not fulfil the conditions.
    var leftOut = 0
    /// Rows that could not be stored.
    var rejected = 0
    var firstRejected: [RejectedRows.Row] = []
    /// The file of rejected rows, empty for none.
    let rejectsPath: String
    /// Bytes of it that belong to the rows before the place.
    var rejectsBytes = 0
    /// Whether it has gone on after another process had begun it.
    var isResumed = false
    /// Which process is at work, and since when it is known to be.
    var owner: LoadOwner
    var updatedAt: Int64
}

extension LoadProgress {
    /// As it is stored.
    var document: Document {
        [
            "_id": .string(name), "load": .string(load), "started_at": .datetime(startedAt),
            "fingerprint": .string(fingerprint), "files": .string(files), "replaces": .bool(replaces),
            "types": .document(typesDocument), "stage": .string(stage.rawValue),
            "file": .int64(Int64(place.file)), "row": .int64(Int64(place.row)),
            "window": .int64(Int64(window)),
            "read": .int64(Int64(read)), "left_out": .int64(Int64(leftOut)),
            "rejected": .int64(Int64(rejected)),
            "first_rejected": .list(firstRejected.map { .document($0.document) }),
            "resumed": .bool(isResumed), "rejects_path": .string(rejectsPath),
            "rejects_bytes": .int64(Int64(rejectsBytes)),
            "owner": .document(owner.document), "updated_at": .datetime(updatedAt),
        ]
    }

    private var typesDocument: Document {
        var writer = DocumentWriter()
        for (name, type) in types.sorted(by: { $0.key < $1.key }) {
            writer.append(name, string: type.rawValue)
        }
        return writer.finish()
    }

    /// What is stored; nil where something is missing.
    init?(_ document: Document) {
        func integer(_ path: Path) -> Int? { document.int64(at: path).flatMap { Int(exactly: $0) } }
        guard let name = document.string(at: "_id"), let load = document.string(at: "load"),
            let startedAt = document.datetime(at: "started_at"),
            let fingerprint = document.string(at: "fingerprint"), let files = document.string(at: "files"),
            let replaces = document.bool(at: "replaces"),
            let stage = document.string(at: "stage").flatMap(Stage.init(rawValue:)),
            let file = integer("file"), let row = integer("row"), let window = integer("window"),
            let read = integer("read"), let leftOut = integer("left_out"), let rejected = integer("rejected"),
            let isResumed = document.bool(at: "resumed"),
            let rejectsPath = document.string(at: "rejects_path"),
            let rejectsBytes = integer("rejects_bytes"),
            let owner = document.document(at: "owner").flatMap(LoadOwner.init),
            let updatedAt = document.datetime(at: "updated_at")
        else { return nil }
        self.init(
            name: name, load: load, startedAt: startedAt, fingerprint: fingerprint, files: files,
            replaces: replaces,
            types: (document.document(at: "types") ?? Document()).elements.reduce(into: [:]) {
                types, element in
                types[element.key] = element.string.flatMap(ColumnType.init(rawValue:))
            },
            stage: stage, place: CatalogueRows.Place(file: file, row: row), window: window, read: read,
            leftOut: leftOut, rejected: rejected,
            firstRejected: (document.array(at: "first_rejected") ?? []).compactMap { value in
                value.document.flatMap(RejectedRows.Row.init)
            }, rejectsPath: rejectsPath, rejectsBytes: rejectsBytes, isResumed: isResumed,
            owner: owner, updatedAt: updatedAt)
    }
}
