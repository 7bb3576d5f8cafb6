import Testing

@testable import Documents

/// Histories, captured values and the identifier.
@Suite struct AvroShapeTests {
    static let schema = """
        {"type":"record","name":"alert","fields":[
          {"name":"candid","type":"long"},
          {"name":"rows","type":["null",{"type":"array","items":{"type":"record","name":"row","fields":[
            {"name":"jd","type":"double"},{"name":"mag","type":["null","float"]},{"name":"fid","type":"int"},
            {"name":"id","type":["long","null"]},{"name":"flag","type":"boolean"},{"name":"text","type":["null","string"]}]}}]},
          {"name":"science","type":["null",{"type":"record","name":"cutout","fields":[
            {"name":"name","type":"string"},{"name":"stamp","type":"bytes"}]}]},
          {"name":"template","type":["null","cutout"]},
          {"name":"object","type":"string"}]}
        """

    static func row(_ jd: Double, mag: Float?, fid: Int64, id: Int64?, flag: UInt8, text: String?) -> [UInt8]
    {
        func little(_ bits: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        }
        var bytes = little(jd.bitPattern, 8)
        bytes += mag.map { [2] + little(UInt64($0.bitPattern), 4) } ?? [0]
        bytes += AvroBytes.long(fid)
        bytes += id.map { [0] + AvroBytes.long($0) } ?? [2]
        bytes += [flag]
        return bytes + (text.map { [2] + AvroBytes.text($0) } ?? [0])
    }

    static func alert(rows: [[UInt8]]?) -> [UInt8] {
        var bytes = AvroBytes.long(2_475_433_850_015_010_009)
        if let rows {
            bytes += [2]
            if !rows.isEmpty { bytes += AvroBytes.long(Int64(rows.count)) + rows.flatMap(\.self) }
            bytes += [0]
        } else {
            bytes += [0]
        }
        bytes += [2] + AvroBytes.text("s") + AvroBytes.data([1, 2, 3])
        bytes += [0]
        return bytes + AvroBytes.text("ZTF17aadcuwj")
    }

    static func decode(_ shape: AvroShape, _ bytes: [UInt8]) throws -> AvroRecord {
        try AvroDecoder(schema: AvroSchema(schema), shape: shape).record(in: bytes)
    }

