import Foundation
import Testing

@testable import Documents

/// fastavro and pymongo decide what a record is.
@Suite struct AvroJudgeTests {
    static let shape = AvroShape(
        identifier: "candid",
        histories: [
            .init(field: "prv_candidates", droppingNulls: true),
            .init(field: "fp_hists", droppingNulls: true, droppingValue: -99999),
        ])

    @Test(.enabled(if: AvroPackets.exist, "no folder of real packets"), arguments: AvroPackets.surveys)
    func realPacketsAreWhatFastavroSays(survey: String) throws {
        let folder = AvroPackets.folder.appendingPathComponent(survey).path
        var judge = AvroChunks(try AvroJudge.ask(["packets", folder]))
        let plain = AvroReader()
        let shaped = AvroReader(shape: Self.shape)
        let packets = try AvroPackets.all(survey)
        #expect(!packets.isEmpty)
        for packet in packets {
            let path = try judge.text()
            let histories = try judge.number()
            let document = try #require(try plain.records(inContainer: packet).first).document()
            let whole = try judge.next()
            #expect(document.bytes == whole, "\(path)")
            let record = try #require(try shaped.records(inContainer: packet).first)
            #expect(record.histories.count == histories)
            let main = try judge.next()
            #expect(record.document().bytes == main, "\(path)")
            for history in record.histories {
                let count = try judge.number()
                #expect(history.count == count, "\(path)")
                for row in history {
                    let expected = try judge.next()
                    #expect(row.bytes == expected, "\(path)")
                }
            }
        }
        #expect(judge.isEmpty)
    }

    @Test func randomRecordsOfRandomSchemasAreWhatFastavroSays() throws {
        let seed = 20_260_101
        var judge = AvroChunks(try AvroJudge.ask(["random", String(seed), "300"]))
        var records = 0
        var schemas = 0
        while !judge.isEmpty {
            let schema = try judge.text()
            schemas += 1
            let decoder = try AvroDecoder(schema: AvroSchema(schema))
            let writer = try AvroContainerWriter(schema: schema, marker: Array(1...16))
            for _ in 0..<(try judge.number()) {
                let body = try judge.next()
                let expected = try judge.next()
                let decoded = try decoder.record(in: body).document()
                try #require(decoded.bytes == expected, "seed \(seed), schema \(schemas): \(schema)")
                records += 1
                // What our writer makes of the document is the document again. Decimals beyond 34 digits are
                // strings, which it does not take.
                do {
                    let again = try decoder.record(in: try writer.body(of: decoded)).document()
                    #expect(again == decoded, "seed \(seed), schema \(schemas)")
                } catch {
                    let isLongDecimal = schema.contains("decimal") && error.reason.contains("string")
                    #expect(isLongDecimal, "seed \(seed), schema \(schemas): \(error)")
                }
            }
        }
        #expect(records == 1500)
    }
}
