import Aggregation
import Documents
import Foundation
import Mongo
import TestSupport
import Testing

/// Explanations say what mongod does, and name what has to be otherwise.
@Suite struct ExplanationTests {
    /// The claim of `failedCondition`: the stage lets the document through once that condition is negated.
    @Test func theVerdictIsMongodsAndTheFailedConditionIsTheReason() async throws {
        let examples = try Examples()
        var random = SplitMix(state: 7)
        try await withDatabase { database in
            var failed = 0
            for number in 0..<400 {
                let pipeline = examples.pipeline(&random)
                let alert = examples.alert(&random)
                let explanation = try Explanation(of: pipeline, on: Subject(alert), now: 0)
                let theirs = try await Case(pipeline: pipeline, documents: [alert]).verdict(of: database)
                let text = "case \(number): \(pipeline.map(\.canonical))\n\(explanation.document.canonical)"
                switch theirs {
                case .documents(let documents):
                    #expect(explanation.passed == (documents.count == 1), "\(text)")
                    #expect(explanation.results == documents.count, "\(text)")
                case .error: #expect(!explanation.passed && explanation.results == nil, "\(text)")
                case .unsupported: Issue.record("mongod leaves nothing to others")
                }
                guard let condition = explanation.failedCondition,
                    let stage = explanation.document.int64(at: "failed_stage").map(Int.init),
                    let filter = pipeline[stage].document(at: "$match")
                else { continue }
                failed += 1
                let negated = Negation(of: condition)
                let changed = pipeline[..<stage] + [["$match": .document(negated.applied(to: filter))]]
                #expect(negated.wasApplied(to: filter), "\(text)")
                guard
                    case .documents(let let_through) = try await Case(
                        pipeline: Array(changed), documents: [alert]
                    ).verdict(of: database)
                else {
                    Issue.record("\(text)\nmongod refuses \(changed.map(\.canonical))")
                    continue
                }
                #expect(!let_through.isEmpty, "\(text)\n\(changed.map(\.canonical))")
            }
            #expect(failed >= 200)
        }
    }

    @Test func showsWhatEachConditionSaw() throws {
        let alert: Document = [
            "candidate": ["drb": 0.4, "rb": 0.9], "prv_candidates": [["fid": 1], ["fid": 2]],
        ]
        let explanation = try Explanation(
            of: [
                ["$match": ["candidate.rb": ["$gt": 0.5]]],
                ["$match": ["candidate.drb": ["$gt": 0.5, "$lt": 1], "prv_candidates.fid": 2]],
            ], on: Subject(alert), now: 0)
        #expect(explanation.document.int64(at: "failed_stage") == 1)
        #expect(explanation.failedCondition == ["candidate.drb": ["$gt": 0.5]])
        let parts = explanation.document.documents(at: "stages.1.conditions.0.parts").map(\.document)
        #expect(parts.map { $0.bool(at: "verdict") } == [false, true, true])
        #expect(parts.map { $0["values"] } == [[0.4], [0.4], [1, 2]])
    }

    @Test func showsTheValuesOfAnExpressionsParts() throws {
        let alert: Document = ["candidate": ["jd": 10.0, "jdstarthist": 4.0]]
        let expression: Value = ["$lt": [["$subtract": ["$candidate.jd", "$candidate.jdstarthist"]], 3]]
        let explanation = try Explanation(of: [["$match": ["$expr": expression]]], on: Subject(alert), now: 0)
        #expect(explanation.failedCondition == ["$expr": expression])
        let whole = explanation.document.view(at: "stages.0.conditions.0.parts.0")
        #expect(whole?.bool(at: "value") == false)
        #expect(whole?.double(at: "parts.0.value") == 6)
        #expect(whole?.double(at: "parts.0.parts.0.value") == 10)
    }

    @Test func saysWhichStageFails() throws {
        let explanation = try Explanation(
            of: [["$match": [:]], ["$project": ["a": ["$divide": [1, "$b"]]]]], on: Subject(["b": 0]), now: 0)
        #expect(explanation.results == nil && !explanation.passed)
        #expect(explanation.document.int64(at: "failed_stage") == 1)
        #expect(explanation.document.string(at: "stages.1.error")?.isEmpty == false)
    }
}

