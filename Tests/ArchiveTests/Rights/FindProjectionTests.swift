import Documents
import Mongo
import Testing

@testable import Archive

/// Projections of light curves, which are a view, mean what they mean for collections.
@Suite struct FindProjectionTests {
    private static let points: [Document] = [
        [
            "_id": "A",
            "prv_candidates": [
                ["programid": 1, "m": 17], ["programid": 1, "m": 18], ["programid": 1, "m": 19],
            ],
            "fp_hists": [["programid": 1, "m": 5]], "cross_matches": ["n": 1],
        ],
        [
            "_id": "B", "prv_candidates": [["programid": 1, "m": 18, "x": [1, 2]]], "cross_matches": ["n": 2],
        ],
        ["_id": "C", "cross_matches": ["n": 3]], ["_id": "D", "prv_candidates": [], "fp_hists": []],
    ]

    private func outcome(
        _ catalog: String, _ projection: Document, _ database: Database, _ user: User
    ) async throws -> Outcome {
        try QueryRules.check(projection: projection, at: "projection")
        let options = Query.Options(sort: ["_id": 1], maximumTime: 10_000)
        // The order of fields is find's own for elements.
        return try await Outcome(
            .find(catalog: catalog, filter: [:], projection: projection, options: options), on: database,
            for: user
        ).withSortedFields
    }

    @Test func slicesAndElementsArePicked() async throws {
        try await withDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            _ = try await database.insert("ZTF_alerts_aux_recent", Self.points)
            _ = try await database.insert("plain", Self.points)
            _ = try await database.insert(
                "ZTF_alerts", ["A", "B", "C", "D"].map { ["objectId": $0, "candidate": ["programid": 1]] })
            let reader = User(name: "reader", programs: [1], isAdmin: false)
            let admin = User(name: "admin", programs: [], isAdmin: true)
            let slices: [Value] = [1, -1, 0, 5, -5, .double(1.0), [1, 1], [-2, 1], [-9, 2], [5, 1]]
            let filters: [Document] = [
                ["m": 18], ["m": ["$gt": 17]], ["$or": [["m": 17], ["x": 2]]], [:], ["m": 99], ["x.0": 1],
            ]
            let others: [Document] = [
                [:], ["_id": 0], ["_id": 1], ["cross_matches": 1], ["cross_matches.n": 1, "_id": 0],
                ["cross_matches": 0],
                ["n": "$cross_matches.n"], ["cross_matches": 0, "_id": 0],
            ]
            var projections = others.filter { !$0.isEmpty }
            for other in others {
                for slice in slices {
                    projections.append(Document(other, ["prv_candidates": ["$slice": slice]]))
                }
                for filter in filters {
                    projections.append(Document(other, ["prv_candidates": ["$elemMatch": .document(filter)]]))
                    projections.append(
                        Document(
                            ["fp_hists": ["$slice": 1], "prv_candidates": ["$elemMatch": .document(filter)]],
                            other))
                }
            }
            for projection in projections {
                let expected = try await outcome("plain", projection, database, admin)
                for user in [admin, reader] {
                    let found = try await outcome("ZTF_alerts_aux", projection, database, user)
                    #expect(found == expected, "\(projection): \(found), not \(expected)")
                }
            }
        }
    }

    @Test(
        arguments: [
            (
                ["prv_candidates.$": 1],
                "ValueError: projection.prv_candidates.$ is not possible in this collection; $elemMatch picks an element"
            ),
            (
                ["cross_matches.Gaia": ["$slice": 1]],
                "ValueError: projection.cross_matches.Gaia: $slice is possible in this collection for whole fields only"
            ),
            (
                ["prv_candidates": ["$elemMatch": ["$gt": 5]]],
                "ValueError: projection.prv_candidates.$elemMatch must be a filter on documents in this collection"
            ),
        ] as [(Document, String)]) func whatHasNoCounterpartIsNamed(projection: Document, message: String)
        async throws
    {
        try await withDatabase { database in
            for user in [
                User(name: "a", programs: [1], isAdmin: false), User(name: "b", programs: [], isAdmin: true),
            ] {
                let refused = try await outcome("ZTF_alerts_aux", projection, database, user)
                #expect(refused == .error(message))
            }
        }
    }
}

extension Document {
    /// The elements of two documents.
    fileprivate init(_ first: Document, _ second: Document) {
        var writer = DocumentWriter()
        writer.append(contentsOf: first.view)
        writer.append(contentsOf: second.view)
        self = writer.finish()
    }
}
