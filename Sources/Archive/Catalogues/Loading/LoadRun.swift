import Documents
import Mongo
import Service

/// Stores the rows of a catalogue's files, several batches at a time.
struct LoadRun: Sendable {
    let loader: CatalogueLoader
    let desk: LoadDesk

    /// A batch on its way.
    private struct Batch {
        let ids: [Value]
        let next: CatalogueRows.Place
        let count: Int
        let leftOut: Int
        /// Rejected when they were made or because an earlier row on its way has their id.
        var rejected: [RejectedRows.Row]
        /// Those that are sent, to name them where the database has their id already.
        let sent: [CatalogueRow]
        var isStored = false
    }

    /// How often the progress is stored at least.
    private static let interval = Duration.seconds(1)
    /// How many batches may be done of which the stored progress does not know. They and those on their way are what may
    /// be stored behind its place.
    private static let unsaved = 32

    /// Stores rows from where the load is to the end of the files.
    func run(_ work: inout LoadProgress, _ report: inout LoadReport) async throws {
        let width = max(1, loader.options.writers)
        let rows = try CatalogueRows(
            loader.source, found: work.types, batch: loader.options.batch, width: width + 2)
        // Of the process before, whose batches may have been larger, rows up to here may be there.
        var unsure = work.window
        let window = (Self.unsaved + 2 * width + 2) * max(1, loader.options.batch)
        work.window = max(work.window, window)
        try await desk.save(work)
        let rejects = try RejectedRows(loader.options.rejectsPath, after: work)
        let staged = StagedRows(database: loader.database, collection: loader.staging)

        var batches: [Int: Batch] = [:]
        var (begun, done) = (0, 0)
        // Which ids are on their way; and of rows that may have been there before, which came in this run.
        var underway: Set<Value> = []
        var repeated: Set<Value> = []
        var (savedAt, savedCount) = (ContinuousClock.now, 0)
        var notes: [String] = []
        let state = work
        work = try await withThrowingTaskGroup(of: (Int, Set<Int>).self) { group in
            var work = state
            /// Takes what one of the batches on their way came to, and notes what is done up to the first that is not.
            func settle(_ index: Int, _ duplicates: Set<Int>) async throws {
                guard var batch = batches[index] else { return }
                for place in duplicates {
                    batch.rejected.append(row(batch.sent[place], batch, duplicate: true))
                }
                batch.rejected.sort { $0.number < $1.number }
                batch.isStored = true
                batches[index] = batch
                while let first = batches[done], first.isStored {
                    batches[done] = nil
                    done += 1
                    for id in first.ids { underway.remove(id) }
                    try rejects.add(first.rejected)
                    work.place = first.next
                    work.read += first.count
                    work.leftOut += first.leftOut
                    (work.rejected, work.firstRejected) = (rejects.count, rejects.first)
                    if done - savedCount >= Self.unsaved || ContinuousClock.now - savedAt >= Self.interval {
                        try await save(&work, rejects)
                        (savedAt, savedCount) = (.now, done)
                    }
                }
            }
            try await rows.forEach(from: work.place, notes: { notes.append($0) }) { read in
                let mayBeThere = unsure > 0
                unsure -= read.rows.count
                let made = batch(read, &underway, &repeated, mayBeThere: mayBeThere)
                if begun - done > 2 * width || batches.values.count(where: { !$0.isStored }) >= width,
                    let (index, duplicates) = try await group.next()
                {
                    try await settle(index, duplicates)
                }
                while begun - done > 2 * width, let (index, duplicates) = try await group.next() {
                    try await settle(index, duplicates)
                }
                let index = begun
                batches[index] = made
                begun += 1
                let sending = made.sent.enumerated().compactMap { place, row -> StagedRows.Row? in
                    guard case .stored(let id, let document) = row.outcome else { return nil }
                    return StagedRows.Row(place: place, id: id, document: document)
                }
                group.addTask { (index, try await staged.store(sending, mayBeThere: mayBeThere)) }
                let remaining = read.read == 0 ? nil : Self.remaining(work.read, read)
                loader.progress(read.rows.count, remaining)
            }
            while let (index, duplicates) = try await group.next() { try await settle(index, duplicates) }
            try await save(&work, rejects)
            return work
        }
        report.notes = notes
    }

    /// How many rows there may still be, by the bytes that are read.
    private static func remaining(_ rows: Int, _ batch: CatalogueRows.Batch) -> Int? {
        guard rows > 0, batch.read > 0 else { return nil }
        return Int(Double(rows) * Double(max(0, batch.size - batch.read)) / Double(batch.read))
    }

    private func save(_ work: inout LoadProgress, _ rejects: RejectedRows) async throws {
        try rejects.synchronize()
        work.rejectsBytes = rejects.bytes
        try await desk.save(work)
    }

    /// What is to be sent of rows, and which are rejected for an earlier one with their id.
    private func batch(
        _ read: CatalogueRows.Batch, _ underway: inout Set<Value>, _ repeated: inout Set<Value>,
        mayBeThere: Bool
    ) -> Batch {
        var (ids, sent, rejected, leftOut): ([Value], [CatalogueRow], [RejectedRows.Row], Int) = (
            [], [], [], 0
        )
        let file = loader.source.files[read.file]
        for row in read.rows {
            switch row.outcome {
            case .leftOut: leftOut += 1
            case .rejected(let reason):
                rejected.append(.init(file: file, line: row.line, number: row.number, reason: reason))
            case .stored(let id, _):
                let isFirst = underway.insert(id).inserted
                let isNew = !mayBeThere || repeated.insert(id).inserted
                if isFirst { ids.append(id) }
                if isFirst, isNew {
                    sent.append(row)
                } else {
                    rejected.append(Self.duplicate(row, id, file))
                }
            }
        }
        return Batch(
            ids: ids, next: CatalogueRows.Place(file: read.file, row: read.next), count: read.rows.count,
            leftOut: leftOut, rejected: rejected, sent: sent)
    }

    private func row(_ row: CatalogueRow, _ batch: Batch, duplicate: Bool) -> RejectedRows.Row {
        guard case .stored(let id, _) = row.outcome else {
            return .init(file: "", line: row.line, number: row.number, reason: "")
        }
        return Self.duplicate(row, id, loader.source.files[batch.next.file])
    }

    static func duplicate(_ row: CatalogueRow, _ id: Value, _ file: String) -> RejectedRows.Row {
        var text: [UInt8] = []
        ExtendedJSON.append(id, to: &text)
        return .init(
            file: file, line: row.line, number: row.number,
            reason: "an earlier row has the same id \(String(decoding: text.prefix(200), as: UTF8.self))")
    }
}
