import Documents
import Mongo

/// What an index and, at the positions where that does not suffice, the database say for a batch of positions, in the
/// order of the positions.
struct IndexedAnswer: Sendable {
    private let part: IndexedPart
    private let batch: PositionPlan.Batch
    private var hits: [IndexedPart.Hits]
    /// The batches for the database that have not been asked, the next one last.
    private var unasked: [PositionPlan.Batch]
    private var asked: (batch: PositionPlan.Batch, cursor: Cursor)?
    /// Documents of the database that have not been given, the next one last.
    private var waiting: [(position: Int, document: DocumentView)] = []
    /// The place in the batch of the next position.
    private var next = 0

    init(
        part: IndexedPart, batch: PositionPlan.Batch, hits: [IndexedPart.Hits],
        asking batches: [PositionPlan.Batch]
    ) {
        self.part = part
        self.batch = batch
        self.hits = hits
        unasked = batches.reversed()
    }

    /// How many of the positions the index has answered.
    var answered: Int { hits.count { !$0.mustAsk } }

    /// The next documents; nil after the last.
    /// - Parameters:
    ///   - bytes: how many they may have, about.
    ///   - ask: puts a batch to the database.
    /// - Throws: `MongoError`, `RequestError` where the time is over.
    mutating func nextPiece(
        of plan: PositionPlan, bytes: Int, _ ask: (PositionPlan.Batch) async throws -> Cursor
    ) async throws -> PositionSearch.Piece? {
        var found: [(position: Int, document: DocumentView)] = []
        var size = 0
        while next < batch.positions.count, size < bytes {
            let position = batch.positions[next]
            switch hits[next] {
            case .rows(let rows):
                if let documents = part.documents(of: rows) {
                    for (document, point, count) in documents {
                        size += count
                        found.append((position, plan.distant(document, point, from: position)))
                    }
                } else {
                    // A filter that fails, most likely: the database says how.
                    let alone = PositionPlan.Batch(part: batch.part, positions: [position])
                    let cursor = try await ask(alone)
                    while let documents = try await cursor.nextBatch(maximumBytes: bytes) {
                        found += plan.piece(alone, documents).documents
                    }
                }
                next += 1
            case .unknown:
                if let first = waiting.last, first.position == position {
                    waiting.removeLast()
                    found.append(first)
                } else if !waiting.isEmpty {
                    next += 1
                } else if !found.isEmpty {
                    // Taken first, before more comes.
                    return PositionSearch.Piece(catalog: batch.part, documents: found)
                } else if !(try await more(upTo: position, plan, bytes, ask)) {
                    next += 1
                }
            }
        }
        return found.isEmpty ? nil : PositionSearch.Piece(catalog: batch.part, documents: found)
    }

    /// Reads more of what the database says of a position and of those after it.
    /// - Returns: false where it has no more of this position.
    private mutating func more(
        upTo position: Int, _ plan: PositionPlan, _ bytes: Int,
        _ ask: (PositionPlan.Batch) async throws -> Cursor
    ) async throws -> Bool {
        if asked == nil, let batch = unasked.last, batch.first <= position {
            unasked.removeLast()
            asked = (batch, try await ask(batch))
        }
        guard let (batch, cursor) = asked else { return false }
        if let documents = try await cursor.nextBatch(maximumBytes: bytes) {
            waiting = plan.piece(batch, documents).documents.reversed()
            return true
        }
        // The last position of what was asked may still be before this one.
        asked = nil
        return (batch.positions.last ?? position) < position
    }
}
