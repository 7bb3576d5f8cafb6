/// Stores the rows of a catalogue's files, several batches at a time.
struct LoadRun: Sendable {
    let loader: CatalogueLoader
    let desk: LoadDesk

    /// Stores rows from where the load is to the end of the files.
    func run(_ work: inout LoadProgress, _ report: inout LoadReport) async throws {
        let rows = try CatalogueRows(
            loader.source, found: work.types, batch: loader.options.batch,
            width: max(1, loader.options.writers) + 2)
        let window = try await LoadWindow.open(work, loader, desk)
        let staged = StagedRows(database: loader.database, collection: loader.staging)
        let start = window.work.place
        var notes: [String] = []
        try await withThrowingTaskGroup(of: (Int, Set<Int>).self) { group in
            try await rows.forEach(from: start, notes: { notes.append($0) }) { read in
                while window.isFull, let (index, duplicates) = try await group.next() {
                    try await window.settle(index, duplicates)
                }
                let batch = window.begin(read)
                group.addTask {
                    (batch.index, try await staged.store(batch.rows, mayBeThere: batch.mayBeThere))
                }
                loader.progress(read.rows.count, Self.remaining(window.work.read, read))
            }
            while let (index, duplicates) = try await group.next() {
                try await window.settle(index, duplicates)
            }
        }
        try await window.save()
        work = window.work
        report.notes = notes
    }

    /// How many rows there may still be, by the bytes that are read.
    private static func remaining(_ rows: Int, _ batch: CatalogueRows.Batch) -> Int? {
        guard rows > 0, batch.read > 0 else { return nil }
        return Int(Double(rows) * Double(max(0, batch.size - batch.read)) / Double(batch.read))
    }
}
