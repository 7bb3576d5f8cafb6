import Documents
import Mongo

/// The points of a light curve that are too old to change, kept beside the object's document.
///
/// MongoDB rewrites a document with every change, so one that holds the points of years makes each alert dearer than
/// the one before. When enough points have become old, they move from the object's document into one of their own, a
/// piece, numbered from 0. The object's document counts its pieces in `older.count`, and a piece is part of the light
/// curve only when it is counted: the points leave the one and the count grows in a single write, which a condition
/// guards to remove exactly what the piece holds. A crash in between leaves a piece that is not counted and is taken
/// up, or taken back, next time. Readers see one array, in the survey's auxiliary view.
struct OlderPoints: Sendable {
    private let database: Database
    private let survey: Survey

    /// Packets bring the last 30 days; points before twice that, counted from the newest, are old.
    private static let age = 60.0
    /// How many points make a piece worth while.
    private static let least = 100
    /// A document of fewer bytes is cheap enough to rewrite (measured: mongod takes 130 µs at 25 kB and 940 µs at 210
    /// kB).
    private static let largest = 100_000

    init(database: Database, survey: Survey) {
        self.database = database
        self.survey = survey
    }

    /// How many pieces an object's document counts.
    static func count(in document: DocumentView) -> Int64 { document.int64(at: "older.count") ?? 0 }

    /// The condition that no points have been moved out of a document since it was read.
    static func condition(since document: DocumentView, in filter: inout DocumentWriter) {
        let count = count(in: document)
        if count == 0 {
            filter.append("older", ["$exists": false])
        } else {
            filter.append("older.count", .integer(count))
        }
    }

    /// The pieces of those objects whose alerts bring points from before the last move; by object.
    func pieces(
        neededBy alerts: [String: [Alert]], stored: [String: Document]
    ) async throws -> [String: [Document]] {
        let needed = alerts.filter { objectID, alerts in
            guard let until = stored[objectID]?.double(at: "older.until") else { return false }
            return alerts.contains { alert in
                alert.histories.values.contains { $0.contains { ($0.double(at: "jd") ?? .infinity) < until } }
            }
        }
        guard !needed.isEmpty else { return [:] }
        let cursor = try await database.find(
            survey.older, filter: ["objectId": ["$in": .list(needed.keys.map { .string($0) })]])
        var pieces: [String: [Document]] = [:]
        while let batch = try await cursor.nextBatch() {
            for piece in batch {
                guard let objectID = piece.string(at: "objectId"), let number = piece.int64(at: "n"),
                    let document = stored[objectID], number < Self.count(in: document.view)
                else { continue }
                pieces[objectID, default: []].append(piece)
            }
        }
        return pieces
    }

    /// Whether it is time to move points out of a document.
    func shouldMove(outOf document: Document) -> Bool {
        guard document.bytes.count > Self.largest, let before = moment(of: document) else { return false }
        return survey.histories.reduce(0) { $0 + old(document, $1.field, before).count } >= Self.least
    }

    /// Moves an object's old points into a piece of their own.
    func move(outOf objectID: String) async throws {
        guard let document = try await database.findOne(survey.recent, filter: ["_id": .string(objectID)]),
            shouldMove(outOf: document), let before = moment(of: document)
        else { return }
        guard let piece = try await stored(newPiece(of: document, objectID, before)) else { return }
        let result = try await database.bulkWrite(
            survey.recent,
            [
                .updateOne(
                    filter: condition(document, objectID, piece), update: .pipeline([removal(of: piece)]))
            ])
        if let failure = result.failures.first { throw failure.error }
        guard result.matched == 0 else { return }
        let now = try await database.findOne(survey.recent, filter: ["_id": .string(objectID)])
        // Another ingester has moved them, or the points have changed since: then this piece can never be counted,
        // because points do not change back, and makes room for the next try.
        guard let now, Self.count(in: now.view) == Self.count(in: document.view), let token = piece["token"]
        else {
            return
        }
        _ = try await database.bulkWrite(
            survey.older, [.deleteOne(filter: ["_id": piece["_id"] ?? .null, "token": token])])
    }

    /// The time before which points are old: so long before the newest.
    private func moment(of document: Document) -> Double? {
        let newest = survey.histories.flatMap { rule in
            document.documents(at: Path(rule.field)).compactMap { $0.double(at: "jd") }.filter(\.isFinite)
        }.max()
        return newest.map { $0 - Self.age }
    }

    private func old(_ document: Document, _ field: String, _ before: Double) -> [DocumentView] {
        document.documents(at: Path(field)).filter { point in
            point.double(at: "jd").map { $0 >= 0 && $0 < before } ?? false
        }
    }

    private func newPiece(of document: Document, _ objectID: String, _ before: Double) -> Document {
        let number = Self.count(in: document.view)
        var writer = DocumentWriter(capacity: document.bytes.count)
        writer.append("_id", string: "\(objectID)#\(number)")
        writer.append("objectId", string: objectID)
        writer.append("n", .integer(number))
        writer.append("until", double: before)
        writer.append("token", int64: .random(in: .min ... .max))
        for rule in survey.histories {
            writer.append(rule.field, documents: old(document, rule.field, before))
        }
        return writer.finish()
    }

    /// Stores a piece; the one that is there where somebody has been faster, or had crashed, with the same number; nil
    /// where that one has just been taken back, so that neither is there.
    private func stored(_ piece: Document) async throws -> Document? {
        let result = try await database.insert(survey.older, [piece])
        if let failure = result.failures.first { throw failure.error }
        guard !result.duplicates.isEmpty else { return piece }
        return try await database.findOne(survey.older, filter: ["_id": piece["_id"] ?? .null])
    }

    /// That the object's old points are exactly those of a piece.
    private func condition(_ document: Document, _ objectID: String, _ piece: Document) -> Document {
        var filter = DocumentWriter(capacity: piece.bytes.count + 512)
        filter.append("_id", string: objectID)
        Self.condition(since: document.view, in: &filter)
        let equalities = survey.histories.map { rule -> Value in
            let points = piece.element(at: Path(rule.field))?.value ?? .list([])
            return ["$eq": [selection(rule.field, isOld: true, piece), ["$literal": points]]]
        }
        filter.append("$expr", ["$and": .list(equalities)])
        return filter.finish()
    }

    /// The stage that leaves only the points that are not in a piece, and counts it.
    private func removal(of piece: Document) -> Document {
        var sets = DocumentWriter()
        for rule in survey.histories {
            let field = Value.string("$\(rule.field)")
            sets.append(
                rule.field,
                ["$cond": [["$isArray": [field]], selection(rule.field, isOld: false, piece), "$$REMOVE"]])
        }
        sets.append(
            "older",
            ["count": .integer((piece.int64(at: "n") ?? 0) + 1), "until": piece["until"] ?? .null])
        return ["$set": .document(sets.finish())]
    }

    /// The points of a field that are old, or those that are not.
    private func selection(_ field: String, isOld: Bool, _ piece: Document) -> Value {
        let condition: Value = [
            "$and": [["$gte": ["$$this.jd", 0]], ["$lt": ["$$this.jd", piece["until"] ?? .null]]]
        ]
        return [
            "$filter": [
                "input": ["$ifNull": [.string("$\(field)"), []]],
                "cond": isOld ? condition : ["$not": [condition]],
            ]
        ]
    }
}