/// The pipelines of docs/filters with random thresholds, and random alerts to run them on.
private struct Examples {
    private let pipelines: [[Document]]

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/filters").standardized
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        pipelines = try files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.map { file in
            let example = try ExtendedJSON.document(from: Array(Data(contentsOf: file)))
            return example.documents(at: "pipeline").map(\.document)
        }
    }

    func pipeline(_ random: inout SplitMix) -> [Document] {
        let chosen = pipelines[Int(random.next() % UInt64(pipelines.count))]
        return chosen.map { Self.varied($0, &random) }
    }

    private static func varied(_ document: Document, _ random: inout SplitMix) -> Document {
        var writer = DocumentWriter()
        for element in document.elements {
            let isComparison = ["$gt", "$gte", "$lt", "$lte"].contains(element.key)
            if isComparison, let number = element.value.double, random.next() % 3 == 0 {
                writer.append(element.key, .double(number * Double(random.next() % 200) / 100))
            } else if let inner = element.value.document {
                writer.append(element.key, document: varied(inner, &random))
            } else if let list = element.value.list {
                writer.append(
                    element.key, .list(list.map { $0.document.map { .document(varied($0, &random)) } ?? $0 }))
            } else {
                writer.append(element)
            }
        }
        return writer.finish()
    }

    /// An alert with the fields that the examples name, each sometimes null or missing.
    func alert(_ random: inout SplitMix) -> Document {
        var candidate = DocumentWriter()
        let jd = 2_460_000.5 + Double(random.next() % 1000)
        candidate.append("jd", double: jd)
        candidate.append("fid", int32: Int32(1 + random.next() % 3))
        candidate.append("isdiffpos", string: random.next() % 3 == 0 ? "f" : "t")
        let ranges: [(String, ClosedRange<Double>)] = [
            ("magpsf", 14...21), ("drb", 0...1), ("rb", 0...1), ("ssdistnr", -999...30),
            ("ssmagnr", -999...22),
            ("sgscore1", 0...1), ("distpsnr1", -1...10), ("srmag1", 10...22), ("distnr", 0...3),
            ("magnr", 15...22),
            ("neargaiabright", 0...90), ("maggaiabright", 10...16), ("diffmaglim", 18...21), ("fwhm", 1...6),
            ("elong", 1...2), ("seeratio", 0...3), ("scorr", 0...20), ("chipsf", 0...8), ("dec", -30...90),
            ("ra", 0...360),
            ("szmag1", 10...22), ("jdstarthist", (jd - 40)...jd),
        ]
        for (name, range) in ranges {
            switch random.next() % 12 {
            case 0: continue
            case 1: candidate.appendNull(name)
            default: candidate.append(name, double: .random(in: range, using: &random))
            }
        }
        for (name, most) in [("ndethist", 30), ("nbad", 2), ("nneg", 8), ("rcid", 63), ("programid", 3)] {
            candidate.append(name, int32: Int32(random.next() % UInt64(most + 1)))
        }
        let points = (0..<Int(random.next() % 12)).map { _ -> Value in
            var point: [(String, Value)] = [
                ("jd", .double(jd - Double(random.next() % 4000) / 100)),
                ("fid", .int32(Int32(1 + random.next() % 3))),
                ("diffmaglim", .double(.random(in: 18...21, using: &random))),
            ]
            if random.next() % 3 > 0 {
                point += [
                    ("magpsf", .double(.random(in: 15...21, using: &random))),
                    ("sigmapsf", .double(.random(in: 0...0.3, using: &random))),
                    ("isdiffpos", random.next() % 2 == 0 ? "t" : "f"),
                ]
            }
            var writer = DocumentWriter()
            for (key, value) in point { writer.append(key, value) }
            return .document(writer.finish())
        }
        let candid = Int64(truncatingIfNeeded: random.next() >> 8)
        return [
            "_id": .int64(candid), "objectId": "ZTF20aaaaaaa", "candid": .int64(candid),
            "candidate": .document(candidate.finish()),
            "coordinates": [
                "radec_geojson": ["type": "Point", "coordinates": [7.7, 12.4]],
                "b": .double(.random(in: -90...90, using: &random)),
            ],
            "cross_matches": random.next() % 2 == 0
                ? [:]
                : [
                    "CLU_20190625": [["name": "NGC", "z": 0.01]],
                    "AllWISE": [["w1mpro": 12.0, "w2mpro": 11.0]],
                ],
            "prv_candidates": random.next() % 8 == 0 ? .null : .list(points), "fp_hists": [],
        ]
    }
}

/// Puts negations in the place of conditions.
private struct Negation {
    /// The conditions, each without others beside it.
    private let conditions: Set<Document>

    init(of condition: Document) { conditions = Set(Self.parts(condition)) }

    private static func parts(_ condition: Document) -> [Document] {
        guard condition.keys == ["$and"] else { return [condition] }
        return condition.documents(at: "$and").flatMap { parts($0.document) }
    }

    func wasApplied(to filter: Document) -> Bool { applied(to: filter) != filter }

    /// The filter with those conditions negated, wherever they stand in its conjunctions.
    func applied(to filter: Document) -> Document {
        if conditions.contains(filter) { return ["$nor": [.document(filter)]] }
        let members = filter.elements.flatMap { element -> [Document] in
            let member: Document = [element.key: element.value]
            if conditions.contains(member) { return [["$nor": [.document(member)]]] }
            switch (element.key, element.value) {
            case ("$and", .array(let list)):
                return list.elements.compactMap(\.value.document).map { applied(to: $0) }
            case ("$expr", let expression): return [["$expr": applied(toExpression: expression)]]
            case (_, .document(let operators)) where operators.keys.first?.hasPrefix("$") == true:
                guard !operators.keys.contains("$options") else { return [member] }
                return operators.elements.map {
                    applied(toPart: [element.key: .document([$0.key: $0.value])])
                }
            default: return [member]
            }
        }
        return ["$and": .list(members.map { .document($0) })]
    }

    private func applied(toPart part: Document) -> Document {
        conditions.contains(part) ? ["$nor": [.document(part)]] : part
    }

    private func applied(toExpression expression: Value) -> Value {
        if conditions.contains(["$expr": expression]) { return ["$not": [expression]] }
        guard let document = expression.document, document.keys == ["$and"],
            let operands = document.array(at: "$and")
        else { return expression }
        return ["$and": .list(operands.map(applied(toExpression:)))]
    }
}
