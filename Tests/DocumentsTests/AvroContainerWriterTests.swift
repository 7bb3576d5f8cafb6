import CAvro
import Foundation
import Testing

@testable import Documents

/// What we write, libavro reads: the same values.
@Suite struct AvroContainerWriterTests {
    static let marker: [UInt8] = Array(100..<116)

    @Test(arguments: [AvroContainerWriter.Codec.null, .deflate])
    func libavroReadsWhatWeWrite(codec: AvroContainerWriter.Codec) throws {
        let (schema, body) = try AvroPackets.parts(try AvroHostileTests.packet())
        let document = try AvroDecoder(schema: AvroSchema(json: schema)).record(in: body).document()
        let text = String(decoding: schema, as: UTF8.self)
        let packet = try AvroContainerWriter(schema: text, codec: codec, marker: Self.marker)
            .container(of: [document, document])
        #expect(try AvroReader().records(inContainer: packet).map { $0.document() } == [document, document])
        // libavro knows no logical types: what they changed is compared as it is encoded.
        let plain = text.replacing("logicalType", with: "otherwise")
        let encoded = try AvroDecoder(schema: AvroSchema(plain)).record(in: body).document()
        #expect(try LibavroReader.documents(packet) == [encoded, encoded])
    }

    @Test(.enabled(if: AvroPackets.exist, "no folder of real packets"), arguments: AvroPackets.surveys)
    func realPacketsSurviveTheRoundTrip(survey: String) throws {
        let reader = AvroReader()
        for packet in try AvroPackets.all(survey).prefix(4) {
            let (schema, body) = try AvroPackets.parts(packet)
            let text = String(decoding: schema, as: UTF8.self)
            // Names that come twice (WINTER) lose their first value on the way.
            let hasTwice = survey == "winter"
            let document = try #require(try reader.records(inContainer: packet).first).document()
            let writer = try AvroContainerWriter(schema: text, marker: Self.marker)
            let again = try writer.container(of: [document])
            #expect(try reader.records(inContainer: again).map { $0.document() } == [document])
            if !hasTwice {
                #expect(try writer.body(of: document) == body)
                #expect(try LibavroReader.documents(again) == [document])
            }
        }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let packets = try (0..<2).map { _ in try AvroHostileTests.packet() }
        #expect(packets[0] == packets[1])
        let schema = #"{"type":"record","name":"r","fields":[]}"#
        #expect(throws: AvroError.self) { _ = try AvroContainerWriter(schema: schema, marker: [1, 2, 3]) }
        let empty = try AvroContainerWriter(schema: schema, marker: Self.marker).container(of: [])
        #expect(empty.suffix(16) == Self.marker[...])
        #expect(try LibavroReader.documents(empty) == [])
    }

    static let defaults = """
        {"type":"record","name":"r","fields":[
          {"name":"a","type":"int","default":7},{"name":"b","type":["null","string"]},
          {"name":"c","type":["float","null"],"default":null},{"name":"d","type":"bytes","default":"\\u00ff\\u0001"},
          {"name":"e","type":{"type":"array","items":"int"},"default":[]},{"name":"f","type":"double","default":1},
          {"name":"g","type":"boolean","default":true},{"name":"h","type":"long","default":null}]}
        """

    @Test func missingFieldsTakeTheDefaultOrNull() throws {
        let writer = try AvroContainerWriter(schema: Self.defaults, marker: Self.marker)
        let decoder = try AvroDecoder(schema: AvroSchema(Self.defaults))
        // Any order; what the schema does not name is left out.
        let written = try decoder.record(in: writer.body(of: ["h": 5, "unknown": 1, "b": "x"])).document()
        #expect(
            written == [
                "a": .int32(7), "b": "x", "c": .null, "d": .binary(subtype: 0, [0xFF, 1]), "e": [], "f": 1.0,
                "g": true, "h": 5,
            ])
        let error = try #require(throws: AvroError.self) { try writer.body(of: [:]) }
        #expect(error.field == "h")
    }

    @Test(
        arguments: [
            (["a": "text"], "a"), (["a": .int64(1 << 40)], "a"), (["a": 1.5], "a"), (["b": 5], "b"),
            (["d": "x"], "d"),
            (["e": [1, "x"]], "e"), (["g": 1], "g"),
        ] as [(Document, String)])
    func whatATypeCannotHoldIsAnErrorThatNamesTheField(document: Document, field: String) throws {
        let writer = try AvroContainerWriter(schema: Self.defaults, marker: Self.marker)
        var complete = DocumentWriter()
        complete.append("h", int64: 1)
        complete.append(contentsOf: document.view)
        let whole = complete.finish()
        let error = try #require(throws: AvroError.self) { try writer.body(of: whole) }
        #expect(error.field == field)
    }

    @Test func nestedErrorsHaveTheirPath() throws {
        let schema = """
            {"type":"record","name":"r","fields":[{"name":"candidate","type":{"type":"record","name":"c","fields":[
            {"name":"ra","type":"double"}]}}]}
            """
        let writer = try AvroContainerWriter(schema: schema, marker: Self.marker)
        let error = try #require(throws: AvroError.self) { try writer.body(of: ["candidate": ["ra": "x"]]) }
        #expect(error.field == "candidate.ra")
        // Documents that are nested without an end by a recursive schema stop somewhere.
        let recursive = #"{"type":"record","name":"r","fields":[{"name":"r","type":["null","r"]}]}"#
        var deep: Document = [:]
        for _ in 0..<1000 { deep = ["r": .document(deep)] }
        #expect(throws: AvroError.self) {
            try AvroContainerWriter(schema: recursive, marker: Self.marker).body(of: deep)
        }
    }
}

