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
    private var opened: [Int: Cursor] = [:]

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
        return try await withThrowingTaskGroup(of: (Int, Cursor).self) { group in
            while true {
                while let next = startNext() {
                    let left = patience - waited - (ContinuousClock.now - now)
                    group.addTask { [asker, plan] in
                        (next.number, try await asker.open(next.batch, of: plan, within: left))
                    }
                }
                guard let head = ahead.first else { return true }
                guard let cursor = opened[head.number] else {
                    if let (number, cursor) = try await group.next() { opened[number] = cursor }
                    continue
                }
                while let documents = try await cursor.nextBatch(maximumBytes: PositionAsker.batchBytes) {
                    let piece = plan.piece(head.batch, documents)
                    waited += ContinuousClock.now - now
                    let goesOn = try await take(piece)
                    now = ContinuousClock.now
                    guard goesOn else {
                        for try await (number, cursor) in group { opened[number] = cursor }
                        waited += ContinuousClock.now - now
                        return false
                    }
                }
                opened[head.number] = nil
                ahead.removeFirst()
            }
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
