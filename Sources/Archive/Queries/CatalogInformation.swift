import Documents
import Mongo

/// What the database knows about its collections.
struct CatalogInformation: Sendable {
    let database: Database
    let surveys: [Survey]
    /// Milliseconds that the database may take for one answer.
    let maximumTime: Int64
    /// Who asks, for the database's log.
    let comment: String

    /// The answer to the query type `info`.
    func tell(_ info: Query.Info) async throws -> Value {
        switch info {
        case .catalogNames:
            // Clients refuse to query what is not listed, so the surveys' own are, with or without alerts.
            let own = surveys.flatMap { [$0.alerts, $0.auxiliary] }
            let names = Set(try await names() + own)
                .filter { !Collections.restricted.contains($0) && !Collections.isHidden($0) }
            return .list(names.sorted(by: >).map { .string($0) })
        case .catalog(let name): return .document(try await ask("collStats", .string(try await stored(name))))
        case .database: return .document(try await ask("dbStats", 1))
        case .indexes(let name):
            var writer = DocumentWriter()
            for index in try await indexes(name) { append(index, to: &writer) }
            return .document(writer.finish())
        }
    }

    /// How many documents a collection has, from its metadata.
    func count(_ catalog: String) async throws -> Int64 {
        try await ask("count", .string(try await stored(catalog))).int64(at: "n") ?? 0
    }

    private func ask(_ command: String, _ argument: Value, _ more: Document = [:]) async throws -> Document {
        var writer = DocumentWriter()
        writer.append(command, argument)
        writer.append(contentsOf: more.view)
        writer.append("maxTimeMS", int64: maximumTime)
        writer.append("comment", string: comment)
        return try await database.run(command: writer.finish(), readOnly: true)
    }

    /// The names of all collections. So many fit into the first answer, which may have 16 MB.
    private func names() async throws -> [String] {
        let more: Document = ["nameOnly": true, "cursor": ["batchSize": 100_000]]
        return try await ask("listCollections", 1, more).documents(at: "cursor.firstBatch")
            .compactMap { $0.string(at: "name") }
    }

    /// The collection that a catalogue's documents are in: for light curves, which are a view, that of the objects.
    private func stored(_ catalog: String) async throws -> String {
        guard let survey = surveys.first(where: { $0.auxiliary == catalog }),
            try await names().contains(survey.recent)
        else { return catalog }
        return survey.recent
    }

    /// A collection has 64 indexes at most, which fit into the first answer; one that does not exist has none.
    private func indexes(_ catalog: String) async throws -> DocumentViews {
        do {
            return try await ask("listIndexes", .string(try await stored(catalog)))
                .documents(at: "cursor.firstBatch")
        } catch let error as MongoError where error.codeName == "NamespaceNotFound" {
            return Document().documents(at: "cursor.firstBatch")
        }
    }

    /// `{name: {v, key: [[field, direction], …], …}}`, as PyMongo's index_information has it.
    private func append(_ index: DocumentView, to writer: inout DocumentWriter) {
        guard let name = index.string(at: "name") else { return }
        writer.beginDocument(name)
        for element in index.elements where element.key != "name" && element.key != "ns" {
            if element.key == "key", let keys = element.value.document {
                writer.append("key", .list(keys.elements.map { .list([.string($0.key), $0.value]) }))
            } else {
                writer.append(element)
            }
        }
        writer.end()
    }
}