/// Reads containers with libavro alone and says what it sees as documents.
enum LibavroReader {
    static func documents(_ packet: [UInt8]) throws -> [Document] {
        var bytes = packet
        let file = try #require(fmemopen(&bytes, bytes.count, "rb"))
        var reader: avro_file_reader_t?
        guard avro_file_reader_fp(file, "memory", 1, &reader) == 0, let reader else { throw failure() }
        defer { avro_file_reader_close(reader) }
        let schema = try #require(avro_file_reader_get_writer_schema(reader))
        defer { avro_schema_decref(schema) }
        let type = try #require(avro_generic_class_from_schema(schema))
        defer { cavro_class_release(type) }
        var value = avro_value_t()
        guard avro_generic_value_new(type, &value) == 0 else { throw failure() }
        defer { avro_value_decref(&value) }
        var documents: [Document] = []
        while avro_file_reader_read_value(reader, &value) == 0 {
            guard case .document(let document) = try bson(value) else { throw failure() }
            documents.append(document)
        }
        return documents
    }

    private static func failure() -> AvroError { AvroError(String(cString: avro_strerror())) }

    private static func bson(_ value: avro_value_t) throws -> Value {
        var (flag, int, long, float, double): (Int32, Int32, Int64, Float, Double) = (0, 0, 0, 0, 0)
        var (bytes, text, count): (UnsafeRawPointer?, UnsafePointer<CChar>?, Int) = (nil, nil, 0)
        switch cavro_type(value) {
        case AVRO_NULL: return .null
        case AVRO_BOOLEAN:
            cavro_get_boolean(value, &flag)
            return .bool(flag != 0)
        case AVRO_INT32:
            cavro_get_int(value, &int)
            return .int32(int)
        case AVRO_INT64:
            cavro_get_long(value, &long)
            return .integer(long)
        case AVRO_FLOAT:
            cavro_get_float(value, &float)
            return .double(Double(float))
        case AVRO_DOUBLE:
            cavro_get_double(value, &double)
            return .double(double)
        case AVRO_STRING:
            cavro_get_string(value, &text, &count)
            return .string(String(cString: try #require(text)))
        case AVRO_BYTES:
            cavro_get_bytes(value, &bytes, &count)
            return .binary(subtype: 0, Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        case AVRO_FIXED:
            cavro_get_fixed(value, &bytes, &count)
            return .binary(subtype: 0, Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        case AVRO_ENUM:
            cavro_get_enum(value, &int)
            // The only enum of these tests.
            return .string(["A", "B", "C"][Int(int)])
        case AVRO_UNION:
            var inner = avro_value_t()
            guard cavro_branch(value, &inner) == 0 else { throw failure() }
            return try bson(inner)
        default: return try nested(value)
        }
    }

    private static func nested(_ value: avro_value_t) throws -> Value {
        var count = 0
        guard cavro_count(value, &count) == 0 else { throw failure() }
        var items: [Value] = []
        var writer = DocumentWriter()
        for index in 0..<count {
            var item = avro_value_t()
            var key: UnsafePointer<CChar>?
            guard cavro_item(value, index, &item, &key) == 0 else { throw failure() }
            if cavro_type(value) == AVRO_ARRAY {
                items.append(try bson(item))
            } else {
                writer.append(String(cString: try #require(key)), try bson(item))
            }
        }
        return cavro_type(value) == AVRO_ARRAY ? .list(items) : .document(writer.finish())
    }
}
