import Documents
import Mongo

/// The indexes of a collection beside those that it should have.
struct IndexComparison {
    /// Not there.
    private(set) var missing: [Index] = []
    /// There, and not asked for.
    private(set) var extra: [Index] = []
    /// What is there under the name or with the keys of what should be, and is something else.
    private(set) var conflicting: [(wanted: Index, present: Index)] = []

    init(wanted: [Index], present: [Index]) {
        for index in wanted {
            if let same = present.first(where: { $0.name == index.name }) {
                if !same.means(index) { conflicting.append((index, same)) }
            } else if let same = present.first(where: { $0.signature == index.signature }) {
                conflicting.append((index, same))
            } else {
                missing.append(index)
            }
        }
        let known = Set(wanted.map(\.name) + conflicting.map(\.present.name) + ["_id_"])
        extra = present.filter { !known.contains($0.name) }
    }
}

extension Index {
    /// The keys with their directions, whatever type of number these have.
    fileprivate var signature: String {
        keys.elements.map { "\($0.key):\($0.value.string ?? $0.value.int64.map(String.init) ?? "?")" }
            .joined(separator: ",")
    }

    /// Whether another index holds the same.
    fileprivate func means(_ other: Index) -> Bool {
        signature == other.signature && unique == other.unique && partialFilter == other.partialFilter
            && collation == other.collation
    }
}

extension Migration {
    /// What a survey's alerts have of the indexes that they should have; everything is missing where there are none.
    func compare(_ survey: Survey) async throws -> IndexComparison {
        IndexComparison(wanted: survey.indexes, present: try await database.listIndexes(survey.alerts))
    }

    /// Missing, conflicting and further indexes of a survey's alerts.
    func indexFindings(of survey: Survey) async throws -> [MigrationFinding] {
        let comparison = try await compare(survey)
        var findings: [MigrationFinding] = []
        for index in comparison.missing {
            findings.append(MigrationFinding(.change, "indexes", "\(survey.alerts).\(index.name) is missing"))
        }
        for (wanted, present) in comparison.conflicting {
            findings.append(
                MigrationFinding(
                    .fault, "indexes",
                    "\(survey.alerts).\(present.name) stands in the way of \(wanted.name): it has "
                        + "\(present.keys)\(present.unique ? ", unique" : ""), and \(wanted.keys)"
                        + "\(wanted.unique ? ", unique," : "") is needed",
                    cure: "db.\(survey.alerts).dropIndex(\"\(present.name)\")"))
        }
        for index in comparison.extra {
            findings.append(
                MigrationFinding(
                    .note, "indexes", "\(survey.alerts).\(index.name) is not Skipper's, and stays",
                    cure: "each index costs time with each alert: drop it if nobody uses it"))
        }
        if comparison.missing.contains(where: \.unique), let twice = try await storedTwice(survey) {
            findings.append(
                MigrationFinding(
                    .fault, "alerts",
                    "\(survey.alerts): several documents have \(survey.fields.candid) \(twice.shown), which must be unique",
                    cure: "remove all but one of each"))
        }
        if comparison.missing.isEmpty, comparison.conflicting.isEmpty {
            findings.append(
                MigrationFinding(
                    .good, "indexes", "\(survey.alerts) has the \(survey.indexes.count) that it needs"))
        }
        return findings
    }

    /// What would be created: indexes, and the collections of light curves.
    func missingStructure() async throws -> [String] {
        let present = Set(try await database.listCollectionNames())
        var steps: [String] = []
        for survey in surveys {
            if present.contains(survey.auxiliary), !present.contains(survey.recent) {
                steps.append(
                    "rename \(survey.auxiliary) to \(survey.recent), and make a view of it named \(survey.auxiliary)"
                )
            }
            if !present.contains(survey.alerts) { steps.append("create \(survey.alerts)") }
            let missing = try await compare(survey).missing
            if !missing.isEmpty {
                steps.append(
                    "create indexes of \(survey.alerts): \(missing.map(\.name).joined(separator: ", "))")
            }
        }
        let ours = [Collections.filterHits, Collections.filterStatistics, Collections.rejected]
        for name in ours where !present.contains(name) { steps.append("create \(name)") }
        return steps
    }

    /// A number that two alerts have; nil where there is none.
    private func storedTwice(_ survey: Survey) async throws -> Value? {
        let cursor = try await database.aggregate(
            survey.alerts,
            pipeline: [
                ["$group": ["_id": .string("$\(survey.fields.candid)"), "n": ["$sum": 1]]],
                ["$match": ["n": ["$gt": 1]]], ["$limit": 1],
            ], options: AggregateOptions(maxTime: archive.longestOperation, allowDiskUse: true))
        let first = try await cursor.nextBatch(maximumDocuments: 1)?.first
        await cursor.close()
        return first.map { $0["_id"] ?? .null }
    }
}
