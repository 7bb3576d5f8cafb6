public import Documents
import Mongo
import Sky

/// A position query that is under way: its documents in the order of the request, catalogue after catalogue, position
/// after position.
///
/// Some batches of positions are asked for ahead of the one that is read, each on a connection of its own. Of each the
/// first documents are held, about a megabyte at most; the rest waits in the server.
public struct PositionSearch: Sendable {
    /// Documents of one catalogue.
    public struct Piece: Sendable {
        /// The catalogue's index in the query.
        public let catalog: Int
        /// The documents, in the order of their positions.
        public let documents: [(position: Int, document: DocumentView)]
    }

    /// A batch of positions that the database works on or has answered.
    private struct Ahead: Sendable {
        let number: Int
        let batch: PositionPlan.Batch
        /// The right to the connection; nil for the one that every query has.
        let helper: PositionHelpers.Helper?
    }

    /// What is asked.
    public let query: PositionQuery
    private let plan: PositionPlan
    private let asker: PositionAsker
    private let helpers: PositionHelpers
    /// How long the database may take in all, and how long it has been waited for.
    private let patience: Duration
    private var waited = Duration.zero
    private var lastStarted: PositionPlan.Batch?
    private var startedCount = 0
    private var ahead: [Ahead] = []
    private var opened: [Int: Opened] = [:]

    /// Where the documents of a batch come from.
    private enum Opened: Sendable {
        case cursor(Cursor)
        case indexed(IndexedAnswer)
    }

    init(_ plan: PositionPlan, _ asker: PositionAsker, _ helpers: PositionHelpers) {
        query = plan.query
        self.plan = plan
        self.asker = asker
        self.helpers = helpers
        patience = .milliseconds(query.options.maximumTime)
    }

    /// Gives the documents from where the search stands.
    ///
    /// - Parameter take: takes a piece; false to stop after it. The time that it takes is not the database's.
    /// - Returns: false where `take` has stopped it; the search can go on then.
    /// - Throws: `MongoError`, `RequestError` where the time is over, whatever `take` throws.
    public mutating func run(_ take: (Piece) async throws -> Bool) async throws -> Bool {
        var now = ContinuousClock.now
        return try await withThrowingTaskGroup(of: (Int, Opened).self) { group in
            while true {
                while let next = startNext() {
                    let left = patience - waited - (ContinuousClock.now - now)
                    group.addTask { [asker, plan, helpers] in
                        if let answer = try plan.indexedAnswer(next.batch, until: .now + left) {
                            helpers.count(answered: answer.answered, of: next.batch.positions.count)
                            return (next.number, .indexed(answer))
                        }
                        return (
                            next.number, .cursor(try await asker.open(next.batch, of: plan, within: left))
                        )
                    }
                }
                guard let head = ahead.first else { return true }
                guard let source = opened[head.number] else {
                    if let (number, source) = try await group.next() { opened[number] = source }
                    continue
                }
                while true {
                    let left = patience - waited - (ContinuousClock.now - now)
                    guard let piece = try await next(of: source, head, within: left) else { break }
                    waited += ContinuousClock.now - now
                    let goesOn = try await take(piece)
                    now = ContinuousClock.now
                    guard goesOn else {
                        for try await (number, source) in group { opened[number] = source }
                        waited += ContinuousClock.now - now
                        return false
                    }
                }
                opened[head.number] = nil
                ahead.removeFirst()
            }
        }
    }

    /// The next documents of a batch; nil after the last.
    private mutating func next(
        of source: Opened, _ head: Ahead, within time: Duration
    ) async throws -> Piece? {
        switch source {
        case .cursor(let cursor):
            return try await cursor.nextBatch(maximumBytes: PositionAsker.batchBytes).map {
                plan.piece(head.batch, $0)
            }
        case .indexed:
            guard case .indexed(var answer) = opened[head.number] else { return nil }
            let deadline = ContinuousClock.now + time
            let piece = try await answer.nextPiece(of: plan, bytes: PositionAsker.batchBytes) {
                try await asker.open($0, of: plan, within: deadline - .now)
            }
            opened[head.number] = .indexed(answer)
            return piece
        }
    }

    /// Asks the database about the catalogues that it has not been asked about, so that what is wrong with a filter is
    /// known before an answer begins. It takes from the time of the whole.
    public mutating func check() async throws {
        for part in query.parts.indices where part > lastStarted?.part ?? -1 {
            guard let batch = plan.firstBatch(of: part) else { continue }
            let start = ContinuousClock.now
            try await asker.check(batch, of: plan, within: patience - waited)
            waited += ContinuousClock.now - start
        }
    }

    /// The next batch to ask for, if one may be asked for now.
    private mutating func startNext() -> Ahead? {
        guard ahead.count < helpers.perQuery, let batch = plan.batch(after: lastStarted) else { return nil }
        var helper: PositionHelpers.Helper?
        if !ahead.isEmpty {
            guard let free = helpers.take() else { return nil }
            helper = free
        }
        lastStarted = batch
        startedCount += 1
        let next = Ahead(number: startedCount, batch: batch, helper: helper)
        ahead.append(next)
        return next
    }
}
