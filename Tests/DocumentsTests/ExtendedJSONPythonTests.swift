import Documents
import Testing

/// Well-formed and damaged JSON, with Python's `json` as the judge of values and of messages.
@Suite struct ExtendedJSONPythonTests {
    private static let seeds = [
        #"{"query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {"candid": 1127561445515015011}}}"#,
        #"[1, -0, 0.5, -2.5e3, 1E5, 1e-7, 123456789012, 0.1e1, 9007199254740993.0, 1e400, -1e-400, 2.5]"#,
        #"{"a": [true, false, null, NaN, Infinity, -Infinity], "b": {}, "c": [], "d": {"e": [{}]}}"#,
        #"["\u00e9\ud834\udd1e\/\b\f\n\r\t\\\"", "é€𝄞", "", "\u0000"]"#,
        "{\n  \"ra\" : 71.65 ,\r\n\t\"déc\" : -10.2,\n \"ra\": 1\n}\n",
        #" "text" "#, "12", "[[[[[]]]]]", "{\"x\":{\"y\":{\"z\":[1,2,{\"w\":\"v\"}]}}}",
    ]
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12", "\\ud800", "\\x", "0", "-", ".", "e", "+", "1",
        "nul", "NaN",
        "Infinity", " ", "\n", "\t", "é", "\u{1}", "99999999999999999999", "\u{feff}", "true", "/",
    ]

    /// A well-formed text with up to three pieces put in, or characters taken out.
    private static func damaged(_ generator: inout BSONSamples.Generator) -> [UInt8] {
        var scalars = Array((seeds.randomElement(using: &generator) ?? "").unicodeScalars)
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let index = Int.random(in: 0...scalars.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.removeLast(Int.random(in: 0...scalars.count, using: &generator))
            case 1 where index < scalars.count: scalars.remove(at: index)
            default:
                scalars.insert(
                    contentsOf: (pieces.randomElement(using: &generator) ?? "").unicodeScalars, at: index)
            }
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return Array(text.utf8)
    }

    @Test(arguments: [1, 2])
    func valuesAndMessagesArePythons(seed: UInt64) throws {
        var generator = BSONSamples.Generator(seed: seed)
        let texts = (0..<4000).map { _ in Self.damaged(&generator) }
        let verdicts = try PyMongo.lines(["json"], input: texts)
        #expect(verdicts.count == texts.count)
        var compared: [String: Int] = [:]
        for (text, verdict) in zip(texts, verdicts) {
            // Python 3.13 words a trailing comma in its own way.
            if verdict.hasPrefix("JSONDecodeError: Illegal trailing comma") { continue }
            let ours = Self.verdict(on: text)
            compared[String(verdict.prefix { $0 != ":" && $0 != " " }), default: 0] += 1
            // Where PyMongo cannot encode what Python has read, only the kind of fault is the same.
            if verdict.hasPrefix("OverflowError") || verdict.hasPrefix("UnicodeEncodeError") {
                #expect(ours.hasPrefix("OverflowError") || ours.hasPrefix("UnicodeDecodeError"))
            } else if verdict.hasPrefix("InvalidDocument") {
                #expect(ours.hasPrefix("ValueError: Key names must not contain the NULL byte"))
            } else if !ours.hasPrefix("OverflowError"), !ours.hasPrefix("UnicodeDecodeError: surrogates") {
                #expect(ours == verdict, "\(String(decoding: text, as: UTF8.self))")
            }
        }
        #expect((compared["ok"] ?? 0) > 300 && (compared["JSONDecodeError"] ?? 0) > 1000, "\(compared)")
    }

    /// What we make of a text, in the form of the script's answer.
    private static func verdict(on text: [UInt8]) -> String {
        do throws(JSONError) {
            let value = try ExtendedJSON.value(from: text, wrappers: .literal)
            var writer = DocumentWriter()
            writer.append("v", value)
            return "ok " + hexadecimal(writer.finish().bytes)
        } catch {
            return error.description
        }
    }
}
