import Documents
import Mongo

extension Migration {
    /// Which filters run, where, and which do not.
    func filterFindings() async throws -> [MigrationFinding] {
        var findings: [MigrationFinding] = []
        var (count, versions, inMemory, inDatabase) = (0, 0, 0, 0)
        var owners: Set<String> = []
        let cursor = try await database.find(
            Collections.filters, filter: ["filter_id": ["$exists": true]],
            options: .init(sort: ["filter_id": 1, "group_id": 1, "_id": 1]))
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                let conversion = FilterConversion(document)
                let filter = Filter(conversion.converted)
                let name = "filter \((document["filter_id"] ?? .null).shown)"
                count += 1
                versions += filter.versions.count
                if !conversion.changes.isEmpty {
                    findings.append(
                        MigrationFinding(
                            .change, "filters",
                            "\(name): \(conversion.changes.map(\.key).joined(separator: ", ")) must be text"))
                }
                if !owners.insert("\(name) of group \((document["group_id"] ?? .null).shown)").inserted {
                    findings.append(
                        MigrationFinding(
                            .note, "filters", "\(name): several documents of one group",
                            cure: "remove all but one: which of them a new version goes to is chance"))
                }
                guard document["active"] != .bool(false) else { continue }
                do {
                    switch try ActiveFilter(filter).filter.way {
                    case .memory: inMemory += 1
                    case .database: inDatabase += 1
                    }
                } catch {
                    findings.append(
                        MigrationFinding(
                            .note, "filters", "\(name) is active and cannot be run: \(error)",
                            cure:
                                "save a version that can, or PATCH /api/filters {\"filter_id\": …, \"active\": false}"
                        ))
                }
            }
        }
        if count > 0 {
            findings.append(
                MigrationFinding(
                    .good, "filters",
                    "\(count) with \(versions) versions; of the active ones \(inMemory) run in memory and \(inDatabase) "
                        + "in the database. They run on every alert, whatever Kowalski's misc.broker was"))
        }
        return findings
    }

    /// Turns stages that are stored as arrays into text, as the API writes them.
    func convertFilters(writes: Bool) async throws -> [String] {
        var steps: [String] = []
        let cursor = try await database.find(
            Collections.filters, filter: ["fv.pipeline": ["$type": "array"]],
            options: .init(sort: ["filter_id": 1, "group_id": 1, "_id": 1]))
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                let conversion = FilterConversion(document)
                guard !conversion.changes.isEmpty else { continue }
                steps.append(
                    "filter \((document["filter_id"] ?? .null).shown): "
                        + conversion.changes.map(\.key).joined(separator: ", ") + " as text")
                guard writes else { continue }
                var fields = DocumentWriter()
                for change in conversion.changes { fields.append(change.key, string: change.text) }
                try await database.bulkWrite(
                    Collections.filters,
                    [
                        .updateOne(
                            // Versions are only ever appended, so their places stay.
                            filter: ["_id": document["_id"] ?? .null, "fv": document["fv"] ?? .null],
                            update: .operators(["$set": .document(fields.finish())]))
                    ], ordered: true
                ).check()
            }
        }
        return steps
    }
}

/// A stored filter with its stages as text, however they are stored.
struct FilterConversion {
    /// The fields that are stored as arrays, such as `fv.0.pipeline`, with their texts.
    private(set) var changes: [(key: String, text: String)] = []
    /// The filter with them.
    let converted: Document

    init(_ stored: Document) {
        var versions: [Value] = []
        for (place, version) in (stored.array(at: "fv") ?? []).enumerated() {
            guard let fields = version.document, case .array? = fields["pipeline"],
                let pipeline = fields["pipeline"]
            else {
                versions.append(version)
                continue
            }
            let text = PythonJSON.text(of: pipeline)
            changes.append(("fv.\(place).pipeline", text))
            var writer = DocumentWriter()
            for element in fields.elements {
                if element.key == "pipeline" {
                    writer.append("pipeline", string: text)
                } else {
                    writer.append(element)
                }
            }
            versions.append(.document(writer.finish()))
        }
        guard !changes.isEmpty else {
            converted = stored
            return
        }
        var writer = DocumentWriter()
        for element in stored.elements {
            if element.key == "fv" { writer.append("fv", .list(versions)) } else { writer.append(element) }
        }
        converted = writer.finish()
    }
}
