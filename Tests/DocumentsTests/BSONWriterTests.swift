import Documents
import Testing

/// The bytes that are written, by the examples and the grammar of bsonspec.org.
@Suite struct BSONWriterTests {
    @Test func theExamplesOfTheSpecification() {
        #expect(
            (["hello": "world"] as Document).bytes
                == bytes(hexadecimal: "16000000 02 68656c6c6f00 06000000 776f726c6400 00"))
        #expect(
            (["BSON": ["awesome", 5.05, 1986]] as Document).bytes
                == bytes(
                    hexadecimal: """
                        31000000 04 42534f4e00 26000000 02 3000 08000000 617765736f6d6500 01 3100 3333333333331440
                        10 3200 c2070000 00 00
                        """))
    }

    /// "All BSON types" of the corpus's multi-type-deprecated.json, written element by element.
    @Test func allTypesOfTheCorpus() throws {
        func id(_ text: String) throws -> Value { .objectID(try #require(ObjectID(hexadecimal: text))) }
        let uuid = bytes(hexadecimal: "a34c38f7c3abedc8a37814a992ab8db6")
        let pointed = try #require(ObjectID(hexadecimal: "57e193d7a9cc81b4027498b1"))
        let document: Document = [
            "_id": try id("57e193d7a9cc81b4027498b5"), "Symbol": .symbol("symbol"), "String": "string",
            "Int32": 42,
            "Int64": .int64(42), "Double": -1.0, "Binary": .binary(subtype: 3, uuid),
            "BinaryUserDefined": .binary(subtype: 0x80, [1, 2, 3, 4, 5]),
            "Code": .javaScript("function() {}"),
            "CodeWithScope": .javaScriptWithScope("function() {}", [:]), "Subdocument": ["foo": "bar"],
            "Array": [1, 2, 3, 4, 5], "Timestamp": .timestamp(seconds: 42, increment: 1),
            "Regex": .regularExpression(pattern: "pattern", options: ""), "DatetimeEpoch": .datetime(0),
            "DatetimePositive": .datetime(2_147_483_647), "DatetimeNegative": .datetime(-2_147_483_648),
            "True": true, "False": false, "DBPointer": .dbPointer("db.collection", pointed),
            "DBRef": ["$ref": "collection", "$id": try id("57fd71e96e32ab4225b723fb"), "$db": "database"],
            "Minkey": .minKey, "Maxkey": .maxKey, "Null": nil, "Undefined": .undefined,
        ]
        #expect(hexadecimal(document.bytes) == Self.allTypes.lowercased())
        // And read again, value by value.
        var writer = DocumentWriter()
        for element in document.elements { writer.append(element.key, element.value) }
        #expect(writer.finish() == document)
        try Document.validate(document.bytes)
    }

    static let allTypes = """
        3B020000075F69640057E193D7A9CC81B4027498B50E53796D626F6C000700000073796D626F6C0002537472696E670007000000737472\
        696E670010496E743332002A00000012496E743634002A0000000000000001446F75626C6500000000000000F0BF0542696E6172790010\
        00000003A34C38F7C3ABEDC8A37814A992AB8DB60542696E61727955736572446566696E656400050000008001020304050D436F646500\
        0E00000066756E6374696F6E2829207B7D000F436F64655769746853636F7065001B0000000E00000066756E6374696F6E2829207B7D00\
        050000000003537562646F63756D656E74001200000002666F6F0004000000626172000004417272617900280000001030000100000010\
        310002000000103200030000001033000400000010340005000000001154696D657374616D7000010000002A0000000B52656765780070\
        61747465726E0000094461746574696D6545706F6368000000000000000000094461746574696D65506F73697469766500FFFFFF7F0000\
        0000094461746574696D654E656761746976650000000080FFFFFFFF085472756500010846616C736500000C4442506F696E746572000E\
        00000064622E636F6C6C656374696F6E0057E193D7A9CC81B4027498B1034442526566003D0000000224726566000B000000636F6C6C65\
        6374696F6E00072469640057FD71E96E32AB4225B723FB02246462000900000064617461626173650000FF4D696E6B6579007F4D61786B\
        6579000A4E756C6C0006556E646566696E65640000
        """

    @Test func elementsAreCopiedAsTheyAre() {
        let source: Document = ["a": 1, "b": ["c": [1, "two"]], "d": .decimal128(high: 1, low: 2)]
        var writer = DocumentWriter()
        for element in source.elements { writer.append(element) }
        #expect(writer.finish() == source)
        for element in source.elements { writer.append(element, as: "x" + element.key) }
        #expect(writer.finish() == ["xa": 1, "xb": ["c": [1, "two"]], "xd": .decimal128(high: 1, low: 2)])
        writer.append("before", int32: 0)
        writer.append(contentsOf: source.view)
        writer.append(contentsOf: Document().view)
        #expect(writer.finish().keys == ["before", "a", "b", "d"])
    }

    @Test func openDocumentsAreClosedAtTheEnd() {
        var writer = DocumentWriter()
        writer.beginDocument("a")
        writer.beginArray("b")
        writer.append("0", double: 1)
        #expect(writer.finish() == ["a": ["b": [1.0]]])
        writer.end()  // Nothing is open: no effect.
        writer.append("documents", documents: [["x": 1], [:]])
        #expect(writer.finish() == ["documents": [["x": 1], [:]]])
    }

    @Test func aWriterCanBeUsedAgain() throws {
        var writer = DocumentWriter(capacity: 1)
        for count in [0, 3, 1000, 2] {
            for index in 0..<count {
                writer.append("key\(index)", string: String(repeating: "é", count: index % 50))
            }
            let document = count % 2 == 0 ? writer.finish() : writer.finishCopy()
            try Document.validate(document.bytes)
            #expect(document.keys == (0..<count).map { "key\($0)" })
            #expect(document.elements.map { $0.string?.count } == (0..<count).map { $0 % 50 })
        }
    }

    @Test func copiesOfAWriterAreIndependent() {
        var first = DocumentWriter()
        first.append("a", int32: 1)
        var second = first
        second.append("b", int32: 2)
        first.append("c", int32: 3)
        #expect(first.finish() == ["a": 1, "c": 3])
        #expect(second.finish() == ["a": 1, "b": 2])
    }

    /// A key with a zero byte would end early and make its rest a value: that is a fault of the program.
    @Test(arguments: [0, 3, 7, 8, 12, 19]) func aZeroByteInAKeyStopsTheProgram(place: Int) async {
        await #expect(processExitsWith: .failure) { [place] in
            var writer = DocumentWriter()
            writer.append(
                String(repeating: "k", count: place) + "\0" + String(repeating: "k", count: 19 - place),
                int32: 1)
        }
    }
}
