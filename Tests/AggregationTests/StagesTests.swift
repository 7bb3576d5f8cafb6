import Aggregation
import Documents
import Testing

/// What the stages do where no other engine can be asked: fields that are still to be fetched, limits, and what is said
/// of pipelines that are refused.
@Suite struct StagesTests {
    /// An alert whose light curve has not been fetched.
    private var alert: Subject {
        Subject([
            ("_id", Subject.Part(.int64(7))), ("candidate", Subject.Part(["drb": 0.9, "magpsf": 18.5])),
            ("prv_candidates", Subject.Part.later),
        ])
    }

    private func outcome(_ pipeline: [Document], limits: Limits = Limits()) throws -> Execution.Outcome {
        var execution = Execution(try Program(pipeline), now: 0, limits: limits)
        return execution.outcome(on: alert)
    }

    private func outcome(
        _ pipeline: [Document], of documents: [Document], limits: Limits = Limits()
    ) throws -> Execution.Outcome {
        var execution = Execution(try Program(pipeline), now: 0, limits: limits)
        return execution.outcome(on: documents.map { Subject($0) })
    }

    @Test func whatIsOnlyCarriedIsNotFetched() throws {
        let carried: [Document] = [
            ["$project": ["prv_candidates": 1, "candidate": 1]], ["$addFields": ["a": "$candidate.drb"]],
            ["$project": ["candidate.magpsf": 0]],
        ]
        // The light curve is asked for because it is in the result …
        guard case .later = try outcome(carried) else {
            Issue.record("a field that was not fetched is in a result")
            return
        }
        // … and not where it is dropped again.
        guard case .results(let results) = try outcome(carried + [["$group": ["_id": nil]]]) else {
            Issue.record("a field was asked for without need")
            return
        }
        #expect(results.documents == [["_id": nil]])
        guard case .results(let rest) = try outcome(carried + [["$project": ["a": 1]]]) else {
            Issue.record("a field was asked for without need")
            return
        }
        #expect(rest.documents == [["_id": .int64(7), "a": 0.9]])
    }

    @Test(
        arguments: [
            ["$project": ["prv_candidates.jd": 1]], ["$project": ["prv_candidates.jd": 0]],
            ["$addFields": ["prv_candidates.new": 1]], ["$unset": "prv_candidates.jd"],
            ["$project": ["a": "$prv_candidates"]], ["$unwind": "$prv_candidates"],
            ["$unwind": "$prv_candidates.jd"], ["$sort": ["prv_candidates.jd": 1]],
            ["$group": ["_id": "$prv_candidates"]], ["$replaceWith": "$prv_candidates"],
            ["$group": ["_id": "$$ROOT"]], ["$redact": "$$DESCEND"], ["$sortByCount": "$$ROOT"],
        ] as [Document])
    func whatIsLookedIntoIsFetched(_ stage: Document) throws {
        guard case .later = try outcome([stage, ["$group": ["_id": nil]]]) else {
            Issue.record("did not ask for the field")
            return
        }
    }

    @Test func aFieldThatWasLeftOutIsNotFetched() throws {
        guard case .results = try outcome([["$unset": "prv_candidates"]]) else {
            Issue.record("asked for a field that is left out")
            return
        }
    }

    @Test func documentsBehindALimitAreNeverLookedAt() throws {
        let bad: Document = ["$replaceWith": "$a"]
        let documents: [Document] = [["a": ["b": 1]], ["a": 1]]
        guard case .failed(40228, _) = try outcome([bad], of: documents) else {
            Issue.record("replaced a document by a number")
            return
        }
        guard case .results(let results) = try outcome([bad, ["$limit": 1]], of: documents) else {
            Issue.record("failed on a document that nobody asks for")
            return
        }
        #expect(results.documents == [["b": 1]])
        guard case .failed = try outcome([bad, ["$group": ["_id": nil]], ["$limit": 1]], of: documents) else {
            Issue.record("grouped documents of which one failed")
            return
        }
    }

