import Documents
import Testing

/// JSON to BSON: numbers, keys, wrappers, and what is wrong with a text. Values and messages of plain JSON
/// are judged by Python besides, in `ExtendedJSONPythonTests`.
@Suite struct ExtendedJSONReadingTests {
    @Test(
        arguments: [
            ("0", .int32(0)), ("-0", .int32(0)), ("2147483647", .int32(.max)),
            ("2147483648", .int64(2_147_483_648)),
            ("-2147483648", .int32(.min)), ("-2147483649", .int64(-2_147_483_649)),
            ("9223372036854775807", .int64(.max)), ("-9223372036854775808", .int64(.min)),
            ("1127561445515015011", .int64(1_127_561_445_515_015_011)), ("1.0", .double(1)),
            ("-0.0", .double(-0.0)),
            ("1e2", .double(100)), ("1E+2", .double(100)), ("1e400", .double(.infinity)),
            ("1e-400", .double(0)),
            ("NaN", .double(.nan)), ("-Infinity", .double(-.infinity)),
            ("9007199254740993.0", .double(0x1p53)),
            ("0.1", .double(0.1)), ("2459000.7654321", .double(2_459_000.7654321)),
            ("123456789.123456789e-5", 1234.56789123456789),
            ("18446744073709551616.5", .double(0x1p64)), ("100000000000000000000.0", .double(1e20)),
            ("0.00000000000000000000000000000001", .double(1e-32)), ("true", true), ("null", nil),
        ] as [(String, Value)])
    func numbersAndWords(text: String, expected: Value) throws {
        let value = try ExtendedJSON.value(from: text)
        #expect(written(value) == written(expected))
    }

