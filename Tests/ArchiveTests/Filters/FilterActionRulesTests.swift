import Documents
import Testing

@testable import Archive

/// What filters make of themselves with what passes; expected values are Kowalski's.
@Suite struct FilterActionRulesTests {
    private static let pipeline: Value = #"[{"$match": {"candidate.drb": {"$gt": 0.9}}}]"#

    @Test(arguments: [nil, false, [:], ["active": false], ["comment": "x"], "true"] as [Value])
    func nothingIsSaved(field: Value) { #expect(AutosaveRule(field) == nil) }

    @Test func allIsSavedWithoutPipeline() throws {
        let plain = try #require(AutosaveRule(true))
        #expect(!plain.asksPipeline)
        #expect(plain.outcome(nil) == ["passed": true, "comment": nil, "ignore_group_ids": []])
        let rule = try #require(
            AutosaveRule(["active": true, "comment": "bright", "ignore_group_ids": [3, 4], "saver_id": 12]))
        #expect(!rule.asksPipeline)
        #expect(
            rule.outcome(nil)
                == ["passed": true, "comment": "bright", "ignore_group_ids": [3, 4], "saver_id": 12])
    }

    @Test func pipelineDecidesWhatIsSaved() throws {
        let rule = try #require(AutosaveRule(["active": true, "pipeline": Self.pipeline]))
        #expect(rule.asksPipeline)
        #expect(rule.outcome(.one(["a": 1]))["passed"] == true)
        #expect(rule.outcome(.others(count: 0)) == ["passed": false])
        #expect(rule.outcome(.others(count: 2)) == ["passed": false])
        #expect(rule.outcome(.failed("x")) == ["passed": false, "reason": "x"])
        let broken = try #require(AutosaveRule(["active": true, "pipeline": "[{"]))
        #expect(!broken.asksPipeline && broken.outcome(nil)["passed"] == false)
    }

    private func followup(_ more: Document) -> AutoFollowupRule? {
        var writer = DocumentWriter()
        writer.append("active", true)
        for (name, value) in [
            ("pipeline", Self.pipeline), ("allocation_id", 5),
            ("payload", ["priority": "3", "filters": "g"]),
        ] as [(String, Value)] where more.element(key: name) == nil {
            writer.append(name, value)
        }
        writer.append(contentsOf: more.view)
        return AutoFollowupRule(.document(writer.finish()), groupID: 40)
    }

    @Test func requestIsKowalskis() throws {
        let rule = try #require(
            followup([
                "comment": " see this ", "target_group_ids": [41, 40, 41], "priority_order": "asc",
                "not_if_tns_reported": 24, "validity_days": "3",
            ]))
        let outcome = rule.outcome(
            .one(["payload": ["filters": "r", "unknown": 1], "candid": 1]), objectID: "ZTF20aajcdad")
        let expected: Document = [
            "passed": true, "allocation_id": 5, "comment": "see this (priority: 3.0)",
            "priority_order": "asc",
            "validity_days": 3, "implements_update": true,
            "data": [
                "obj_id": "ZTF20aajcdad", "allocation_id": 5, "target_group_ids": [40, 41],
                "ignore_allocation_ids": [], "payload": ["priority": 3.0, "filters": "r"],
                "source_group_ids": [40], "not_if_classified": true, "not_if_spectra_exist": true,
                "not_if_tns_classified": true, "not_if_duplicates": true, "radius": 0.5,
                "not_if_tns_reported": 24,
            ],
        ]
        #expect(outcome == expected)
    }

    @Test func pipelineMaySetPriorityAndComment() throws {
        let rule = try #require(followup(["comment": "fixed"]))
        let outcome = rule.outcome(
            .one(["comment": "computed", "payload": ["priority": 4.5]]), objectID: "a")
        #expect(outcome.string(at: "comment") == "computed (priority: 4.5)")
        #expect(outcome["data.payload.priority"] == 4.5)
    }

    @Test(
        arguments: [
            (["priority_order": "desc", "payload": ["a": 1]], "priority", 5.0),
            (["payload": ["a": 1]], "priority", 0.0), (["payload": ["Urgency": 2]], "Urgency", 2.0),
            (["payload": ["urgency": "1.5", "priority": 3]], "urgency", 1.5),
        ] as [(Document, String, Double)])
    func priorityHasSeveralNames(fields: Document, name: String, value: Double) throws {
        let rule = try #require(followup(fields))
        let outcome = rule.outcome(.one([:]), objectID: "a")
        #expect(outcome["passed"] == true)
        #expect(outcome.double(at: Path("data.payload.\(name)")) == value)
        #expect(outcome["comment"] == .null)
    }

    @Test(
        arguments: [
            ["pipeline": nil], ["pipeline": "[]"], ["allocation_id": nil], ["payload": nil],
            ["payload": ["priority": "urgent"]],
        ] as [Document])
    func whatCannotBeAskedForSaysWhy(fields: Document) throws {
        let rule = try #require(followup(fields))
        #expect(!rule.asksPipeline)
        let outcome = rule.outcome(nil, objectID: "a")
        #expect(outcome["passed"] == false && outcome.string(at: "reason") != nil)
    }

    @Test func onlyOneResultIsFollowedUp() throws {
        let rule = try #require(followup([:]))
        #expect(rule.asksPipeline)
        #expect(rule.outcome(.others(count: 0), objectID: "a") == ["passed": false])
        #expect(AutoFollowupRule(["active": false], groupID: 1) == nil)
        #expect(AutoFollowupRule([:], groupID: 1) == nil)
    }
}
