import Documents
import Mongo

/// Compares a catalogue with the files that it was loaded from: they are read again, rows are counted, and of about ten
/// thousand ids the first row is compared with the document.
struct LoadVerification: Sendable {
    let loader: CatalogueLoader
    let collection: String

    /// About how many rows are compared.
    private static let wanted = 10_000

    /// Compares.
    /// - Returns: how many rows were compared.
    /// - Throws: `CatalogueError` with what is different.
    func run(_ work: LoadProgress) async throws -> Int {
        let rows = try CatalogueRows(
            loader.source, found: work.types, batch: loader.options.batch,
            width: max(1, loader.options.writers))
        let share = UInt64(max(1, work.read / Self.wanted))
        var (read, leftOut, compared): (Int, Int, Int) = (0, 0, 0)
        var seen: Set<UInt64> = []
        var sample: [(file: Int, line: Int, id: Value, document: Document)] = []
        try await rows.forEach { batch in
            read += batch.rows.count
            for row in batch.rows {
                switch row.outcome {
                case .leftOut: leftOut += 1
                case .rejected: continue
                case .stored(let id, let document):
                    let hash = Self.hash(id)
                    // All rows of an id are in the sample or none is; the first of them is the one that is stored.
                    guard hash % share == 0, seen.insert(hash).inserted else { continue }
                    sample.append((batch.file, row.line, id, document))
                }
            }
            if sample.count >= 1000 {
                compared += try await compare(sample)
                sample = []
            }
        }
        compared += try await compare(sample)
        guard read == work.read, leftOut == work.leftOut else {
            throw CatalogueError(
                "the files have \(read) rows now, of which \(leftOut) are left out; "
                    + "\(work.read) and \(work.leftOut) when they were loaded")
        }
        return compared
    }

    private func compare(
        _ sample: [(file: Int, line: Int, id: Value, document: Document)]
    ) async throws -> Int {
        guard !sample.isEmpty else { return 0 }
        var stored: [Value: Document] = [:]
        let cursor = try await loader.database.find(
            collection, filter: ["_id": ["$in": .list(sample.map(\.id))]])
        while let batch = try await cursor.nextBatch() {
            for document in batch { stored[document["_id"] ?? .null] = document }
        }
        for row in sample where stored[row.id] != row.document {
            let what = stored[row.id] == nil ? "is not stored" : "is stored otherwise"
            throw CatalogueError("\(loader.source.files[row.file]), line \(row.line): the row \(what)")
        }
        return sample.count
    }

    /// A hash that is the same in every process (FNV-1a, 64 bits, and a final mix of SplitMix64).
    static func hash(_ id: Value) -> UInt64 {
        var writer = DocumentWriter()
        writer.append("", id)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in writer.finish().bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
