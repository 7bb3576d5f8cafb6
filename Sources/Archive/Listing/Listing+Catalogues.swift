import Catalogs
public import Documents
import Mongo

extension Listing {
    /// Milliseconds that may be spent on what is good to know but not needed.
    private static let patience: Int64 = 3_000

    /// The catalogues that may be queried: `{name, documents, indexes}`, by name.
    ///
    /// `documents` is an estimate; null where the user sees a part of them only, which would have to be counted.
    public func catalogues(for user: User) async throws -> [Document] {
        var catalogues: [Document] = []
        for name in try await names(user) {
            let documents = seesAll(of: name, user) ? try await estimate(name, user) : nil
            let indexes = try await indexes(name, user).keys
            catalogues.append([
                "name": .string(name), "documents": documents.map { .integer($0) } ?? .null,
                "indexes": .list(indexes.map { .string($0) }),
            ])
        }
        return catalogues
    }

    /// One catalogue: `{name, documents, bytes, indexes, fields, rows, loaded_at, columns, version, index,
    /// cross_match_radius}`; nil where there is none that the user may query.
    ///
    /// `documents` are those that the user may see; null where counting them takes long. `bytes` is what all of them
    /// take; null where the user sees a part only. `fields` are those of one document, with their types. The others are
    /// null where they are not known: what was loaded, when and with which columns; the version of the index of just
    /// that on this host, and the index itself; and the radius of cross-matches by survey, arcseconds.
    public func catalogue(_ name: String, for user: User) async throws -> Document? {
        guard try await names(user).contains(name) else { return nil }
        let documents = try await unlessLate { try await estimate(name, user) }
        let bytes = seesAll(of: name, user) ? try await bytes(of: name, user) : nil
        let stamps = surveys.first { $0.alerts == name }?.withoutStamps
        let options = Query.Options(maximumTime: Self.patience)
        let sample = try await unlessLate {
            try await first(.findOne(catalog: name, filter: [:], projection: stamps, options: options), user)
        }
        var writer = DocumentWriter()
        writer.append("name", string: name)
        writer.append("documents", documents.map { .integer($0) } ?? .null)
        writer.append("bytes", bytes.map { .integer($0) } ?? .null)
        writer.append("indexes", documents: try await indexes(name, user).elements.map(Self.index))
        writer.append("fields", documents: FieldList(of: sample ?? [:]).documents)
        try await appendLoad(of: name, to: &writer)
        return writer.finish()
    }

    /// What is known of a catalogue's load, its index and its use.
    private func appendLoad(of name: String, to writer: inout DocumentWriter) async throws {
        let entry = try await catalogs?.entry(name)
        let description = catalogs?.index(name)?.description
        let isCurrent = description.map { $0.name == name && $0.load == entry?.string(at: "load") } ?? false
        let current = isCurrent ? description : nil
        writer.append("rows", entry?["rows"] ?? current.map { .integer(Int64($0.rows)) } ?? .null)
        writer.append("loaded_at", entry?["loaded_at"] ?? .null)
        let fields = current?.fields.map { Value.list($0.map { .string($0) }) }
        writer.append("columns", entry?["columns"] ?? fields ?? .null)
        writer.append("version", current.map { .string($0.version) } ?? .null)
        let index = description.map { description -> Value in
            [
                "rows": .integer(Int64(description.rows)), "version": .string(description.version),
                "bytes": .integer(Int64(description.bytes)), "created": .datetime(description.created),
                "fields": description.fields.map { .list($0.map { .string($0) }) } ?? .null,
                "is_current": .bool(isCurrent),
            ]
        }
        writer.append("index", index ?? .null)
        let radii = radii[name]?.sorted { $0.key < $1.key } ?? []
        var bySurvey = DocumentWriter()
        for (survey, radius) in radii { bySurvey.append(survey, double: radius) }
        writer.append("cross_match_radius", radii.isEmpty ? .null : .document(bySurvey.finish()))
    }

    private func names(_ user: User) async throws -> [String] {
        (try await tell(.catalogNames, user)?.list ?? []).compactMap(\.string).sorted()
    }

    /// What a collection's documents take; nil of a view, which has none of its own, and of what is not there yet.
    private func bytes(of name: String, _ user: User) async throws -> Int64? {
        do {
            return try await tell(.catalog(name), user)?.document?.int64(at: "size")
        } catch let error as MongoError
            where ["CommandNotSupportedOnView", "NamespaceNotFound"].contains(error.codeName)
        {
            return nil
        }
    }

    private func tell(_ info: Query.Info, _ user: User) async throws -> Value? {
        guard
            case .value(let value) = try await runner.run(
                .info(info, options: Query.Options(maximumTime: 30_000)), for: user)
        else { return nil }
        return value
    }

    private func seesAll(of catalogue: String, _ user: User) -> Bool {
        if case .everything = AccessRights(of: user, to: catalogue, surveys: surveys) { true } else { false }
    }

    private func estimate(_ name: String, _ user: User) async throws -> Int64? {
        let options = Query.Options(maximumTime: Self.patience)
        let query = Query.estimatedDocumentCount(catalog: name, options: options)
        guard case .value(let count) = try await runner.run(query, for: user) else { return nil }
        return count?.int64
    }

    /// `{name: {key: [[field, direction], …], …}}`; empty for a view.
    private func indexes(_ name: String, _ user: User) async throws -> Document {
        do {
            return try await tell(.indexes(name), user)?.document ?? [:]
        } catch let error as MongoError where error.codeName == "CommandNotSupportedOnView" {
            return [:]
        }
    }

    private static func index(_ element: Element) -> Document {
        [
            "name": .string(element.key), "keys": element.view?["key"] ?? [],
            "unique": .bool(element.view?.bool(at: "unique") ?? (element.key == "_id_")),
        ]
    }

    /// What a question gives; nil where the database had too little time for it.
    private func unlessLate<Result>(_ ask: () async throws -> Result?) async throws -> Result? {
        do {
            return try await ask()
        } catch let error as MongoError where error.isTimeout {
            return nil
        }
    }
}
