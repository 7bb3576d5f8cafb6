public import Documents
import Mongo

/// Reads whole light curves, many objects at a time.
///
/// The same documents as in the survey's auxiliary view, but without a join for objects that have no older points.
public struct LightCurveReader: Sendable {
    private let database: Database
    private let survey: Survey

    /// - Parameters:
    ///   - database: where the survey's collections are.
    ///   - survey: whose objects.
    init(_ database: Database, _ survey: Survey) {
        self.database = database
        self.survey = survey
    }

    /// The documents of those objects that have one, by object.
    /// - Throws: `MongoError`.
    public func documents(of objectIDs: [String]) async throws -> [String: Document] {
        guard !objectIDs.isEmpty else { return [:] }
        let names = Value.list(objectIDs.map { .string($0) })
        let recent = try await read(survey.recent, ["_id": ["$in": names]])
        var documents: [String: Document] = [:]
        var parted: [String: Document] = [:]
        for document in recent {
            guard let objectID = document.string(at: "_id") else { continue }
            if OlderPoints.count(in: document.view) > 0 {
                parted[objectID] = document
            } else {
                documents[objectID] = document
            }
        }
        // Points that move between the two reads are in both; pieces are counted only when they are complete, so
        // that none is in neither.
        let pieces =
            parted.isEmpty
            ? []
            : try await read(
                survey.older, ["objectId": ["$in": .list(parted.keys.map { .string($0) })]],
                sort: ["objectId": 1, "n": 1])
        let byObject = Dictionary(grouping: pieces) { $0.string(at: "objectId") ?? "" }
        for (objectID, document) in parted {
            let count = OlderPoints.count(in: document.view)
            let counted = (byObject[objectID] ?? []).filter { ($0.int64(at: "n") ?? .max) < count }
            documents[objectID] = whole(document, counted)
        }
        return documents
    }

    private func read(_ collection: String, _ filter: Document, sort: Document? = nil) async throws
        -> [Document]
    {
        let cursor = try await database.find(collection, filter: filter, options: FindOptions(sort: sort))
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        return documents
    }

    /// The document with the points of its pieces: what `Survey.auxiliaryStages` make of it.
    private func whole(_ document: Document, _ pieces: [Document]) -> Document {
        var writer = DocumentWriter(capacity: pieces.reduce(document.bytes.count) { $0 + $1.bytes.count })
        for element in document.elements where element.key != "older" {
            guard let rule = survey.histories.first(where: { $0.field == element.key }),
                element.type == .array, let recent = element.view
            else {
                writer.append(element)
                continue
            }
            var points = pieces.flatMap { piece in
                piece.arrayView(at: Path(rule.field)).map { Array($0.elements) } ?? []
            }
            points += Array(recent.elements)
            if rule.merge == .brightestAlert { points = Self.sorted(points) }
            writer.beginArray(element.key)
            for (index, point) in points.enumerated() { writer.append(point, as: String(index)) }
            writer.end()
        }
        return writer.finish()
    }

    /// Points by Julian date; those without one first.
    private static func sorted(_ points: [Element]) -> [Element] {
        let dated = points.enumerated().map { index, point in
            (jd: point.view?.double(at: "jd") ?? -.infinity, index: index, point: point)
        }
        return dated.sorted { ($0.jd, $0.index) < ($1.jd, $1.index) }.map(\.point)
    }
}
