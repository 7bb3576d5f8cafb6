public import Documents
public import Mongo
import Skymaps

/// The collection of sky maps, in Kowalski's shape: `{dateobs, aliases, contours: {center, contour90, …},
/// localization_name, triggerid}`.
public struct StoredSkymaps: Sendable {
    private let database: Database
    private let files: SkymapFiles
    private let work: SkymapWork

    /// - Parameters:
    ///   - files: how maps of other servers are got.
    ///   - work: where contours are drawn.
    public init(_ database: Database, files: SkymapFiles, work: SkymapWork) {
        self.database = database
        self.files = files
        self.work = work
    }

    /// What became of a map.
    public struct Outcome: Sendable {
        /// What was done.
        public enum Deed: Sendable, Equatable {
            case added, updated
            /// Nothing, because all contours were there.
            case none
        }

        /// What was done.
        public let deed: Deed
        /// Kowalski's words for it.
        public let message: String
        /// `{dateobs, localization_name, contours: [90, 95]}`.
        public let data: Document
    }

    /// Stores a map's contours, or adds to those that there are.
    ///
    /// A map is there already where one of the same name has the same time, number or other names of the event. Two
    /// requests for the same map at the same time make one document with the contours of both.
    ///
    /// - Throws: `RequestError`, `SkymapsBusy`, `MongoError`.
    public func put(_ request: SkymapRequest) async throws -> Outcome {
        let event = try Event(request)
        let source = try await found(request.source)
        let name = source.name
        let filter = event.filter(name: name)
        var drawn: [ContourLevel: Document] = [:]
        var center: Document?
        // The file is fetched and the map worked out only where a contour is missing.
        var description: SkymapDescription?
        for _ in 0..<Self.attempts {
            let known = try await existing(filter)
            let missing = request.levels.filter { known?.levels.contains($0) != true }
            if missing.isEmpty, let known {
                return Outcome(
                    deed: .none, message: "skymap already exists with the same contours",
                    data: event.data(name, known.levels))
            }
            let undrawn = missing.filter { drawn[$0] == nil }
            if !undrawn.isEmpty {
                let map: SkymapDescription
                if let description { map = description } else { map = try await source.description(files) }
                description = map
                let contours = try await work.contours(map, undrawn)
                center = SkymapShape.point(map.center ?? contours.peak)
                for (level, contour) in zip(undrawn, contours.contours) {
                    drawn[level] = SkymapShape.multiPolygon(contour, level)
                }
            }
            guard let center else { continue }
            let outlines = SkymapShape.contours(
                center, missing.compactMap { level in drawn[level].map { (level, $0) } })
            if let known {
                guard try await update(known.id, outlines) else { continue }
                return Outcome(
                    deed: .updated,
                    message:
                        "updated skymap for \(event.timeText) to add contours \(ContourLevel.text(missing))",
                    data: event.data(name, known.levels + missing))
            }
            guard try await insert(event.document(name, outlines)) else { continue }
            return Outcome(
                deed: .added,
                message: "added skymap for \(event.timeText) with contours \(ContourLevel.text(missing))",
                data: event.data(name, missing))
        }
        throw SkymapsBusy()
    }

    /// The map that is asked for, without its `_id` and with its time as text.
    ///
    /// - Throws: `SkymapLookup.Unanswerable` where there is none or it lacks a contour; `MongoError`.
    public func find(_ lookup: SkymapLookup) async throws -> Document {
        guard let stored = try await database.findOne(Collections.skymaps, filter: lookup.filter) else {
            throw SkymapLookup.Unanswerable(message: "no skymap found")
        }
        let levels = Self.levels(stored.document(at: "contours")?.keys ?? [])
        let missing = lookup.levels.filter { !levels.contains($0) }
        guard missing.isEmpty else {
            throw SkymapLookup.Unanswerable(
                message: "skymap exists but is missing contours \(ContourLevel.text(missing))")
        }
        var writer = DocumentWriter(capacity: stored.bytes.count + 64)
        for element in stored.elements where element.key != "_id" {
            if element.key == "dateobs", case .datetime(let time) = element.value {
                writer.append("dateobs", string: SkymapTime.text(milliseconds: time))
            } else {
                writer.append(element)
            }
        }
        return writer.finish()
    }

