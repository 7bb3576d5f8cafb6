import Testing

@testable import Documents

/// Few bytes that ask for much time or memory, and schemas that refer to themselves.
@Suite struct AvroAmplificationTests {
    /// A little array of nulls, of any length, in four bytes.
    private static func nulls(_ count: Int64) -> [UInt8] { AvroBytes.long(count) + [0] }

    /// The union of the recursion is entered a second time while it is being compiled, because the shape makes a
    /// layout of its own for the outermost record.
    @Test func aRecordThatHoldsItselfIsReadInAnyShape() throws {
        let schema = try AvroSchema(
            """
            {"type":"record","name":"r","fields":[{"name":"candid","type":"long"},
            {"name":"next","type":["null","r"]},{"name":"text","type":"string"}]}
            """)
        let bytes =
            [4, 2, 6, 2, 8, 0] + AvroBytes.text("third") + AvroBytes.text("second") + AvroBytes.text("first")
        let third: Document = ["candid": 4, "next": nil, "text": "third"]
        let second: Document = ["candid": 3, "next": .document(third), "text": "second"]
        for captures in [[], ["next.text"], ["next.next.text"]] as [[Path]] {
            let shape = AvroShape(identifier: "candid", captures: captures)
            let record = try AvroDecoder(schema: schema, shape: shape).record(in: bytes)
            let captured = captures.indices.map { record.value($0) }
            #expect(
                captured
                    == captures.map { ["next.text": "second", "next.next.text": "third"][$0.description] })
            #expect(
                record.document() == [
                    "_id": .int64(2), "candid": 2, "next": .document(second), "text": "first",
                ])
        }
    }

    @Test func memoryGrowsWithTheNumberOfRecordsInABlock() throws {
        let shape = AvroShape(histories: [.init(field: "rows")])
        let reader = AvroReader(shape: shape)
        func footprint(_ count: Int) throws -> Int {
            let packet = avroContainer(
                #"{"type":"record","name":"r","fields":[{"name":"a","type":"int"}]}"#,
                [(Int64(count), [UInt8](repeating: 2, count: count))])
            let records = try reader.records(inContainer: packet)
            #expect(records.count == count)
            return records.reduce(0) { $0 + $1.footprint }
        }
        #expect(try footprint(4000) < 5 * footprint(1000))
        #expect(try footprint(1000) < 1000 * 4096)
    }

    @Test func theRowsOfHistoriesCountForTheContainer() throws {
        let schema = """
            {"type":"record","name":"r","fields":[
            {"name":"rows","type":{"type":"array","items":{"type":"record","name":"n","fields":[]}}}]}
            """
        // A thousand empty documents of five bytes in four bytes.
        let packet = avroContainer(schema, [(100, (0..<100).flatMap { _ in Self.nulls(1000) })])
        let shape = AvroShape(histories: [.init(field: "rows")])
        let records = try AvroReader(shape: shape).records(inContainer: packet)
        #expect(records.map { $0.histories[0].count } == Array(repeating: 1000, count: 100))
        let limits = AvroLimits(containerBytes: 400_000)
        #expect(throws: AvroError.self) {
            try AvroReader(shape: shape, limits: limits).records(inContainer: packet)
        }
    }

    @Test func whatIsLeftOutIsBoundedLikeWhatIsKept() throws {
        let schema = try AvroSchema(
            """
            {"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":
            {"type":"record","name":"n","fields":[{"name":"twice","type":{"type":"array","items":"null"}},
            {"name":"twice","type":"int"}]}}}]}
            """)
        func body(_ rows: Int) -> [UInt8] {
            AvroBytes.long(Int64(rows)) + (0..<rows).flatMap { _ in Self.nulls(10_000) + [2] } + [0]
        }
        let decoder = try AvroDecoder(schema: schema, limits: AvroLimits(recordBytes: 100_000))
        #expect(try decoder.record(in: body(1)).document() == ["a": [["twice": 1]]])
        let error = #expect(throws: AvroError.self) { try decoder.record(in: body(100)) }
        #expect(error?.reason.contains("left out") == true)
    }

    @Test func aSchemaUnfoldsToABoundedProgram() throws {
        // Every branch of the outer union has every branch of the inner one on the way to the value.
        func schema(_ branches: Int) throws -> AvroSchema {
            let inner = #"{"type":"record","name":"C","fields":[{"name":"value","type":"int"}]}"#
            let again = String(repeating: #","C""#, count: branches - 1)
            let outer =
                #"{"type":"record","name":"B","fields":[{"name":"inner","type":["# + inner + again + "]}]}"
            return try AvroSchema(
                #"{"type":"record","name":"A","fields":[{"name":"inner","type":["# + outer
                    + String(repeating: #","B""#, count: branches - 1) + "]}]}")
        }
        let shape = AvroShape(captures: ["inner.inner.value"])
        let record = try AvroDecoder(schema: schema(10), shape: shape).record(in: [18, 18, 14])
        #expect(record.value(0) == 7)
        #expect(throws: AvroError.self) { try AvroDecoder(schema: schema(1000), shape: shape) }
    }

    @Test func aNameIsNotLongerThanAThousandBytes() throws {
        func schema(_ count: Int) -> String {
            let name = String(repeating: "a", count: count)
            return #"{"type":"record","name":"r","fields":[{"name":""# + name + #"","type":"int"}]}"#
        }
        #expect(try AvroSchema(schema(1024)).fieldNames[0].utf8.count == 1024)
        #expect(throws: AvroError.self) { try AvroSchema(schema(1025)) }
    }
}