    /// Doubles of all magnitudes come back exactly from their shortest text and from 17 digits.
    @Test func doublesComeBackExactly() throws {
        var generator = BSONSamples.Generator(seed: 3)
        for _ in 0..<5000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            #expect(try ExtendedJSON.value(from: number.description) == .double(number))
            let short = Double(Int.random(in: -99999...99999, using: &generator)) / 1000
            #expect(try ExtendedJSON.value(from: short.description) == .double(short))
        }
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"])
    func integersOfMoreThan64BitsAreRefused(text: String) {
        #expect(
            message("{\"a\":{\"b\":[0,\(text)]}}")
                == "OverflowError: MongoDB can only handle up to 8-byte ints: line 1 column 14 (char 13) in 'a.b.1'"
        )
    }

    @Test func ofEqualKeysTheLastValueCountsAtTheFirstPlace() throws {
        #expect(
            try ExtendedJSON.document(from: #"{"a":1,"b":"long text","a":{"x":1,"x":2},"c":3,"b":null}"#)
                == ["a": ["x": 2], "b": nil, "c": 3])
        // The same with more keys than are compared one by one.
        let many = (0..<500).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let document = try ExtendedJSON.document(from: "{\(many),\"k499\":true,\"k0\":[],\"k499\":false}")
        #expect(document.keys == (0..<500).map { "k\($0)" })
        #expect(
            document.bool(at: "k499") == false && document.array(at: "k0") == []
                && document.int64(at: "k7") == 7)
        #expect(try ExtendedJSON.document(from: "{\(many)}").keys.count == 500)
    }

    @Test func queryOperatorsStayDocuments() throws {
        for text in [
            #"{"candidate.drb":{"$gt":0.5}}"#, #"{"objectId":{"$regex":"^ZTF18","$options":"i"}}"#,
            #"{"x":{"$regex":{"$regularExpression":{"pattern":"p","options":""}},"$options":"ix"}}"#,
            #"{"x":{"$type":"string"}}"#, #"{"x":{"$type":2}}"#, #"{"$and":[{"a":1},{"$or":[]}]}"#,
            #"{"$ref":"c","$id":{"$oid":"57fd71e96e32ab4225b723fb"},"$db":"d"}"#,
            #"{"a":{"$geoWithin":{"$centerSphere":[[1.5,2.5],0.001]}}}"#, #"{"$oidx":1,"$dat":2,"$":3}"#,
        ] {
            #expect(try ExtendedJSON.document(from: text).description == text)
        }
    }

    @Test(
        arguments: [
            (#"{"$binary":{"subType":"0","base64":"AQI="}}"#, .binary(subtype: 0, [1, 2])),
            (#"{"$binary":"AQI=","$type":"80"}"#, .binary(subtype: 0x80, [1, 2])),
            (#"{"$type":"00","$binary":""}"#, .binary(subtype: 0, [])),
            (#"{"$binary":{"base64":"//8=","subType":"02"}}"#, .binary(subtype: 2, [2, 0, 0, 0, 255, 255])),
            (
                #"{"$uuid":"73ffd264-44b3-4c69-90e8-e7d1dfc035d4"}"#,
                .binary(subtype: 4, bytes(hexadecimal: "73FFD26444B34C6990E8E7D1DFC035D4"))
            ),
            (#"{"$scope":{},"$code":"f"}"#, .javaScriptWithScope("f", [:])),
            (
                #"{"$dbPointer":{"$id":{"$oid":"000000000000000000000000"},"$ref":"b"}}"#,
                .dbPointer("b", .zero)
            ),
            (
                #"{"$regularExpression":{"options":"mix","pattern":"abc"}}"#,
                .regularExpression(pattern: "abc", options: "imx")
            ),
            (#"{"$date":1577934245678}"#, .datetime(1_577_934_245_678)), (#"{"$date":-1}"#, .datetime(-1)),
            (#"{"$date":"2020-01-02T03:04:05.678Z"}"#, .datetime(1_577_934_245_678)),
            (#"{"$date":"2020-01-02T03:04:05.6789Z"}"#, .datetime(1_577_934_245_678)),
            (#"{"$date":"2020-01-02T03:04:05.6Z"}"#, .datetime(1_577_934_245_600)),
            (#"{"$date":"2020-01-02T03:04:05"}"#, .datetime(1_577_934_245_000)),
            (#"{"$date":"2020-01-02T05:04:05+02:00"}"#, .datetime(1_577_934_245_000)),
            (#"{"$date":"2020-01-01T21:34:05-0530"}"#, .datetime(1_577_934_245_000)),
            (#"{"$date":"2020-01-02T05:04:05+02"}"#, .datetime(1_577_934_245_000)),
            (#"{"$date":"1969-12-31T23:59:59.999Z"}"#, .datetime(-1)),
            (#"{"$date":"0001-01-01T00:00:00Z"}"#, .datetime(-62_135_596_800_000)),
            (#"{"$date":{"$numberLong":"-9223372036854775808"}}"#, .datetime(.min)),
            (#"{"$numberDouble":"NaN"}"#, .double(.nan)), (#"{"$numberDouble":"-1.5e3"}"#, .double(-1500)),
            (#"{"$timestamp":{"i":1,"t":4294967295}}"#, .timestamp(seconds: .max, increment: 1)),
            (#"{"$\u006fid":"000000000000000000000000"}"#, .objectID(.zero)),
            (#"{"$oid":"x","$oid":"000000000000000000000000"}"#, .objectID(.zero)),
        ] as [(String, Value)])
    func wrappersInAllTheirForms(text: String, expected: Value) throws {
        #expect(written(try ExtendedJSON.value(from: text)) == written(expected))
    }

    @Test(arguments: [
        #"{"$oid":42}"#, #"{"$oid":"57e193d7a9cc81b4027498b"}"#,
        #"{"$oid":"57e193d7a9cc81b4027498b5","x":1}"#,
        #"{"x":1,"$oid":"57e193d7a9cc81b4027498b5"}"#, #"{"$numberInt":42}"#, #"{"$numberInt":"2147483648"}"#,
        #"{"$numberInt":"1.5"}"#, #"{"$numberLong":42}"#, #"{"$numberLong":"9223372036854775808"}"#,
        #"{"$numberDouble":42}"#, #"{"$numberDouble":"0x10"}"#, #"{"$numberDouble":"inf"}"#,
        #"{"$numberDecimal":42}"#, #"{"$numberDecimal":"1.2.3"}"#, #"{"$binary":0,"$type":"00"}"#,
        #"{"$binary":"","$type":0}"#, #"{"$binary":{"base64":"AQI","subType":"00"}}"#,
        #"{"$binary":{"base64":"AQ=I","subType":"00"}}"#, #"{"$binary":{"base64":"A*I=","subType":"00"}}"#,
        #"{"$binary":{"base64":"====","subType":"00"}}"#, #"{"$binary":{"base64":"AQI=","subType":"100"}}"#,
        #"{"$binary":{"base64":"AQI="}}"#, #"{"$binary":{"base64":"AQI=","subType":"00","x":1}}"#,
        #"{"$code":42}"#, #"{"$code":"","$scope":42}"#, #"{"$code":"","x":1}"#, #"{"$timestamp":42}"#,
        #"{"$timestamp":{"t":"123456789","i":42}}"#, #"{"$timestamp":{"t":1,"i":-1}}"#,
        #"{"$timestamp":{"t":4294967296,"i":1}}"#, #"{"$date":true}"#, #"{"$date":1.5}"#,
        #"{"$date":"2020"}"#,
        #"{"$date":"2020-02-30T00:00:00Z"}"#, #"{"$date":"2021-02-29T00:00:00Z"}"#,
        #"{"$date":"2020-01-02T24:00:00Z"}"#, #"{"$date":"2020-01-02T03:04:05.Z"}"#,
        #"{"$date":"2020-01-02T03:04:05+2"}"#, #"{"$date":"2020-01-02T03:04:05Zulu"}"#, #"{"$minKey":true}"#,
        #"{"$minKey":0}"#, #"{"$maxKey":"1"}"#, #"{"$undefined":1}"#, #"{"$symbol":1}"#,
        #"{"$regularExpression":{"pattern":"a"}}"#, #"{"$regularExpression":{"pattern":"a","options":1}}"#,
        #"{"$regularExpression":{"pattern":"a\u0000","options":""}}"#,
        #"{"$dbPointer":{"a":{"$numberInt":"1"},"$id":{"$oid":"56e1fc72e0c917e9c4714161"},"$ref":"b"}}"#,
        #"{"$dbPointer":{"$id":"x","$ref":"b"}}"#, #"{"$uuid":"73ffd26444b34c6990e8e7d1dfc035d4"}"#,
        #"{"$uuid":{"data":"x"}}"#, #"{"$uuid":"73ffd264-44b3-90e8-e7d1dfc035d4"}"#,
    ])
    func faultyWrappersAreErrorsWithTheirPath(text: String) throws {
        #expect {
            try ExtendedJSON.document(from: "{\"q\": [1, \(text)]}")
        } throws: { error in
            guard let error = error as? JSONError else { return false }
            return error.kind == .value && error.path == "q.1" && error.character == 10
        }
        // As plain JSON there is nothing wrong with it.
        #expect(throws: Never.self) { try ExtendedJSON.document(from: text, wrappers: .literal) }
    }

    @Test func wrappersCanBeLeftAlone() throws {
        let text = #"{"_id":{"$oid":"57e193d7a9cc81b4027498b5"},"$date":"x","n":{"$numberLong":"1"}}"#
        #expect(try ExtendedJSON.document(from: text, wrappers: .literal).description == text)
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try ExtendedJSON.value(from: nested(200)) }
        #expect(message(nested(201)).hasPrefix("RecursionError: more than 200"))
        #expect(message(nested(1_000_000)).hasPrefix("RecursionError"))
        #expect(message(String(repeating: "{\"a\":", count: 300)).hasPrefix("RecursionError"))
    }

    @Test func placesAreCountedInCodePointsAndLines() {
        #expect(message("") == "JSONDecodeError: Expecting value: line 1 column 1 (char 0)")
        #expect(
            message("{\n \"é𝄞\" 1}") == "JSONDecodeError: Expecting ':' delimiter: line 2 column 7 (char 8)")
        #expect(
            message(#"{"a": "\ud800"}"#)
                == "UnicodeDecodeError: surrogates not allowed: line 1 column 8 (char 7) in 'a'")
        #expect(message(#"{"a\u0000": 1}"#).hasPrefix("ValueError: Key names must not contain the NULL byte"))
        #expect(throws: JSONError.self) { try ExtendedJSON.value(from: [0x22, 0xFF, 0x22]) }
    }

    @Test func aDocumentIsAnObject() throws {
        for text in ["[1]", "1", #""a""#, #"{"$oid":"000000000000000000000000"}"#] {
            #expect { try ExtendedJSON.document(from: text) } throws: { error in
                (error as? JSONError)?.description
                    == "ValueError: expected an object: line 1 column 1 (char 0)"
            }
        }
        #expect(throws: JSONError.self) { try ExtendedJSON.document(from: "[1") }
        #expect(try ExtendedJSON.document(from: " {} ") == Document())
    }

    /// The text of the error.
    private func message(_ text: String) -> String {
        do throws(JSONError) {
            return "\(try ExtendedJSON.value(from: text))"
        } catch {
            return error.description
        }
    }

    /// A value's bytes: unlike the value, equal for not-a-number, and different for both zeros.
    private func written(_ value: Value) -> String { hexadecimal((["": value] as Document).bytes) }
}
