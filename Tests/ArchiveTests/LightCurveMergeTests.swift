import Documents
import Testing

@testable import Archive

/// What is planned for an object's document, without a database.
@Suite struct LightCurveMergeTests {
    private typealias Make = LightCurveFixtures

    private func merge(_ stored: Document?, _ alerts: [Alert]) -> LightCurveMerge {
        var merge = LightCurveMerge(
            objectID: "ZTF26aaaaaaa", stored: stored, rules: Survey.ztf.histories)
        for alert in alerts { merge.add(alert) }
        return merge
    }

    private func update(_ stored: Document, _ alerts: [Alert]) throws -> (filter: Document, update: Document)
    {
        guard case .update(let filter, let update) = merge(stored, alerts).write else {
            throw Unplanned()
        }
        return (filter, update)
    }

    private struct Unplanned: Error {}

    private func stored(previous: [Document] = [], forced: [Document]? = []) -> Document {
        var writer = DocumentWriter()
        writer.append("_id", string: "ZTF26aaaaaaa")
        writer.append("prv_candidates", documents: previous)
        if let forced { writer.append("fp_hists", documents: forced) }
        return writer.finish()
    }

    private func isNothing(_ write: LightCurveMerge.Write) -> Bool {
        if case .nothing = write { true } else { false }
    }

    @Test func newObjectHasEachPointOnce() throws {
        let (a, b, c): (Document, Document, Document) = (["x": 1], ["x": 2], ["x": 3])
        let plan = merge(nil, [Make.alert(1, previous: [b, a, b]), Make.alert(2, previous: [a, c])])
        guard case .insert(let document) = plan.write else { throw Unplanned() }
        #expect(document.keys == ["_id", "cross_matches", "prv_candidates", "fp_hists"])
        #expect(document["cross_matches"] == .document([:]))
        #expect(document.documents(at: "prv_candidates").map(\.document) == [b, a, c])
        #expect(document["fp_hists"] == .list([]))
    }

    /// The first alert decides, whatever comes after it in the batch.
    @Test func forcedPhotometryIsKeptWhereTheFirstAlertIsYoung() {
        let points = [Make.epoch(1, 18)]
        let young = Make.alert(1, forced: points)
        let old = Make.alert(2, forced: points, seenFromBeginning: false)
        #expect(merge(nil, [young, old]).newDocument["fp_hists"] == .list([.document(points[0])]))
        #expect(!merge(nil, [old, young]).newDocument.exists(at: "fp_hists"))
        #expect(isNothing(merge(stored(forced: nil), [young]).write))
    }

    @Test func whatIsKnownIsNotWritten() {
        let previous: [Document] = [["x": 1], ["x": 2]]
        let forced = [Make.epoch(1, 18), Make.epoch(2, nil), Make.epoch(3, .nan), Make.epoch(4, 17)]
        let document = stored(previous: previous, forced: forced)
        #expect(isNothing(merge(document, [Make.alert(1, previous: previous, forced: forced)]).write))
        // Neither brighter nor new; what is missing wins, what is no number loses.
        let others = [
            Make.epoch(1, 18.5), Make.epoch(2, -30), Make.epoch(3, .nan, note: 1), Make.epoch(4, 17, note: 1),
        ]
        #expect(isNothing(merge(document, [Make.alert(2, forced: others)]).write))
        #expect(isNothing(merge(document, []).write))
    }

    @Test func laterPointsAreSetAtTheirPlaces() throws {
        let plan = try update(
            stored(forced: [Make.epoch(1, 18)]),
            [
                Make.alert(1, forced: [Make.epoch(1, 19), Make.epoch(2, 19)]),
                Make.alert(2, forced: [Make.epoch(3, 17)]),
            ])
        #expect(
            plan.filter == [
                "_id": "ZTF26aaaaaaa", "older.count": ["$in": [nil, 0]], "fp_hists": ["$size": 1],
            ])
        #expect(
            plan.update
                == [
                    "$set": [
                        "fp_hists.1": .document(Make.epoch(2, 19)),
                        "fp_hists.2": .document(Make.epoch(3, 17)),
                    ]
                ])
    }

    @Test func brighterAlertsReplaceUnderTheConditionThatNobodyElseHas() throws {
        let plan = try update(
            stored(forced: [Make.epoch(1, 18), Make.epoch(2, 18), Make.epoch(3, .nan)]),
            [
                Make.alert(1, forced: [Make.epoch(2, 17), Make.epoch(3, 19)]),
                Make.alert(2, forced: [Make.epoch(2, 16)]),
            ])
        #expect(plan.filter.string(at: "_id") == "ZTF26aaaaaaa")
        #expect(plan.filter.element(key: "fp_hists")?.value == ["$size": 3])
        #expect(plan.filter.element(key: "fp_hists.1.alert_mag")?.double == 18)
        #expect(plan.filter.element(key: "fp_hists.2.alert_mag")?.double?.isNaN == true)
        #expect(plan.filter.element(key: "older.count") != nil && plan.filter.keys.count == 5)
        #expect(
            plan.update
                == [
                    "$set": [
                        "fp_hists.1": .document(Make.epoch(2, 16)),
                        "fp_hists.2": .document(Make.epoch(3, 19)),
                    ]
                ])
    }

    /// The whole array is written then, so what others may have replaced meanwhile must be as it was read.
    @Test func pointsInTheMiddleAreSetUnderTheConditionThatNothingWasReplaced() throws {
        let known = [Make.epoch(1, 18), Make.epoch(3, nil), Make.epoch(5, 16)]
        let plan = try update(stored(forced: known), [Make.alert(1, forced: [Make.epoch(2, 20)])])
        #expect(plan.filter.element(key: "fp_hists")?.value == ["$size": 3])
        #expect(plan.filter.element(key: "fp_hists.0.alert_mag")?.double == 18)
        #expect(plan.filter.element(key: "fp_hists.1.alert_mag")?.value == .null)
        #expect(plan.filter.element(key: "fp_hists.2.alert_mag")?.double == 16)
        let all = [known[0], Make.epoch(2, 20), known[1], known[2]]
        #expect(plan.update == ["$set": ["fp_hists": .list(all.map { .document($0) })]])
    }

    @Test func pointsOfBothKindsAreOneWrite() throws {
        let plan = try update(
            stored(previous: [["x": 1]]),
            [Make.alert(1, previous: [["x": 2], ["x": 1]], forced: [Make.epoch(2, 20)])])
        #expect(plan.update.keys == ["$addToSet", "$set"])
        #expect(plan.update["$addToSet.prv_candidates"] == ["$each": [["x": 2]]])
    }

    /// A database may hold what the rules never made; it stays at its place.
    @Test func strangersInTheArrayStay() throws {
        var writer = DocumentWriter()
        writer.append("_id", string: "ZTF26aaaaaaa")
        writer.append("fp_hists", .list([5, .document(Make.epoch(.nan, 18)), .document(Make.epoch(1, 18))]))
        let plan = try update(
            writer.finish(), [Make.alert(1, forced: [Make.epoch(1, 17), Make.epoch(2, 17)])])
        #expect(plan.filter.element(key: "fp_hists")?.value == ["$size": 3])
        #expect(plan.filter.element(key: "fp_hists.2.alert_mag")?.double == 18)
        #expect(
            plan.update
                == [
                    "$set": [
                        "fp_hists.2": .document(Make.epoch(1, 17)),
                        "fp_hists.3": .document(Make.epoch(2, 17)),
                    ]
                ])
    }
}
