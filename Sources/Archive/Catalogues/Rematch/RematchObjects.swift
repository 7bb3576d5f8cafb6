import Catalogs
import Documents
import Mongo
import Sky

/// A survey's objects with what says how old their cross-matches are, and the writes that bring them up to date.
struct RematchObjects: Sendable {
    let database: Database
    let survey: Survey

    /// One object.
    struct Object: Sendable {
        /// Its name.
        let name: String
        /// The versions that its cross-matches were made with, by catalogue; nil where it has none, as in a database
        /// taken over from Kowalski.
        let versions: Value?

        /// The catalogues whose matches are not of these versions.
        func outdated(_ current: [CatalogDescription]) -> Set<String> {
            let known = versions?.document
            return Set(
                current.filter { known?.element(key: $0.name)?.string != $0.version }.map(\.name))
        }
    }

    /// The objects after a position, the newest first: surveys name objects in the order in which they find them.
    /// - Parameter position: the name of the last one that was looked at; nil for the first of all.
    func objects(after position: String?, limit: Int) async throws -> [Object] {
        let filter: Document = position.map { ["_id": ["$lt": .string($0)]] } ?? ["_id": ["$type": "string"]]
        return try await read(filter, FindOptions(projection: fields, sort: ["_id": -1], limit: limit))
    }

    /// One object; nil where there is none of that name.
    func object(_ name: String) async throws -> Object? {
        try await read(["_id": .string(name)], FindOptions(projection: fields)).first
    }

    private var fields: Document { ["cross_match_versions": 1] }

    private func read(_ filter: Document, _ options: FindOptions) async throws -> [Object] {
        var objects: [Object] = []
        let cursor = try await database.find(survey.recent, filter: filter, options: options)
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                guard let name = document.string(at: "_id") else { continue }
                objects.append(
                    Object(name: name, versions: document.element(key: "cross_match_versions")?.value))
            }
        }
        return objects
    }

    /// Where objects are: at the position of the first of their alerts by time, which as a rule has created them; those
    /// without alerts are left out.
    func positions(of names: [String]) async throws -> [String: Coordinates] {
        let fields = survey.fields
        let first: Value = [
            "$top": [
                "sortBy": [fields.jd.description: 1, fields.candid: 1],
                "output": ["ra": .string("$\(fields.ra)"), "dec": .string("$\(fields.dec)")],
            ]
        ]
        let cursor = try await database.aggregate(
            survey.alerts,
            pipeline: [
                ["$match": [fields.objectID: ["$in": .list(names.map { .string($0) })]]],
                ["$group": ["_id": .string("$\(fields.objectID)"), "first": first]],
            ])
        var positions: [String: Coordinates] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                guard let name = document.string(at: "_id"), let ra = document.double(at: "first.ra"),
                    let dec = document.double(at: "first.dec")
                else { continue }
                positions[name] = try? Coordinates(ra: ra, dec: dec)
            }
        }
        return positions
    }

    /// Puts matches in the place of older ones of the same catalogues, unless somebody has been faster.
    /// - Returns: how many objects were changed.
    func store(_ found: [(object: Object, matches: CrossMatches)]) async throws -> Int {
        let result = try await database.bulkWrite(
            survey.recent,
            found.map { object, matches in
                .updateOne(
                    filter: [
                        "_id": .string(object.name),
                        "cross_match_versions": object.versions.map { ["$eq": $0] } ?? ["$exists": false],
                    ],
                    update: .pipeline([
                        [
                            "$set": [
                                "cross_matches": Self.merged("cross_matches", matches.document),
                                "cross_match_versions": Self.merged("cross_match_versions", matches.versions),
                            ]
                        ]
                    ]))
            })
        try result.check()
        return result.modified
    }

    /// A document with other fields in it, or those alone where there is none.
    private static func merged(_ field: String, _ fields: Document) -> Value {
        let present: Value = .string("$\(field)")
        return [
            "$mergeObjects": [
                ["$cond": [["$eq": [["$type": present], "object"]], present, .document(Document())]],
                ["$literal": .document(fields)],
            ]
        ]
    }
}
