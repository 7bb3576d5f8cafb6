import Documents

/// The batches of a load on their way: those that are sent, and those that wait for an earlier one. One task uses it.
final class LoadWindow {
    /// How far the load is.
    private(set) var work: LoadProgress

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

    /// What is to be sent of a batch.
    struct Sending: Sendable {
        /// The batch's number.
        let index: Int
        let rows: [StagedRows.Row]
        /// Whether a process before may have stored some of them.
        let mayBeThere: Bool
    }

    /// How often the progress is stored at least.
    private static let interval = Duration.seconds(1)
    /// How many batches may be done of which the stored progress does not know. They and those on their way are what may
    /// be stored behind its place.
    private static let unsaved = 32

    private let files: [String]
    private let desk: LoadDesk
    private let rejects: RejectedRows
    private let width: Int
    /// Rows up to here may be there, of a process before, whose batches may have been larger.
    private var unsure: Int
    private var batches: [Int: Batch] = [:]
    private var (begun, done) = (0, 0)
    /// The ids that are on their way.
    private var underway: Set<Value> = []
    /// Of rows that may have been there before, those that came in this run.
    private var repeated: Set<Value> = []
    private var (savedAt, savedCount) = (ContinuousClock.now, 0)

    private init(_ work: LoadProgress, _ loader: CatalogueLoader, _ desk: LoadDesk, unsure: Int) throws {
        self.work = work
        self.desk = desk
        self.unsure = unsure
        files = loader.source.files
        width = max(1, loader.options.writers)
        rejects = try RejectedRows(loader.options.rejectsPath, after: work)
    }

    /// Makes known how much this process may have stored behind its progress, before it stores anything.
    static func open(
        _ work: LoadProgress, _ loader: CatalogueLoader, _ desk: LoadDesk
    ) async throws -> LoadWindow {
        var work = work
        let unsure = work.window
        let most = (unsaved + 2 * max(1, loader.options.writers) + 2) * max(1, loader.options.batch)
        work.window = max(work.window, most)
        try await desk.save(work)
        return try LoadWindow(work, loader, desk, unsure: unsure)
    }

    /// Whether a batch must be done before the next one is begun.
    var isFull: Bool {
        begun - done > 2 * width || batches.values.count(where: { !$0.isStored }) >= width
    }

    /// Takes a batch on its way.
    func begin(_ read: CatalogueRows.Batch) -> Sending {
        let mayBeThere = unsure > 0
        unsure -= read.rows.count
        let made = batch(read, mayBeThere: mayBeThere)
        batches[begun] = made
        defer { begun += 1 }
        let rows = made.sent.enumerated().compactMap { place, row -> StagedRows.Row? in
            guard case .stored(let id, let document) = row.outcome else { return nil }
            return StagedRows.Row(place: place, id: id, document: document)
        }
        return Sending(index: begun, rows: rows, mayBeThere: mayBeThere)
    }

    /// Takes what one of the batches on their way came to, and notes what is done up to the first that is not.
    func settle(_ index: Int, _ duplicates: Set<Int>) async throws {
        guard var batch = batches[index] else { return }
        for place in duplicates {
            if case .stored(let id, _) = batch.sent[place].outcome {
                batch.rejected.append(Self.duplicate(batch.sent[place], id, files[batch.next.file]))
            }
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
                try await save()
                (savedAt, savedCount) = (.now, done)
            }
        }
    }

    /// Stores how far the load is.
    func save() async throws {
        try rejects.synchronize()
        work.rejectsBytes = rejects.bytes
        try await desk.save(work)
    }

    /// What is to be sent of rows, and which are rejected for an earlier one with their id.
    private func batch(_ read: CatalogueRows.Batch, mayBeThere: Bool) -> Batch {
        var (ids, sent, rejected, leftOut): ([Value], [CatalogueRow], [RejectedRows.Row], Int) = (
            [], [], [], 0
        )
        let file = files[read.file]
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

    /// The row, rejected because an earlier one has its id.
    static func duplicate(_ row: CatalogueRow, _ id: Value, _ file: String) -> RejectedRows.Row {
        var text: [UInt8] = []
        ExtendedJSON.append(id, to: &text)
        return .init(
            file: file, line: row.line, number: row.number,
            reason: "an earlier row has the same id \(String(decoding: text.prefix(200), as: UTF8.self))")
    }
}