    /// Removes the map that is asked for.
    ///
    /// - Throws: `SkymapLookup.Unanswerable` where there is none; `MongoError`.
    public func delete(_ lookup: SkymapLookup) async throws {
        let result = try await database.bulkWrite(Collections.skymaps, [.deleteOne(filter: lookup.filter)])
        if let failure = result.failures.first { throw failure.error }
        guard result.deleted == 1 else { throw SkymapLookup.Unanswerable(message: "no skymap found") }
    }

    // MARK: Reading and writing

    /// How often to try again where others change the same map.
    private static let attempts = 5
    /// The server's codes for a document of more than 16 MB: BSONObjectTooLarge, and of an update 17419.
    private static let tooLarge: Set<Int32> = [10334, 17419]

    private func existing(_ filter: Document) async throws -> (id: Value, levels: [ContourLevel])? {
        let cursor = try await database.aggregate(
            Collections.skymaps,
            pipeline: [
                ["$match": .document(filter)], ["$limit": 1],
                // Of the contours, which are large, the names only.
                [
                    "$project": [
                        "names": ["$map": ["input": ["$objectToArray": "$contours"], "in": "$$this.k"]]
                    ]
                ],
            ])
        guard let found = try await cursor.nextBatch()?.first, let id = found["_id"] else { return nil }
        return (id, Self.levels((found.array(at: "names") ?? []).compactMap(\.string)))
    }

    private static func levels(_ keys: [String]) -> [ContourLevel] {
        keys.compactMap { ContourLevel(key: $0) }
    }

    /// Adds outlines to a map; false where it is no longer there.
    private func update(_ id: Value, _ outlines: Document) async throws -> Bool {
        // The keys may have points in them, which in a path would mean something else.
        let merged: Value = ["$mergeObjects": ["$contours", ["$literal": .document(outlines)]]]
        let result = try await database.bulkWrite(
            Collections.skymaps,
            [.updateOne(filter: ["_id": id], update: .pipeline([["$set": ["contours": merged]]]))])
        if let failure = result.failures.first { throw Self.fault(failure.error) }
        return result.matched == 1
    }

    /// Stores a map; false where another came first.
    private func insert(_ document: Document) async throws -> Bool {
        try await database.prepareSkymaps()
        let result = try await database.insert(Collections.skymaps, [document])
        if let failure = result.failures.first { throw Self.fault(failure.error) }
        return result.inserted == 1
    }

    private static func fault(_ error: MongoError) -> any Error {
        tooLarge.contains(error.code)
            ? RequestError(.value, "the contours take more than the 16 MB of a document: ask for fewer")
            : error
    }

    // MARK: Where maps come from

    /// A map's name, and how to get at it.
    private struct Found {
        let name: String
        let description: @Sendable (SkymapFiles) async throws -> SkymapDescription

        init(_ map: SkymapDescription) {
            name = map.name
            description = { _ in map }
        }

        init(url: String) throws(RequestError) {
            let name = SkymapFiles.name(in: url)
            guard !name.isEmpty else { throw RequestError(.value, "url must end with the name of a file") }
            self.name = name
            description = { files in try SkymapDescription(file: try await files.fetch(url), name: name) }
        }
    }

    private func found(_ source: SkymapRequest.Source) async throws -> Found {
        switch source {
        case .description(let map): return Found(map)
        case .url(let url): return try Found(url: url)
        case .event(let event):
            if let url = event.mapURL {
                if try await files.exists(url) { return try Found(url: url) }
            } else if event.isRetraction {
                throw Self.noMap
            }
            guard let cone = event.cone else { throw Self.noMap }
            return Found(SkymapDescription(cone: cone.center, error: cone.error))
        }
    }

    private static let noMap = RequestError(.value, "Could not get skymap from VOEvent file")
}
