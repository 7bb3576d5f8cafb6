import Documents
import Foundation
import TestSupport

extension Family {
    /// Pipelines of several stages over real ZTF alerts, such as users' filters are.
    static let packets = Family(
        name: "packets", operators: TestEnvironment.hasPackets ? ["several stages"] : [],
        order: Order(ofDocuments: false, sets: [])
    ) { _, source in
        var stages: [Document] = []
        for _ in 0..<(2 + Int(source.random.next() % 5)) { stages.append(source.alertStage()) }
        let alerts = Alerts.all
        guard !alerts.isEmpty else { return Case(pipeline: stages, documents: []) }
        let documents = (0..<(1 + Int(source.random.next() % 2))).map { _ in source.pick(alerts) }
        return Case(pipeline: stages, documents: documents)
    }
}

/// The real alerts without their stamps.
private enum Alerts {
    static let all: [Document] = {
        let folder = URL(fileURLWithPath: TestEnvironment.packets).appendingPathComponent("ztf")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let reader = AvroReader()
        return names.filter { $0.hasSuffix(".avro") }.sorted().flatMap { name -> [Document] in
            // A packet that cannot be read is the concern of the decoder's tests.
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)),
                let records = try? reader.records(inContainer: [UInt8](data))
            else { return [] }
            return records.map { record in
                var writer = DocumentWriter()
                for element in record.document().elements where !element.key.hasPrefix("cutout") {
                    writer.append(element)
                }
                return writer.finish()
            }
        }
    }()
}

extension OddValues {
    private static let numbers = [
        "candidate.jd", "candidate.magpsf", "candidate.sigmapsf", "candidate.rb", "candidate.drb",
        "candidate.fid",
        "candidate.distpsnr1", "candidate.sgscore1", "candidate.ssdistnr", "candidate.ndethist",
        "candidate.programid", "candidate.magap", "candidate.nothing",
    ]
    private static let series = ["jd", "magpsf", "fid", "diffmaglim", "isdiffpos", "sigmapsf", "rb"]

    private mutating func alertNumber() -> Value { .string("$" + pick(Self.numbers)) }

    private mutating func points() -> Value { pick(["$prv_candidates", "$prv_candidates", "$recent"]) }

    fileprivate mutating func alertStage() -> Document {
        switch Int(random.next() % 14) {
        case 0...3: return ["$match": .document(alertCondition())]
        case 4, 5: return ["$project": .document(alertProjection())]
        case 6...8:
            return [
                "$addFields": [
                    pick(["recent", "rise", "colour", "candidate.age"]): alertCalculation(),
                    pick(["peak", "latest", "count"]): alertCalculation(),
                ]
            ]
        case 9: return ["$unwind": pick(["$prv_candidates", "$recent"])]
        case 10: return ["$unset": pick(["prv_candidates", "candidate.rb", "prv_candidates.magpsf"])]
        case 11:
            return [
                "$group": [
                    "_id": pick(["$objectId", "$prv_candidates.fid", "$candidate.fid", nil]),
                    "n": ["$sum": 1], "least": ["$min": "$prv_candidates.magpsf"],
                    "mean": ["$avg": .string("$" + pick(Self.numbers))],
                    "spread": ["$stdDevPop": alertNumber()],
                ]
            ]
        case 12:
            return [
                "$match": ["$expr": [pick(["$gt", "$lt"]): [alertCalculation(), pick([0, 1, 5, 18.5])]]]
            ]
        default: return ["$project": ["prv_candidates.jd": 1, "prv_candidates.magpsf": 1, "candidate.jd": 1]]
        }
    }

    private mutating func alertCondition() -> Document {
        let path = pick(Self.numbers)
        switch Int(random.next() % 6) {
        case 0: return ["prv_candidates": ["$elemMatch": ["magpsf": ["$lt": .double(uniform(16, 21))]]]]
        case 1: return ["$or": [.document(alertCondition()), .document(alertCondition())]]
        case 2: return Document(dictionaryLiteral: (path, ["$exists": .bool(!one(in: 4))]))
        case 3: return ["candidate.isdiffpos": ["$in": ["t", "1"]]]
        case 4: return ["prv_candidates.fid": pick([1, 2, 3])]
        default:
            return Document(
                dictionaryLiteral: (path, [pick(["$gt", "$lt", "$ne"]): .double(uniform(0, 20))]))
        }
    }

    private mutating func alertProjection() -> Document {
        var writer = DocumentWriter()
        for path in ["objectId", "candid", "candidate", "prv_candidates", "recent", "peak"] where !one(in: 4)
        {
            writer.append(path, int32: 1)
        }
        writer.append("t", ["$subtract": [alertNumber(), alertNumber()]])
        if one(in: 2) { writer.append("u", alertCalculation()) }
        return writer.finish()
    }

    private mutating func alertCalculation() -> Value {
        let field = pick(Self.series)
        switch Int(random.next() % 9) {
        case 0:
            return [
                "$filter": [
                    "input": points(), "as": "cand",
                    "cond": [
                        "$and": [
                            ["$gt": [.string("$$cand." + field), pick([0, 2, 19])]],
                            ["$ne": [.string("$$cand." + pick(Self.series)), nil]],
                        ]
                    ],
                ]
            ]
        case 1: return ["$map": ["input": points(), "as": "p", "in": .string("$$p." + field)]]
        case 2: return [pick(["$min", "$max", "$avg", "$sum"]): .string("$prv_candidates." + field)]
        case 3: return ["$subtract": ["$candidate.jd", ["$min": "$prv_candidates.jd"]]]
        case 4: return ["$size": ["$ifNull": [points(), []]]]
        case 5: return ["$arrayElemAt": [points(), pick([0, -1])]]
        case 6:
            return [
                "$reduce": [
                    "input": .string("$prv_candidates." + field), "initialValue": 0,
                    "in": ["$max": ["$$value", "$$this"]],
                ]
            ]
        case 7:
            return ["$cond": [["$gt": [alertNumber(), .double(uniform(0, 20))]], alertNumber(), points()]]
        default: return ["$divide": [alertNumber(), ["$subtract": [alertNumber(), 1]]]]
        }
    }
}
