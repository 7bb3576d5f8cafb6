import Documents
import Sky
import Testing

@testable import Archive

@Suite struct PositionListTests {
    private func keys(_ radec: Value) throws -> [String] { try PositionList(radec).positions.map(\.key) }

    /// Keys as Python 3 prints the pairs, with `_` for `.`.
    @Test(
        arguments: [
            ([[71.6577756, -10.2263957]], ["[71_6577756, -10_2263957]"]),
            ([[1, 2]], ["[1, 2]"]), ([[1.0, 2.0]], ["[1_0, 2_0]"]),
            ([[1, 2.5], [3.5, -4]], ["[1, 2_5]", "[3_5, -4]"]),
            ([[0.0001, -0.0]], ["[0_0001, -0_0]"]), ([[0.00001, 1e-10]], ["[1e-05, 1e-10]"]),
            ([["04:46:37.8", "-10:13:35"]], ["['04:46:37_8', '-10:13:35']"]),
            (["a.b": [1, 2], "é c": [3, 4]], ["a_b", "é c"]),
            ("[(71.65, -10.2), [1, 2.0]]", ["(71_65, -10_2)", "[1, 2_0]"]),
            ("((1, 2), (3, 4),)", ["(1, 2)", "(3, 4)"]),
            (" {'x.y': (1, 2), \"z\": [3, 4]} ", ["x_y", "z"]),
            ("71.650 -10.20", ["(71_65, -10_2)"]), ("  10\t+20.5\n", ["(10, 20_5)"]),
            ("1e1 -0.5", ["(10_0, -0_5)"]),
            ("04:46:37.8 -10:13:35", ["('04:46:37_8', '-10:13:35')"]),
            ("04h46m37.8s -10d13m35s", ["('04h46m37_8s', '-10d13m35s')"]),
            ([], []), ([:], []), ("[]", []), ("()", []), ("{}", []),
        ] as [(Value, [String])]) func keysAreWhatPythonPrints(radec: Value, expected: [String]) throws
    {
        #expect(try keys(radec) == expected)
    }

    @Test(
        arguments: [
            ([[10, 20]], 10, 20), ([["10", 20.5]], 10, 20.5), ([[360, -90]], 0, -90), ([[-10, 90]], 350, 90),
            ([[370.5, 0]], 10.5, 0), ("10 20", 10, 20), ([["12:00:00", "-00:30:00"]], 180, -0.5),
            ("00h01m00s +01d30m00s", 0.25, 1.5), ("(['01:00:00.0', '-89:59:60.0'],)", 15, -90),
        ] as [(Value, Double, Double)]) func positionsAreDegrees(radec: Value, ra: Double, dec: Double) throws
    {
        let coordinates = try #require(try PositionList(radec).positions.first?.coordinates)
        #expect(abs(coordinates.ra - ra) < 1e-12)
        #expect(abs(coordinates.dec - dec) < 1e-12)
    }

    /// As in a Python dict, where the later value takes the place of the earlier.
    @Test func laterOfEqualKeysCounts() throws {
        let list = try PositionList(["a.b": [1, 2], "c": [3, 4], "a_b": [5, 6]]).positions
        #expect(list.map(\.key) == ["a_b", "c"])
        #expect(list[0].coordinates == (try Coordinates(ra: 5, dec: 6)))
        #expect(try keys([[1, 2], [3, 4], [1, 2]]) == ["[1, 2]", "[3, 4]"])
    }

    @Test(
        arguments: [
            (
                5,
                "ValidationError: 1 validation error for Query\n__root__\n  Unsupported object coordinate specs (type=value_error)"
            ),
            (
                nil,
                "ValidationError: 1 validation error for Query\n__root__\n  Unsupported object coordinate specs (type=value_error)"
            ),
            ([1, 2], "ValueError: radec.0 must be [ra, dec]"),
            ([[1, 2, 3]], "ValueError: radec.0 must be [ra, dec]"),
            (["m31": 5], "ValueError: radec.m31 must be [ra, dec]"),
            (["m31": [1]], "ValueError: radec.m31 must be [ra, dec]"),
            ("10", "ValueError: radec must be two words, ra and dec, or a list or an object of pairs"),
            ("", "ValueError: radec must be two words, ra and dec, or a list or an object of pairs"),
            ("nan nan", "ValueError: malformed node or string: radec is no Python literal"),
            ("[(1, 2)", "ValueError: malformed node or string: radec is no Python literal"),
            ([["10", "20"]], "Exception: unrecognized string ra/dec format."),
            ([["a:b:c", "1:2:3"]], "Exception: unrecognized string ra/dec format."),
            ("12:00 +10:00", "Exception: unrecognized string ra/dec format."),
            (["m31": [true, 2]], "ValueError: radec.m31 must be two numbers or two texts"),
            (["m31": [.null, 2]], "ValueError: radec.m31 must be two numbers or two texts"),
            (["m31": ["x", 2]], "ValueError: radec.m31 must be two numbers or two texts"),
            (["m31": [.double(.nan), 2]], "ValueError: radec.m31: ra nan: not between -180 and 540 degrees"),
            (
                ["m31": [.double(.infinity), 2]],
                "ValueError: radec.m31: ra inf: not between -180 and 540 degrees"
            ),
            (["m31": [540, 2]], "ValueError: radec.m31: ra 540.0: not between -180 and 540 degrees"),
            (["m31": [-180.5, 2]], "ValueError: radec.m31: ra -180.5: not between -180 and 540 degrees"),
            ([[1, 90.5]], "ValueError: radec.0: dec 90.5: not between -90 and 90 degrees"),
            ([["25:00:00", "1:2:3"]], "ValueError: radec.0: ra 25:00:00: not between 0 and 24 hours"),
        ] as [(Value, String)]) func wrongOnesAreNamed(radec: Value, message: String)
    {
        let error = #expect(throws: RequestError.self) { try PositionList(radec) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("it's", #""it's""#), (#"a"b"#, #"'a"b'"#), (#"a'b"c"#, #"'a\'b"c'"#),
        (#"back\slash"#, #"'back\\slash'"#),
        ("a\n\t\r\u{0}\u{7F}\u{85}", #"'a\n\t\r\x00\x7f\x85'"#), ("é\u{1F52D}", "'é\u{1F52D}'"),
        ("\u{A0}\u{200B}\u{2028}\u{E000}\u{10FFFF}", #"'\xa0\u200b\u2028\ue000\U0010ffff'"#),
    ]) func textsAreQuotedAsPythonQuotes(text: String, expected: String) {
        #expect(PythonText.representation(.string(text)) == expected)
    }

    @Test(arguments: [
        (1e15, "1000000000000000.0"), (1e16, "1e+16"), (1.5e16, "1.5e+16"),
        (-12345678901234568, "-1.2345678901234568e+16"),
        (9999999999999998, "9999999999999998.0"), (1e22, "1e+22"), (0.0001, "0.0001"), (0.00012, "0.00012"),
        (.leastNonzeroMagnitude, "5e-324"), (-0.0, "-0.0"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ]) func numbersAreWrittenAsPythonDoes(number: Double, expected: String) {
        #expect(PythonText.representation(.double(number)) == expected)
    }
}