    @Test func whatUnwindsAgainAndAgainIsStopped() throws {
        let list = Value.list((0..<200).map { Value.int32($0) })
        let document = Document(dictionaryLiteral: ("a", list), ("b", list), ("c", list), ("d", list))
        let pipeline: [Document] = ["a", "b", "c", "d"].map { ["$unwind": .string("$" + $0)] }
        guard case .exhausted = try outcome(pipeline, of: [document], limits: Limits(steps: 1_000_000)) else {
            Issue.record("1.6 thousand million documents were made")
            return
        }
    }

    @Test func whatGroupsCollectIsBounded() throws {
        let documents = (0..<1000).map { Document(dictionaryLiteral: ("a", .int32($0))) }
        let pipeline: [Document] = [["$group": ["_id": nil, "all": ["$push": "$$ROOT"]]]]
        guard case .exhausted = try outcome(pipeline, of: documents, limits: Limits(bytes: 10_000)) else {
            Issue.record("a thousand documents were collected")
            return
        }
        guard case .results = try outcome(pipeline, of: documents) else {
            Issue.record("could not collect a thousand documents")
            return
        }
    }

    @Test(
        arguments: [
            (["$project": ["a": ["b": 1, "c": 0]]], "0.$project.a.c"),
            (["$addFields": ["a": 1, "a.b": 2]], "0.$addFields.a.b"),
            (["$group": ["_id": nil, "n": ["$nope": 1]]], "0.$group.n"),
            (["$sort": ["a": 1, "b": 0]], "0.$sort.b"),
            (["$facet": ["x": [["$limit": 1], ["$limit": 0]]]], "0.$facet.x.1.$limit"),
            (["$bucket": ["groupBy": "$a", "boundaries": [2, 1]]], "0.$bucket.boundaries"),
            (["$unwind": ["path": "a"]], "0.$unwind"),
        ] as [(Document, String)])
    func whatIsWrongIsNamedWithItsPlace(_ stage: Document, _ place: String) {
        #expect {
            _ = try Program([stage])
        } throws: { error in
            (error as? CompileError)?.kind == .invalid && (error as? CompileError)?.place == place
        }
    }

    @Test(
        arguments: [
            ["$lookup": ["from": "a", "as": "b"]],
            ["$group": ["_id": nil, "x": ["$accumulator": ["init": "function() {}"]]]],
            ["$sort": ["a": ["$meta": "textScore"]]],
        ] as [Document])
    func whatOnlyMongoDBCanDoIsSaid(_ stage: Document) {
        #expect {
            _ = try Program([stage])
        } throws: { error in
            (error as? CompileError)?.kind == .unsupported
        }
    }

    @Test func filtersThatWouldBeMovedForeverAreLeftToMongoDB() throws {
        let filter: Value = ["$or": .list((0..<100).map { ["z.a": .int32($0)] })]
        let blocked = [Document](repeating: ["$match": filter], count: 400)
        #expect {
            _ = try Program([["$set": ["z": 1]]] + blocked)
        } throws: { error in
            (error as? CompileError)?.kind == .unsupported
        }
        // A few of them are run.
        guard case .results = try outcome([["$set": ["z": 1]]] + blocked.prefix(20), of: [[:]]) else {
            Issue.record("could not run twenty filters")
            return
        }
    }

    @Test func deepDocumentsEndInAnError() throws {
        var value: Value = 1
        for _ in 0..<150 { value = ["a": value] }
        guard case .document(let document) = value else { return }
        guard case .results(let results) = try outcome([["$redact": "$$DESCEND"]], of: [document]) else {
            Issue.record("a document as deep as MongoDB allows was refused")
            return
        }
        #expect(results.documents == [document])
        let path = (0..<201).map { _ in "a" }.joined(separator: ".")
        #expect(throws: CompileError.self) { _ = try Program([["$unset": .string(path)]]) }
        #expect(throws: CompileError.self) {
            _ = try Program([["$project": .document(document)], ["$bad": 1]])
        }
    }
}
