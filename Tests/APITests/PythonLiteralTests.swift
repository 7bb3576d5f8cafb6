import Documents
import Testing

@testable import Archive

/// Filters, projections and pipelines as texts, which Kowalski reads with Python's `ast.literal_eval`. Python decides
/// what they mean.
@Suite struct PythonLiteralTests {
    private func value(_ text: String) throws -> Value { try PythonLiteral.value(of: text, "filter") }

    @Test func isReadAsWritten() throws {
        #expect(try value("{}") == [:])
        #expect(
            try value("{'candid': 714287740515015072, 'ok': True, 'no': False, 'x': None}")
                == ["candid": .int64(714_287_740_515_015_072), "ok": true, "no": false, "x": nil])
        #expect(
            try value("[{'$match': {'a': {'$gt': 1.5}}}, {'$sort': {'a': -1}},]")
                == [["$match": ["a": ["$gt": 1.5]]], ["$sort": ["a": -1]]])
        #expect(
            try value("{'a': (1, 2), 'b': (1,), 'c': (1), 'd': ()}") == [
                "a": [1, 2], "b": [1], "c": 1, "d": [],
            ])
        #expect(
            try value("{'_id': {'$oid': '0123456789abcdef01234567'}}")
                == ["_id": .objectID(try #require(ObjectID(hexadecimal: "0123456789abcdef01234567")))])
        // Of equal keys the last counts, so that no other is looked at by somebody else.
        #expect(try value("{'a': 1, 'b': 2, 'a': 3}") == ["a": 3, "b": 2])
    }

    @Test(arguments: [
        "", " ", "true", "{'a': true}", "{\"a\": null}", "{'a': nan}", "{'a': 1", "}", "[1 2]", "[1,,2]",
        "(,)", "[,]",
        "{'a' 1}", "{'a': 1]", "(1]", "'a", "'a\nb'", "{1: 2}", "{1, 2}", "b'x'", "f'x'", "1j", "007", "1__0",
        "_1", "0x",
        "0xg", "1.2.3", "1e", "--", "print(1)", "{'a': __import__('os')}", "[x for x in ()]",
        "1 if True else 2", "'\\ud800'",
        "'\\x4'", "{'a': 99999999999999999999}", "\u{0}", "{'a\\x00b': 1}", "[1].x", "...", "True'x'",
        "'a' ('b')",
    ]) func isRefused(text: String) {
        #expect(throws: RequestError(.value, "malformed node or string: filter is no Python literal")) {
            try PythonLiteral.value(of: text, "filter")
        }
    }

    /// Deep or long ones neither overflow the stack nor take long.
    @Test func hostileTextsAreRefused() throws {
        #expect(throws: RequestError.self) {
            try PythonLiteral.value(of: String(repeating: "(", count: 1_000_000), "x")
        }
        #expect(throws: RequestError.self) {
            try PythonLiteral.value(of: String(repeating: "[", count: 1_000_000), "x")
        }
        let tuples = "[" + String(repeating: "(1,),", count: 200_000) + "]"
        #expect(try value(tuples).list?.count == 200_000)
        let strings = String(repeating: "'a' ", count: 200_000)
        #expect(try value(strings).string?.utf8.count == 200_000)
    }

    /// Random literals, and random damage to them: what Python reads is read the same, and what it does not read is not.
    @Test func meansWhatPythonSays() async throws {
        let printed = try await python(Self.judge)
        var read = 0
        for line in printed.split(separator: "\n") {
            let pair = try #require(try ExtendedJSON.value(from: String(line), wrappers: .literal).list)
            let (text, isDamaged) = (try #require(pair[0].string), pair[1] == .bool(true))
            let ours = try? PythonLiteral.value(of: text, "filter")
            if pair.count == 3 {
                // Damage may lead to forms that Python takes and we do not, such as `- 5`.
                if ours != nil || !isDamaged { #expect(ours == pair[2], "\(text.debugDescription)") }
                if ours != nil { read += 1 }
            } else {
                #expect(ours == nil, "\(text.debugDescription)")
            }
        }
        #expect(read > 2000)
    }

    private static let judge = #"""
        import ast, json, random, sys, warnings
        warnings.simplefilter("ignore")
        random.seed(20260101)

        def number():
            n = random.choice([0, 1, 7, 1234567, random.getrandbits(62)])
            return random.choice(["", "-", "+", "--"]) + random.choice([
                str(n), hex(n), oct(n), bin(n), f"{n:_}", f"{n}.", f".{n}", f"{n}.5e3", f"{n}E-2", repr(random.uniform(-1e6, 1e6)).lstrip("-"),
                f"{n}e+1", "1_0.5_0", f"0{n}.5", "00", "0_0"])

        def text():
            s = "".join(random.choice(["a", "b", " ", "$gt", "é", "\U0001F52D", "'", '"', "\\", "\n", "\t", "\x01", "/", "{", "#"]) for _ in range(random.randint(0, 6)))
            plain = s.replace("\\", "").replace("'", "").replace("\n", "").replace('"', "")
            return random.choice([
                repr(s), json.dumps(s).replace("\\ud83d\\udd2d", "\\U0001F52D"), f"r'{plain}'", f"'''{plain}\n'''", f"u'{plain}'", f'"{plain}"',
                f"'{plain}' \"{plain}\"", "'\\x41\\101\\u00e9\\N\\q'" if random.random() < 0.1 else "'\\x41\\101\\0\\u00e9\\q\\/\\\n'"])

        def space():
            return random.choice(["", "", " ", "\n ", "\t", " # x\n"])

        def literal(depth):
            kind = random.random()
            if depth == 0 or kind < 0.5:
                return random.choice([number, text, lambda: random.choice(["True", "False", "None"])])()
            items = [literal(depth - 1) for _ in range(random.randint(0, 4))]
            comma = random.choice(["", ","]) if items else ""
            if kind < 0.65:
                return "[" + space() + ("," + space()).join(items) + comma + space() + "]"
            if kind < 0.8:
                return "(" + ",".join(items) + space() + comma + ")"
            return "{" + (space() + ",").join(text() + ":" + space() + i for i in items) + comma + "}"

        def check(value):
            if isinstance(value, bool) or value is None:
                return
            if isinstance(value, int):
                assert -2**63 <= value < 2**63
            elif isinstance(value, str):
                value.encode()
            elif isinstance(value, (list, tuple)):
                for v in value: check(v)
            elif isinstance(value, dict):
                for k, v in value.items():
                    assert isinstance(k, str) and "\0" not in k
                    k.encode()
                    check(v)
            else:
                assert isinstance(value, float)

        for i in range(6000):
            source, damaged = literal(4), i % 2 == 1
            if damaged:
                for _ in range(random.randint(1, 3)):
                    at = random.randint(0, len(source))
                    source = source[:at] + random.choice(["", ",", "(", ")", "'", "1", "-", ".", "_", "e", " ", "\\", "}"]) + source[at + random.randint(0, 2):]
            try:
                value = ast.literal_eval(source)
                check(value)
                print(json.dumps([source, damaged, value]))
            except Exception:
                try:
                    print(json.dumps([source, damaged]).encode().decode())
                except Exception:
                    pass
        """#
}
