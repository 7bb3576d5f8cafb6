import Testing

@testable import Documents

/// Parsing of schemas: names, leniency, refusals.
@Suite struct AvroSchemaTests {
    @Test func namesAreResolvedInTheirNamespace() throws {
        // The rules of the specification's section "Names": a dotted name wins over a namespace, an inner
        // definition inherits, a reference without dots looks in the namespace at hand.
        let schema = """
            {"type":"record","name":"alert","namespace":"ztf","fields":[
              {"name":"a","type":{"type":"fixed","name":"inherited","size":1}},
              {"name":"b","type":{"type":"record","name":"ztf.alert.cutout","namespace":"ignored","fields":[
                {"name":"c","type":{"type":"fixed","name":"deep","size":2}},
                {"name":"d","type":"deep"},{"name":"e","type":"ztf.alert.deep"}]}},
              {"name":"f","type":"inherited"},{"name":"g","type":"ztf.inherited"},{"name":"h","type":["null","ztf.alert.deep"]}]}
            """
        let parsed = try AvroSchema(schema)
        #expect(parsed.name == "ztf.alert")
        #expect(parsed.fieldNames == ["a", "b", "f", "g", "h"])
        let bytes: [UInt8] = [1] + [2, 3] + [4, 5] + [6, 7] + [8] + [9] + [2, 10, 11]
        let document = try AvroDecoder(schema: parsed).record(in: bytes).document()
        #expect(document["b.e"] == .binary(subtype: 0, [6, 7]))
        #expect(document["g"] == .binary(subtype: 0, [9]))
        #expect(document["h"] == .binary(subtype: 0, [10, 11]))
        #expect(throws: AvroError.self) {
            try AvroSchema(#"{"type":"record","name":"a.b","fields":[{"name":"x","type":"c"}]}"#)
        }
    }

    @Test func wrongDefaultsAndUnknownAttributesAreNoMatter() throws {
        let schema = """
            {"type":"record","version":"3.3","name":"r","aliases":["q"],"fields":[
              {"name":"a","type":["float","null"],"default":null,"doc":"x","order":"ignore"},
              {"name":"b","type":"int","default":null},{"name":"c","type":{"type":{"type":"string"}},"default":7}]}
            """
        let document = try AvroDecoder(schema: AvroSchema(schema)).record(in: [2, 4, 2, 0x78]).document()
        #expect(document == ["a": .null, "b": .int32(2), "c": "x"])
    }

    @Test(arguments: [
        "", "{", "[]", "3", #""nothing""#, #"{"type":"record","name":"r"}"#,
        #"{"type":"record","fields":[]}"#,
        #"{"type":"record","name":"r","fields":[{"name":"a"}]}"#,
        #"{"type":"record","name":"r","fields":[{"name":"a\u0000b","type":"int"}]}"#,
        #"{"type":"record","name":"r","fields":[{"name":"","type":"int"}]}"#,
        #"{"type":"record","name":"r","fields":[{"name":"a","type":"later"}]}"#,
        #"{"type":"record","name":"r","fields":[{"name":"a","type":["int",["null"]]}]}"#,
        #"{"type":"enum","name":"e"}"#, #"{"type":"fixed","name":"f","size":-1}"#,
        #"{"type":"fixed","name":"f","size":1e30}"#,
        #"{"type":"fixed","name":"f","size":1.5}"#, #"{"type":"array"}"#, #"{"type":"map"}"#,
        #"{"items":"int"}"#,
        #"["null",{"type":"fixed","name":"f","size":1},{"type":"fixed","name":"f","size":2}]"#,
    ])
    func whatIsNoSchemaIsRefused(text: String) {
        #expect(throws: AvroError.self) { try AvroSchema(text) }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"type":"array","items":"#, count: depth) + #""int""#
                + String(repeating: "}", count: depth)
        }
        _ = try AvroSchema(nested(60))
        #expect(throws: AvroError.self) { try AvroSchema(nested(70)) }
        #expect(throws: AvroError.self) { try AvroSchema(nested(100_000)) }
    }

    @Test func aTypeUsedOftenDoesNotMakeTheProgramLarge() throws {
        // Each record holds the one before ten times: 10^20 fields, were they written out.
        var fields = #"{"name":"v","type":"int"}"#
        for level in 0..<20 {
            let inner = #"{"type":"record","name":"r\#(level)","fields":[\#(fields)]}"#
            fields = #"{"name":"f0","type":\#(inner)}"#
            for place in 1..<10 { fields += #",{"name":"f\#(place)","type":"r\#(level)"}"# }
        }
        let schema = try AvroSchema(#"{"type":"record","name":"top","fields":[\#(fields)]}"#)
        #expect(throws: AvroError.self) { try AvroDecoder(schema: schema).record(in: [2]) }
    }
}
