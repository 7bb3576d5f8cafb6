import Aggregation
import Documents

/// Pipelines from outside, run in memory over documents from outside: whatever they are, they come to an end within
/// their limits, and what comes out is sound BSON.
enum PipelineFuzz {
    /// Small, so that time goes into variety.
    private static let limits = Limits(steps: 20_000, bytes: 1 << 20)

    /// Runs an Extended JSON text of a pipeline and documents; any other bytes choose a pipeline that mostly is sound.
    static func test(_ bytes: [UInt8]) {
        if bytes.first == UInt8(ascii: "{") {
            do throws(JSONError) {
                let text = try ExtendedJSON.document(from: bytes, wrappers: .recognised)
                run(
                    text.documents(at: "pipeline").map(\.document),
                    on: text.documents(at: "documents").map(\.document))
            } catch {
                claim(!error.description.isEmpty, "an error has a description")
            }
            return
        }
        var choice = PipelineChoice(bytes)
        let pipeline = choice.pipeline()
        run(pipeline, on: choice.documents())
    }

    private static func run(_ pipeline: [Document], on documents: [Document]) {
        // MongoDB would not have let in anything else.
        guard (pipeline + documents).allSatisfy({ Document.isSound($0.bytes) }) else { return }
        let program: Program
        do throws(CompileError) {
            program = try Program(pipeline)
        } catch {
            claim(!error.description.isEmpty, "an error has a description")
            return
        }
        var execution = Execution(program, now: 1_700_000_000_000, limits: limits)
        let together = results(execution.outcome(on: documents.map { Subject($0) }))
        for document in documents { _ = results(execution.outcome(on: Subject(document))) }
        let again = results(execution.outcome(on: documents.map { Subject($0) }))
        claim(together == again || isRandom(pipeline), "a pipeline does the same again")
        let parts = documents.map { document in
            Subject(
                document.elements.map {
                    (name: $0.key, part: $0.key == "b" ? .later : Subject.Part($0.value))
                })
        }
        _ = results(execution.outcome(on: parts))
    }

    private static func isRandom(_ pipeline: [Document]) -> Bool {
        pipeline.contains { document in
            let text = String(decoding: ExtendedJSON.bytes(of: document), as: UTF8.self)
            return text.contains("$rand") || text.contains("$sample")
        }
    }

    /// What comes out, which must be sound.
    private static func results(_ outcome: Execution.Outcome) -> [[UInt8]] {
        switch outcome {
        case .results(let results):
            let documents = results.documents.map(\.bytes)
            claim(documents.count == results.count, "results are counted")
            claim(documents.allSatisfy { Document.isSound($0) }, "what comes out is sound BSON")
            return documents
        case .failed(_, let reason), .unsupported(let reason), .exhausted(let reason):
            claim(!reason.isEmpty, "a failure has a reason")
            return []
        case .later: return []
        }
    }

    /// Some pipelines as texts, and many that bytes choose.
    static var seeds: [[UInt8]] {
        let documents =
            #""documents":[{"_id":1,"a":[1,2.5,{"b":"x"}],"b":{"c":null},"d":{"$date":0}},{"a":"日本","c":-1}]}"#
        let pipelines = [
            #"[{"$match":{"a":{"$gt":1},"b.c":{"$exists":true}}},{"$project":{"x":{"$add":["$a",1]},"_id":0}}]"#,
            #"[{"$unwind":"$a"},{"$group":{"_id":"$a","n":{"$sum":1},"m":{"$push":"$$ROOT"}}},{"$sort":{"n":-1}}]"#,
            #"[{"$addFields":{"m":{"$map":{"input":"$a","as":"x","in":{"$multiply":["$$x",2]}}}}},{"$limit":3}]"#,
            #"[{"$project":{"t":{"$dateToString":{"date":"$d","format":"%Y-%j","timezone":"Europe/Berlin"}}}}]"#,
            #"[{"$facet":{"x":[{"$count":"n"}],"y":[{"$skip":1}]}},{"$replaceRoot":{"newRoot":{"y":"$y"}}}]"#,
            #"[{"$set":{"r":{"$reduce":{"input":"$a","initialValue":"","in":{"$concat":["$$value","x"]}}}}}]"#,
            #"[{"$project":{"s":{"$regexFindAll":{"input":"$a","regex":"(本)|x","options":"i"}},"u":{"$substrCP":["$a",1,1]}}}]"#,
        ]
        let texts = pipelines.map { Array(#"{"pipeline":\#($0),\#(documents)"#.utf8) }
        let choices = (0..<200).map { index in
            (0..<256).map { UInt8(truncatingIfNeeded: ($0 &* 167 &+ index &* 251) ^ ($0 &* index >> 3)) }
        }
        return texts + choices
    }
}
