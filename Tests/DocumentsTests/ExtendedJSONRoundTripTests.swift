import Documents
import Testing

/// Canonical text keeps everything.
@Suite struct ExtendedJSONRoundTripTests {
    @Test(arguments: 0..<8)
    func canonicalTextBringsTheSameBytesBack(seed: UInt64) throws {
        var generator = BSONSamples.Generator(seed: seed)
        for _ in 0..<300 {
            let document = BSONSamples.document(&generator)
            try Document.validate(document.bytes)
            let text = ExtendedJSON.bytes(of: document, mode: .canonical)
            let back = try ExtendedJSON.document(from: text)
            #expect(hexadecimal(back.bytes) == hexadecimal(document.bytes))
        }
    }

    @Test func theCorpusDocumentWithAllTypes() throws {
        let all = try Document(validating: bytes(hexadecimal: BSONWriterTests.allTypes))
        let canonical = """
            {"_id":{"$oid":"57e193d7a9cc81b4027498b5"},"Symbol":{"$symbol":"symbol"},"String":"string",\
            "Int32":{"$numberInt":"42"},"Int64":{"$numberLong":"42"},"Double":{"$numberDouble":"-1.0"},\
            "Binary":{"$binary":{"base64":"o0w498Or7cijeBSpkquNtg==","subType":"03"}},\
            "BinaryUserDefined":{"$binary":{"base64":"AQIDBAU=","subType":"80"}},"Code":{"$code":"function() {}"},\
            "CodeWithScope":{"$code":"function() {}","$scope":{}},"Subdocument":{"foo":"bar"},\
            "Array":[{"$numberInt":"1"},{"$numberInt":"2"},{"$numberInt":"3"},{"$numberInt":"4"},{"$numberInt":"5"}],\
            "Timestamp":{"$timestamp":{"t":42,"i":1}},"Regex":{"$regularExpression":{"pattern":"pattern","options":""}},\
            "DatetimeEpoch":{"$date":{"$numberLong":"0"}},"DatetimePositive":{"$date":{"$numberLong":"2147483647"}},\
            "DatetimeNegative":{"$date":{"$numberLong":"-2147483648"}},"True":true,"False":false,\
            "DBPointer":{"$dbPointer":{"$ref":"db.collection","$id":{"$oid":"57e193d7a9cc81b4027498b1"}}},\
            "DBRef":{"$ref":"collection","$id":{"$oid":"57fd71e96e32ab4225b723fb"},"$db":"database"},\
            "Minkey":{"$minKey":1},"Maxkey":{"$maxKey":1},"Null":null,"Undefined":{"$undefined":true}}
            """
        #expect(String(decoding: ExtendedJSON.bytes(of: all, mode: .canonical), as: UTF8.self) == canonical)
        #expect(try ExtendedJSON.document(from: canonical) == all)
    }

    /// Two letters of Hangul that sort apart and are one character together, which sorts elsewhere.
    @Test func optionsThatAreSortedStaySo() throws {
        let text = #"{"a":{"$regularExpression":{"pattern":"p","options":"\u1161\u1100\u1200"}}}"#
        let document = try ExtendedJSON.document(from: text)
        #expect(document["a"] == .regularExpression(pattern: "p", options: "\u{1100}\u{1161}\u{1200}"))
        let canonical = ExtendedJSON.bytes(of: document, mode: .canonical)
        #expect(try ExtendedJSON.document(from: canonical).bytes == document.bytes)
    }

    /// A damaged text is read or refused, and never traps; what is read is sound BSON.
    @Test(arguments: 0..<4)
    func damagedTextsAreReadOrRefused(seed: UInt64) throws {
        var generator = BSONSamples.Generator(seed: seed)
        var read = 0
        for _ in 0..<2000 {
            let document = BSONSamples.document(&generator, depth: 1)
            let text = BSONSamples.mutated(ExtendedJSON.bytes(of: document, mode: .canonical), &generator)
            do throws(JSONError) {
                let back = try ExtendedJSON.document(from: text)
                #expect(throws: Never.self) { try Document.validate(back.bytes) }
                read += 1
            } catch {
                #expect(!error.reason.isEmpty && error.line >= 1 && error.column >= 1)
            }
        }
        #expect(read > 20)
    }
}
