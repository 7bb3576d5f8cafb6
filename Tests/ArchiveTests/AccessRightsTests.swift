import Documents
import Mongo
import Testing

@testable import Archive

@Suite struct AccessRightsTests {
    private static let reader = User(name: "reader", programs: [1], isAdmin: false)

    private func rights(_ user: User, _ catalog: String) -> AccessRights {
        AccessRights(of: user, to: catalog, surveys: [.ztf])
    }

    @Test func adminsAndOtherCatalogsAreFree() {
        let stages: [Document] = [["$match": ["a": 1]]]
        let admin = User(name: "admin", programs: [], isAdmin: true)
        for (user, catalog) in [(admin, "ZTF_alerts"), (admin, "ZTF_alerts_aux"), (Self.reader, "Gaia")] {
            #expect(rights(user, catalog).filter(["a": 1]) == ["a": 1])
            #expect(rights(user, catalog).pipeline(stages) == stages)
        }
    }

    @Test func filterIsMerged() {
        #expect(
            rights(Self.reader, "ZTF_alerts").filter(["candidate.programid": 2]) == [
                "$and": [["candidate.programid": ["$in": [1]]], ["candidate.programid": 2]]
            ])
        #expect(rights(Self.reader, "ZTF_alerts_aux").filter([:]) == nil)
    }

    @Test func expressionsAreGuardedAtAnyDepth() {
        let isOne: Document = ["$expr": ["$toBool": "$a"]]
        let guarded = isOne.guardingExpressions(by: "$visible")
        #expect(guarded == ["$expr": ["$cond": ["$visible", ["$toBool": "$a"], false]]])
        let nested: Document = ["x": 1, "$or": [["y": 2], ["$nor": [.document(isOne)]]], "z": [1, "text"]]
        #expect(
            nested.guardingExpressions(by: "$visible") == [
                "x": 1, "$or": [["y": 2], ["$nor": [.document(guarded)]]], "z": [1, "text"],
            ])
        let mixed: Value = [["$eq": ["$a", "$$b"]], ["$toBool": "$a"], ["$ne": ["$c", 1]]]
        let all: Document = ["$expr": ["$and": mixed]]
        #expect(
            all.guardingExpressions(by: "$visible") == [
                "$expr": [
                    "$and": [
                        ["$eq": ["$a", "$$b"]], ["$ne": ["$c", 1]],
                        ["$cond": ["$visible", ["$and": mixed], false]],
                    ]
                ]
            ])
        // What has a value for every document tells nothing, and finds its index only as it is.
        let plain: [Document] = [
            ["x": ["$in": [1, 2]]], ["$expr": ["$and": [["$eq": ["$a", "$$b"]], ["$gt": ["$c", 1]]]]],
            ["$expr": ["$ne": ["$a", ["$literal": ["$toInt": "x"]]]]],
        ]
        for filter in plain { #expect(filter.guardingExpressions(by: "$visible") == filter) }
        for expression: Value in [
            ["$in": [1, "$a"]], ["$and": [true, ["$toInt": "$a"]]], ["$eq": [["$size": "$a"], 1]],
        ] {
            let filter: Document = ["$expr": expression]
            #expect(filter.guardingExpressions(by: "$visible") != filter)
        }
    }

    /// The names of all stages of a plan, and of its indexes.
    private func plan(_ document: Document) -> Set<String> {
        var names: Set<String> = []
        for element in document.elements {
            switch element.value {
            case .string(let text) where element.key == "stage" || element.key == "indexName":
                names.insert(text)
            case .document(let inner), .array(let inner): names.formUnion(plan(inner))
            default: break
            }
        }
        return names
    }

    private func explain(_ catalog: String, _ pipeline: [Document], _ database: Database) async throws -> Set<
        String
    > {
        let stages = rights(Self.reader, catalog).pipeline(pipeline).map { Value.document($0) }
        let reply = try await database.run(
            command: [
                "explain": ["aggregate": .string(catalog), "pipeline": .list(stages), "cursor": [:]],
                "verbosity": "queryPlanner",
            ], readOnly: true)
        let first = reply.array(at: "stages")?.first?.document?.document(at: "$cursor") ?? reply
        return plan(try #require(first.document(at: "queryPlanner.winningPlan"), "\(reply)"))
    }

    /// Rights cost no index: an alert is found by its object's name, an object by its own.
    @Test func indexesAreStillUsed() async throws {
        try await withDatabase { database in
            try await Collections.prepare(database, for: .ztf)
            _ = try await database.insert("ZTF_alerts", [["candid": 1, "objectId": "A"]])
            _ = try await database.insert("ZTF_alerts_aux", [["_id": "A"]])
            let tooBright: Document = ["$expr": ["$lt": ["$candidate.magpsf", "$candidate.magnr"]]]
            for filter: Document in [
                ["objectId": "A"], ["objectId": "A", "$or": [.document(tooBright), ["x": 1]]],
            ] {
                let alerts = try await explain("ZTF_alerts", [["$match": .document(filter)]], database)
                #expect(alerts.isSuperset(of: ["IXSCAN"]) && !alerts.contains("COLLSCAN"), "\(alerts)")
            }
            for filter: Document in [
                ["_id": "A"], ["_id": ["$in": ["A", "B"]], "prv_candidates.magpsf": 1],
            ] {
                let objects = try await explain("ZTF_alerts_aux", [["$match": .document(filter)]], database)
                #expect(
                    !objects.isDisjoint(with: ["IDHACK", "IXSCAN"]) && !objects.contains("COLLSCAN"),
                    "\(objects)")
            }
        }
    }

    /// What stands in place of a list is not shown, and what is missing stays missing.
    @Test func historiesThatAreNoListsAreHidden() async throws {
        try await withDatabase { database in
            _ = try await database.insert(
                "ZTF_alerts_aux",
                [
                    ["_id": "A", "prv_candidates": ["programid": 2, "secret": 1], "fp_hists": "secret"],
                    ["_id": "B", "other": 1],
                    ["_id": "C", "fp_hists": [5, nil, ["x": 1], ["programid": 1]]],
                ])
            _ = try await database.insert(
                "ZTF_alerts", ["A", "B", "C"].map { ["objectId": $0, "candidate": ["programid": 1]] })
            let runner = QueryRunner(database, surveys: [.ztf])
            let options = Query.Options(sort: ["_id": 1], maximumTime: 10_000)
            let answer = try await runner.run(
                .find(catalog: "ZTF_alerts_aux", filter: [:], projection: nil, options: options),
                for: Self.reader)
            guard case .documents(let cursor) = answer else { return #expect(Bool(false), "no documents") }
            #expect(
                try await cursor.nextBatch() == [
                    ["_id": "A", "prv_candidates": nil, "fp_hists": nil], ["_id": "B", "other": 1],
                    ["_id": "C", "fp_hists": [["programid": 1]]],
                ])
        }
    }

    /// The order of storage, which a pipeline has no stage for.
    @Test(arguments: [1, -1]) func naturalOrderWorksForLightCurves(direction: Int64) async throws {
        try await withDatabase { database in
            let names = ["B", "C", "A"]
            _ = try await database.insert("ZTF_alerts_aux", names.map { ["_id": .string($0)] }, ordered: true)
            _ = try await database.insert(
                "ZTF_alerts", names.map { ["objectId": .string($0), "candidate": ["programid": 1]] })
            let options = Query.Options(sort: ["$natural": .integer(direction)], maximumTime: 10_000)
            let answer = try await QueryRunner(database, surveys: [.ztf]).run(
                .find(catalog: "ZTF_alerts_aux", filter: [:], projection: nil, options: options),
                for: Self.reader)
            guard case .documents(let cursor) = answer else { return #expect(Bool(false), "no documents") }
            let found = try await cursor.nextBatch()?.compactMap { $0.string(at: "_id") }
            #expect(found == (direction == 1 ? names : names.reversed()))
        }
    }
}
