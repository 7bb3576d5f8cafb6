import Documents
import Mongo

extension Migration {
    /// How many documents of a collection are looked at.
    private static let sample: Int64 = 1000

    /// The types of a survey's alerts' fields, of some alerts drawn at random.
    func alertFindings(of survey: Survey) async throws -> [MigrationFinding] {
        let count = try await database.estimatedDocumentCount(survey.alerts)
        guard count > 0 else { return [MigrationFinding(.note, "alerts", "\(survey.alerts) is empty")] }
        var findings: [MigrationFinding] = []
        let numbers: Set<String> = ["int", "long", "double"]
        let stamps = [
            survey.stamps.fields.science, survey.stamps.fields.template, survey.stamps.fields.difference,
        ]
        var wanted: [(path: String, types: Set<String>)] = [
            (survey.fields.candid, ["int", "long"]), (survey.fields.objectID, ["string"]),
            ("candidate", ["object"]), (survey.fields.jd.description, numbers),
            (survey.fields.ra.description, numbers), (survey.fields.dec.description, numbers),
            ("coordinates.radec_geojson.type", ["string"]), ("classifications", ["object"]),
        ]
        if let program = survey.fields.programID, survey.filterWindow.pointsHavePrograms {
            wanted.append((program.description, ["int", "long"]))
        }
        wanted += stamps.map {
            ($0 + (survey.stamps.isNamed ? ".stampData" : ""), ["binData"])
        }
        for (path, types) in wanted {
            let found = try await self.types(of: path, in: survey.alerts)
            for (type, number) in found.sorted(by: { $0.key < $1.key }) where !types.contains(type) {
                let isKey = [survey.fields.candid, survey.fields.objectID].contains(path)
                findings.append(
                    MigrationFinding(
                        isKey ? .fault : .note, "alerts",
                        "\(survey.alerts).\(path) is \(type == "missing" ? "missing" : "of type \(type)") in "
                            + "\(number) of \(min(Int64(count), Self.sample)) alerts looked at",
                        cure: isKey
                            ? "write such alerts anew: they are not recognised when they come again"
                            : "queries, filters and pictures that need it do without"))
            }
        }
        let keys = try await types(of: "_id", in: survey.alerts).keys.sorted().joined(separator: ", ")
        findings.append(
            MigrationFinding(
                findings.isEmpty ? .good : .note, "alerts",
                "\(survey.alerts): \(count) documents, _id of type \(keys)"))
        return findings
    }

    /// The shapes of a survey's light curves.
    func lightCurveFindings(of survey: Survey) async throws -> [MigrationFinding] {
        let present = Set(try await database.listCollectionNames())
        let isTakenOver = present.contains(survey.recent)
        let collection = isTakenOver ? survey.recent : survey.auxiliary
        guard present.contains(collection) else {
            return [MigrationFinding(.change, "light curves", "\(survey.auxiliary) is not there")]
        }
        var findings: [MigrationFinding] = []
        let count = try await database.estimatedDocumentCount(collection)
        let wanted: [(String, Set<String>)] =
            [("_id", ["string"]), ("cross_matches", ["object", "missing"])]
            + survey.histories.map { ($0.field, ["array", "missing"]) }
        for (path, types) in wanted {
            for (type, number) in try await self.types(of: path, in: collection).sorted(by: {
                $0.key < $1.key
            })
            where !types.contains(type) {
                findings.append(
                    MigrationFinding(
                        .fault, "light curves",
                        "\(collection).\(path) is of type \(type) in \(number) of "
                            + "\(min(Int64(count), Self.sample)) objects looked at",
                        cure: "db.\(collection).updateMany({\"\(path)\": {$type: \"\(type)\"}}, "
                            + "{$unset: {\"\(path)\": \"\"}})"))
            }
        }
        findings.append(
            isTakenOver
                ? MigrationFinding(.good, "light curves", "\(collection): \(count) objects")
                : MigrationFinding(
                    .change, "light curves",
                    "\(collection): \(count) objects; becomes \(survey.recent) by being renamed, and a view takes its name",
                    cure: "stop Kowalski's brokers first: they would write into the view"))
        return findings
    }

    /// How many documents, of some drawn at random, have which type under a path; `missing` where there is nothing.
    func types(of path: String, in collection: String) async throws -> [String: Int64] {
        let cursor = try await database.aggregate(
            collection,
            pipeline: [
                ["$sample": ["size": .integer(Self.sample)]],
                ["$group": ["_id": ["$type": .string("$\(path)")], "n": ["$sum": 1]]],
            ])
        var types: [String: Int64] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                types[document.string(at: "_id") ?? ""] = document.int64(at: "n") ?? 0
            }
        }
        return types
    }
}
