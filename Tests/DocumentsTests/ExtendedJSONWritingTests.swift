import Documents
import Foundation
import Testing

/// Texts of the MongoDB Extended JSON specification, version 2, without spaces.
@Suite struct ExtendedJSONWritingTests {
    /// A value, its relaxed form and its canonical form.
    @Test(
        arguments: [
            (.double(1), "1.0", #"{"$numberDouble":"1.0"}"#),
            (.double(-0.0), "-0.0", #"{"$numberDouble":"-0.0"}"#),
            (.double(0.1), "0.1", #"{"$numberDouble":"0.1"}"#),
            (
                .double(1.2345678921232e+18), "1.2345678921232e+18",
                #"{"$numberDouble":"1.2345678921232e+18"}"#
            ),
            (.double(.leastNonzeroMagnitude), "5e-324", #"{"$numberDouble":"5e-324"}"#),
            (.double(.nan), #"{"$numberDouble":"NaN"}"#, #"{"$numberDouble":"NaN"}"#),
            (.double(.infinity), #"{"$numberDouble":"Infinity"}"#, #"{"$numberDouble":"Infinity"}"#),
            (.double(-.infinity), #"{"$numberDouble":"-Infinity"}"#, #"{"$numberDouble":"-Infinity"}"#),
            (.int32(-42), "-42", #"{"$numberInt":"-42"}"#),
            (
                .int64(1_127_561_445_515_015_011), "1127561445515015011",
                #"{"$numberLong":"1127561445515015011"}"#
            ),
            (.int64(.min), "-9223372036854775808", #"{"$numberLong":"-9223372036854775808"}"#),
            (.int64(0), "0", #"{"$numberLong":"0"}"#),
            (.null, "null", "null"), (.bool(true), "true", "true"), (.bool(false), "false", "false"),
            (.string("ZTF"), #""ZTF""#, #""ZTF""#),
            (.list([1, "a", [:]]), #"[1,"a",{}]"#, #"[{"$numberInt":"1"},"a",{}]"#),
            (.list([]), "[]", "[]"),
            (.document(["a": ["b": nil]]), #"{"a":{"b":null}}"#, #"{"a":{"b":null}}"#),
        ] as [(Value, String, String)])
    func numbersTextsAndContainers(value: Value, relaxed: String, canonical: String) {
        #expect(text(value, .relaxed) == relaxed)
        #expect(text(value, .canonical) == canonical)
    }

    /// Both forms are the same.
    @Test(
        arguments: [
            (.objectID(.zero), #"{"$oid":"000000000000000000000000"}"#),
            (.binary(subtype: 0, [0xFF, 0xFF]), #"{"$binary":{"base64":"//8=","subType":"00"}}"#),
            (.binary(subtype: 0x80, []), #"{"$binary":{"base64":"","subType":"80"}}"#),
            (
                .binary(subtype: 2, [2, 0, 0, 0, 0xFF, 0xFF]),
                #"{"$binary":{"base64":"//8=","subType":"02"}}"#
            ),
            (
                .binary(subtype: 4, bytes(hexadecimal: "73FFD26444B34C6990E8E7D1DFC035D4")),
                #"{"$binary":{"base64":"c//SZESzTGmQ6OfR38A11A==","subType":"04"}}"#
            ),
            (.javaScript("f"), #"{"$code":"f"}"#),
            (
                .javaScriptWithScope("f", ["x": ["y": "z"], "s": .javaScriptWithScope("g", [:])]),
                #"{"$code":"f","$scope":{"x":{"y":"z"},"s":{"$code":"g","$scope":{}}}}"#
            ),
            (
                .regularExpression(pattern: #"ab\"ab"#, options: "im"),
                #"{"$regularExpression":{"pattern":"ab\\\"ab","options":"im"}}"#
            ),
            (.timestamp(seconds: 4_294_967_295, increment: 1), #"{"$timestamp":{"t":4294967295,"i":1}}"#),
            (.decimal128(high: 0x303E_0000_0000_0000, low: 1), #"{"$numberDecimal":"0.1"}"#),
            (.symbol("é"), #"{"$symbol":"é"}"#),
            (
                .dbPointer("b", .zero),
                #"{"$dbPointer":{"$ref":"b","$id":{"$oid":"000000000000000000000000"}}}"#
            ),
            (.undefined, #"{"$undefined":true}"#), (.minKey, #"{"$minKey":1}"#), (.maxKey, #"{"$maxKey":1}"#),
        ] as [(Value, String)])
    func wrappers(value: Value, expected: String) {
        #expect(text(value, .relaxed) == expected)
        #expect(text(value, .canonical) == expected)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.001Z"),
            (1_577_934_245_678, "2020-01-02T03:04:05.678Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func datesOfTheYears1970To9999AreTextWhenRelaxed(milliseconds: Int64, expected: String) {
        #expect(text(.datetime(milliseconds), .relaxed) == "{\"$date\":\"\(expected)\"}")
        #expect(
            text(.datetime(milliseconds), .canonical) == "{\"$date\":{\"$numberLong\":\"\(milliseconds)\"}}")
    }

    @Test(arguments: [-1, 253_402_300_800_000, .min, .max] as [Int64])
    func otherDatesAreNumbers(milliseconds: Int64) {
        #expect(
            text(.datetime(milliseconds), .relaxed) == "{\"$date\":{\"$numberLong\":\"\(milliseconds)\"}}")
    }

    /// Every ASCII character at every place of a word of eight: RFC 8259, section 7.
    @Test func quotesBackslashesAndControlCharactersAreEscaped() {
        let names: [UInt8: String] = [
            8: #"\b"#, 9: #"\t"#, 10: #"\n"#, 12: #"\f"#, 13: #"\r"#, 34: #"\""#, 92: #"\\"#,
        ]
        for code in 0..<128 as Range<UInt8> {
            let character = String(Unicode.Scalar(code))
            let control = "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
            let escaped = names[code] ?? (code < 32 ? control : character)
            for place in 0..<10 {
                let before = String(repeating: "x", count: place)
                let after = String(repeating: "é", count: 9 - place)
                #expect(
                    text(.string(before + character + after), .relaxed) == "\"\(before)\(escaped)\(after)\"")
            }
        }
    }

    @Test func keysAreEscapedToo() {
        #expect(
            ExtendedJSON.bytes(of: ["a\"b": 1, "": 2, "é\n": 3]) == Array(#"{"a\"b":1,"":2,"é\n":3}"#.utf8))
    }

    @Test func whatIsNotUTF8IsRepaired() {
        let document = Document(trusted: bytes(hexadecimal: "12000000 02 ff00 04000000 41ff42 00 00"))
        #expect(document.description == "{\"\u{FFFD}\":\"A\u{FFFD}B\"}")
    }

    @Test func textIsAppendedBehindWhatIsThere() {
        var buffer = Array("[".utf8)
        ExtendedJSON.append(["a": 1] as Document, to: &buffer)
        buffer.append(UInt8(ascii: ","))
        ExtendedJSON.append(Value.list([2]), to: &buffer)
        buffer.append(UInt8(ascii: ","))
        ExtendedJSON.append(text: "say \"hi\"", to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == #"[{"a":1},[2],"say \"hi\"""#)
    }

    /// RFC 4648, section 10, and Foundation's for every length around the encoder's steps of six bytes.
    @Test func base64IsThatOfTheStandard() throws {
        for (plain, coded) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let value = Value.binary(subtype: 0, Array(plain.utf8))
            let expected = "{\"$binary\":{\"base64\":\"\(coded)\",\"subType\":\"00\"}}"
            #expect(text(value, .relaxed) == expected)
            #expect(try ExtendedJSON.value(from: expected) == value)
        }
        var generator = BSONSamples.Generator(seed: 1)
        for length in 0..<100 {
            let data = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let value = Value.binary(subtype: 0, data)
            let coded = Data(data).base64EncodedString()
            #expect(text(value, .relaxed) == "{\"$binary\":{\"base64\":\"\(coded)\",\"subType\":\"00\"}}")
            #expect(try ExtendedJSON.value(from: text(value, .relaxed)) == value)
        }
    }

    private func text(_ value: Value, _ mode: ExtendedJSON.Mode) -> String {
        var buffer: [UInt8] = []
        ExtendedJSON.append(value, to: &buffer, mode: mode)
        return String(decoding: buffer, as: UTF8.self)
    }
}
