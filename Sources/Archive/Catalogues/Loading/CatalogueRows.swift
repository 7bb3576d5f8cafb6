import Documents
import Service
import Tables

/// Reads the rows of files in their order: the files on a thread of its own, their rows on several at a time.
struct CatalogueRows: Sendable {
    /// Rows of a file that follow each other.
    struct Batch: Sendable {
        /// The file's place among the files, counted from 0.
        let file: Int
        /// The number of the row behind the last one, counted from 1.
        let next: Int
        let rows: [CatalogueRow]
        /// How many bytes of all files were read when it was, of how many.
        let read: Int
        let size: Int
    }

    /// A place in the files: rows before it are done.
    struct Place: Sendable, Equatable {
        /// The file's place among the files, counted from 0.
        var file = 0
        /// The next row's number, counted from 1.
        var row = 1
    }

    let files: [String]
    let layout: TableLayout
    let maker: CatalogueRowMaker
    /// Rows in a batch.
    let batch: Int
    /// How many batches are worked on at a time.
    let width: Int
    private let sizes: [Int]
    private let threads = WorkerThreads(name: "catalogue-files", count: 1)

    /// Looks at some of the files to find out columns and types.
    ///
    /// - Parameter found: the types of columns as they were found out before; nil to find them out.
    /// - Throws: `TableError`, `CatalogueError`.
    init(_ source: CatalogueSource, found: [String: ColumnType]?, batch: Int, width: Int) throws {
        files = source.files
        layout = source.layout
        self.batch = batch
        self.width = width
        guard let first = files.first else { throw CatalogueError("there is no file") }
        let plan =
            try found.map { TablePlan(source.layout, found: $0) }
            ?? TableReader.plan(source.files, source.layout)
        let names = try Self.names(first, source.layout, plan)
        let needed = [source.id].compactMap(\.self) + source.conditions.map(\.column)
        if let unknown = needed.first(where: { !names.contains($0) }) {
            throw CatalogueError("there is no column \(unknown)")
        }
        maker = CatalogueRowMaker(
            plan: plan, position: try PositionColumns.find(in: names, ra: source.ra, dec: source.dec),
            id: source.id ?? (names.contains("_id") ? "_id" : nil), idIsText: source.idIsText,
            conditions: source.conditions)
        sizes = try files.map { try TableFiles.size($0) }
    }

    /// The columns of a file, or what the first rows of one without columns have.
    private static func names(_ path: String, _ layout: TableLayout, _ plan: TablePlan) throws -> [String] {
        let reader = try TableReader(path, layout)
        guard layout.format == .ndjson else {
            return reader.columns.filter { layout.wanted?.contains($0) ?? true }
        }
        var (names, seen): ([String], Set<String>) = ([], [])
        for row in try reader.next(1000)?.rows(plan) ?? [] {
            guard case .document(let document) = row.content else { continue }
            names += document.keys.filter { seen.insert($0).inserted }
        }
        return names
    }

    /// Reads batch after batch.
    ///
    /// - Parameters:
    ///   - place: where to begin; rows before it are passed over.
    ///   - notes: told of columns that are left out or have other names, once each.
    ///   - body: given the batches in their order, one at a time; the next ones are made meanwhile.
    /// - Throws: `TableError` where a file cannot be read; what `body` throws.
    func forEach(
        from place: Place = Place(), notes: (String) -> Void = { _ in }, _ body: (Batch) async throws -> Void
    ) async throws {
        var said: Set<String> = []
        try await withThrowingTaskGroup(of: (Int, Batch).self) { group in
            var (begun, taken) = (0, 0)
            var ready: [Int: Batch] = [:]
            var file = place.file
            var reader: TableReader?
            while true {
                while begun - taken < width, file < files.count {
                    let path = files[file]
                    let open: TableReader
                    if let reader {
                        open = reader
                    } else {
                        let layout = layout
                        open = try await threads.run { try TableReader(path, layout) }
                        reader = open
                        for note in open.notes where said.insert(note).inserted { notes(note) }
                    }
                    let batch = batch
                    guard let piece = try await threads.run({ try open.next(batch) }) else {
                        (file, reader) = (file + 1, nil)
                        continue
                    }
                    if file == place.file, piece.firstRow + piece.count <= place.row { continue }
                    let read = sizes[..<file].reduce(0, +) + open.progress.read
                    let (index, number, maker, size) = (begun, file, maker, sizes.reduce(0, +))
                    let first = file == place.file ? place.row : 1
                    group.addTask {
                        let rows = maker.rows(piece, file: number)
                        return (
                            index,
                            Batch(
                                file: number, next: piece.firstRow + piece.count,
                                rows: first > piece.firstRow ? rows.filter { $0.number >= first } : rows,
                                read: read,
                                size: size)
                        )
                    }
                    begun += 1
                }
                guard taken < begun else { return }
                while ready[taken] == nil, let (index, batch) = try await group.next() {
                    ready[index] = batch
                }
                if let batch = ready.removeValue(forKey: taken) { try await body(batch) }
                taken += 1
            }
        }
    }
}
