import Documents
import Mongo

extension Migration {
    /// Whether each sky map is there once.
    func skymapFindings() async throws -> [MigrationFinding] {
        let cursor = try await database.aggregate(
            Collections.skymaps,
            pipeline: [
                ["$group": ["_id": ["name": "$localization_name", "date": "$dateobs"], "n": ["$sum": 1]]],
                [
                    "$group": [
                        "_id": nil, "maps": ["$sum": 1],
                        "twice": ["$sum": ["$cond": [["$gt": ["$n", 1]], 1, 0]]],
                    ]
                ],
            ])
        guard let counted = try await cursor.nextBatch()?.first else { return [] }
        let (maps, twice) = (counted.int64(at: "maps") ?? 0, counted.int64(at: "twice") ?? 0)
        return [
            twice > 0
                ? MigrationFinding(
                    .note, "sky maps",
                    "\(twice) of \(maps) are stored several times, so that no unique index is made",
                    cure: "remove all but one of each, then: skipper indexes")
                : MigrationFinding(.good, "sky maps", "\(maps)")
        ]
    }

    /// The other collections: the Transient Name Server's, Kowalski's own, catalogues.
    func catalogueFindings(_ present: Set<String>) async throws -> [MigrationFinding] {
        let known = Set(
            surveys.flatMap { [$0.alerts, $0.auxiliary, $0.recent, $0.older, $0.classifications] } + [
                Collections.users, Collections.filters, Collections.skymaps, Collections.rejected,
                Collections.filterHits, Collections.filterProgress, Collections.filterStatistics,
                Collections.filterBackfills, Collections.deliveries, Collections.schemaChanges,
                Collections.loginAttempts,
            ])
        var findings: [MigrationFinding] = []
        var searchable = 0
        for name in present.subtracting(known).sorted() where !name.hasPrefix("system.") {
            if name == Collections.queries {
                findings.append(
                    MigrationFinding(
                        .note, "catalogues", "queries is Kowalski's queue, which nothing here reads",
                        cure: "db.queries.drop()"))
                continue
            }
            let indexes = try await database.listIndexes(name)
            if indexes.contains(where: { $0.keys.elements.contains { $0.value.string == "2dsphere" } }) {
                searchable += 1
            } else {
                findings.append(
                    MigrationFinding(
                        .note, "catalogues",
                        "\(name) has no index of positions: cone searches read all of it",
                        cure: "db.\(name).createIndex({\"coordinates.radec_geojson\": \"2dsphere\", _id: 1})")
                )
            }
        }
        findings.append(MigrationFinding(.good, "catalogues", "\(searchable) can be searched by position"))
        return findings
    }
}
