public import Documents

/// Reads the files of a catalogue and says what a load would do; nothing is written.
public struct LoadRehearsal: Sendable {
    let source: CatalogueSource
    let options: LoadOptions
    let progress: @Sendable (_ rows: Int, _ remaining: Int?) -> Void

    /// How many ids are remembered to find equal ones.
    private static let rememberedIDs = 20_000_000

    /// - Parameter progress: told how many rows were read just now, and how many there may still be.
    public init(
        _ source: CatalogueSource, _ options: LoadOptions,
        progress: @escaping @Sendable (_ rows: Int, _ remaining: Int?) -> Void = { _, _ in }
    ) {
        self.source = source
        self.options = options
        self.progress = progress
    }

    /// Reads everything.
    /// - Returns: the report, and the first document that would be stored.
    /// - Throws: `CatalogueError`, `TableError`.
    public func run() async throws -> (report: LoadReport, first: Document?) {
        let rows = try CatalogueRows(
            source, found: nil, batch: options.batch, width: max(1, options.writers))
        var report = LoadReport()
        var first: Document?
        var seen: Set<UInt64> = []
        var notes: [String] = []
        let rejects = try RejectedRows(nil, after: nil)
        try await rows.forEach(notes: { notes.append($0) }) { batch in
            let file = source.files[batch.file]
            for row in batch.rows {
                report.read += 1
                switch row.outcome {
                case .leftOut: report.leftOut += 1
                case .rejected(let reason):
                    try rejects.add([.init(file: file, line: row.line, number: row.number, reason: reason)])
                case .stored(let id, let document):
                    if seen.count >= Self.rememberedIDs {
                        report.checkedIDs = report.checkedIDs ?? report.read - 1
                    } else if !seen.insert(LoadVerification.hash(id)).inserted {
                        try rejects.add([LoadWindow.duplicate(row, id, file)])
                        continue
                    }
                    first = first ?? document
                    report.stored += 1
                }
            }
            let remaining =
                batch.read > 0
                ? Int(Double(report.read) * Double(max(0, batch.size - batch.read)) / Double(batch.read))
                : nil
            progress(batch.rows.count, remaining)
        }
        report.rejected = rejects.count
        report.firstRejected = rejects.first.map(\.text)
        report.notes = notes
        return (report, first)
    }
}