    @Test func historiesComeApartWithoutWhatTheyDrop() throws {
        let rows = [
            Self.row(-99999, mag: nil, fid: 1, id: nil, flag: 1, text: "a"),
            Self.row(1.5, mag: -99999, fid: -99999, id: -99999, flag: 0, text: nil),
        ]
        // Once with bytes behind the rows (fast path) and once as the last bytes of the packet: the same.
        let history = AvroShape.History(field: "rows", droppingNulls: true, droppingValue: -99999)
        let record = try Self.decode(AvroShape(histories: [history]), Self.alert(rows: rows))
        #expect(
            Array(record.histories[0]) == [
                ["fid": .int32(1), "flag": true, "text": "a"],
                ["jd": 1.5, "flag": false],
            ])
        let science: Document = ["name": "s", "stamp": .binary(subtype: 0, [1, 2, 3])]
        #expect(
            record.document(appending: ["classifications": [:]]) == [
                "candid": .int64(2_475_433_850_015_010_009), "science": .document(science), "template": .null,
                "object": "ZTF17aadcuwj", "classifications": [:],
            ])
        let last = """
            {"type":"record","name":"alert","fields":[{"name":"rows","type":{"type":"array","items":{"type":"record",
            "name":"row","fields":[{"name":"a","type":"double"},{"name":"b","type":"int"},{"name":"c","type":"boolean"}]}}}]}
            """
        let decoder = try AvroDecoder(schema: AvroSchema(last), shape: AvroShape(histories: [history]))
        let minus99999: [UInt8] = [0, 0, 0, 0, 0xF0, 0x69, 0xF8, 0xC0]
        let bytes = AvroBytes.long(1) + minus99999 + AvroBytes.long(-99999) + [1, 0]
        #expect(Array(try decoder.record(in: bytes).histories[0]) == [["c": true]])
    }

    @Test func equalityIsThatOfPython() throws {
        // True == 1 == 1.0 in Python, and not a number equals nothing.
        let one = AvroShape.History(field: "rows", droppingValue: 1)
        let row = Self.row(1, mag: .nan, fid: 1, id: 1, flag: 1, text: nil)
        let record = try Self.decode(AvroShape(histories: [one]), Self.alert(rows: [row]))
        #expect(record.histories[0].first?.keys == ["mag", "text"])
        let half = AvroShape.History(field: "rows", droppingNulls: true, droppingValue: 0.5)
        let kept = Self.row(0.5, mag: 0.5, fid: 0, id: 1, flag: 0, text: nil)
        let other = try Self.decode(AvroShape(histories: [half]), Self.alert(rows: [kept]))
        #expect(other.histories[0].first?.keys == ["fid", "id", "flag"])
    }

    @Test func aNullOrMissingHistoryIsEmpty() throws {
        let shape = AvroShape(histories: [.init(field: "fp_hists"), .init(field: "rows")])
        for rows in [nil, []] as [[[UInt8]]?] {
            let record = try Self.decode(shape, Self.alert(rows: rows))
            #expect(record.histories.map(\.count) == [0, 0])
            #expect(record.document()["rows"] == nil)
        }
    }

    @Test func manyRowsTakeAsMuchRoomAsTheyNeed() throws {
        let rows = (0..<5000).map {
            Self.row(Double($0), mag: 1, fid: 2, id: 3, flag: 1, text: "filler \($0)")
        }
        let record = try Self.decode(AvroShape(histories: [.init(field: "rows")]), Self.alert(rows: rows))
        #expect(record.histories[0].count == 5000)
        #expect(record.histories[0].enumerated().allSatisfy { $1.double(at: "jd") == Double($0) })
    }

    @Test func whatIsNoArrayOfRecordsIsNoHistory() throws {
        #expect(throws: AvroError.self) {
            try Self.decode(AvroShape(histories: [.init(field: "candid")]), [])
        }
    }

    @Test func capturedValuesAreReadWithoutASearch() throws {
        let shape = AvroShape(
            identifier: "candid", histories: [.init(field: "rows")],
            captures: [
                "candid", "science.stamp", "template.stamp", "object", "nothing", "science", "template",
                "rows",
            ])
        let record = try Self.decode(shape, Self.alert(rows: nil))
        #expect(record.int64(0) == 2_475_433_850_015_010_009)
        #expect(record.binary(1).map(Array.init) == [1, 2, 3])
        // The template is null here; its record is the science stamp's, which must not answer for it.
        #expect(record.value(2) == nil)
        #expect(record.string(3) == "ZTF17aadcuwj")
        #expect(record.value(4) == nil)
        #expect(record.value(5)?.document?.string(at: "name") == "s")
        #expect(record.value(6) == .null)
        #expect(record.value(7) == nil)
        #expect(record.value(99) == nil)
        #expect(record.value(-1) == nil)
    }

    @Test func theIdentifierComesFirst() throws {
        let number = try Self.decode(AvroShape(identifier: "candid"), Self.alert(rows: nil)).document()
        #expect(number.keys.prefix(2) == ["_id", "candid"])
        #expect(number["_id"] == .int64(2_475_433_850_015_010_009))
        let text = try Self.decode(
            AvroShape(identifier: "object", captures: ["science.stamp"]), Self.alert(rows: nil))
        #expect(text.binary(0).map(Array.init) == [1, 2, 3])
        let document = text.document()
        #expect(document.keys.first == "_id")
        #expect(document.string(at: "_id") == "ZTF17aadcuwj")
        #expect(document.keys.count == number.keys.count)
        let error = try #require(throws: AvroError.self) {
            try Self.decode(AvroShape(identifier: "template.name"), Self.alert(rows: nil))
        }
        #expect(error.field == "template.name")
    }
}
