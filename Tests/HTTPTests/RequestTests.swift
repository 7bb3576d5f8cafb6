import HTTP
import Testing

@Suite struct RequestTests {
    @Test(arguments: [
        ("/", "/", [""]),
        ("", "/", [""]),
        ("/a/b", "/a/b", ["a", "b"]),
        ("/a//b/", "/a//b/", ["a", "", "b", ""]),
        ("/%41%2f%C3%A4/+", "/A/ä/+", ["A/ä", "+"]),
        ("/a?b/c", "/a", ["a"]),
        ("http://host:80/a/b?c", "/a/b", ["a", "b"]),
        ("https://host", "/", [""]),
        ("https://host?x", "/", [""]),
        ("*", "/*", ["*"]),
        ("/a/../b", "/a/../b", ["a", "..", "b"]),
    ]) func aPathIsTakenApart(target: String, path: String, segments: [String]) throws {
        let request = try #require(Request("GET", target))
        #expect(request.path == path)
        #expect(request.segments == segments)
    }

    @Test(arguments: [
        "/%", "/%4", "/%zz", "/%+1", "/a%00", "/\u{0}", "/%ff", "/%c3%28", "/%c0%af", "/%ed%a0%80",
    ])
    func aPathThatCannotBeDecodedIsRefused(target: String) {
        #expect(Request("GET", target) == nil)
    }

    /// As Python's urllib.parse.parse_qsl does it with keep_blank_values and errors="replace".
    @Test(arguments: [
        ("", []),
        ("a=1&b=2", ["a=1", "b=2"]),
        ("a=1=2&&b", ["a=1=2", "b="]),
        ("a+b=%2B+%26", ["a b=+ &"]),
        ("a=%zz&b=%4&c=%", ["a=%zz", "b=%4", "c=%"]),
        ("a=%C3%A4&b=%ff", ["a=ä", "b=\u{FFFD}"]),
        ("a=b?c#d", ["a=b?c#d"]),
        ("=x", ["=x"]),
    ]) func aQueryIsTakenApart(query: String, expected: [String]) throws {
        let request = try #require(Request("GET", "/?" + query))
        #expect(request.query.map { $0.name + "=" + $0.value } == expected)
    }

    /// Every byte, escaped and bare, in path and query: nothing traps, and escaping is undone.
    @Test func allBytesAreHandled() throws {
        for byte in UInt8.min...UInt8.max {
            let digits = String(byte, radix: 16)
            let escaped = "%" + (digits.count == 1 ? "0" : "") + digits
            let request = Request("GET", "/" + escaped)
            #expect((request != nil) == (1...127).contains(byte))
            if let request { #expect(Array(request.path.utf8) == [0x2F, byte]) }
            let query = try #require(Request("GET", "/?x=" + escaped))
            let value = try #require(query.queryValue("x"))
            #expect(value == (byte < 128 ? String(UnicodeScalar(byte)) : "\u{FFFD}"))
        }
    }

    @Test func headersCompareWithoutCase() {
        var headers: HeaderFields = ["Accept": "a", "ACCEPT": "b", "X-ä": "c"]
        #expect(headers["accept"] == "a")
        #expect(headers.values(of: "aCCept") == ["a", "b"])
        // Only ASCII letters have cases here.
        #expect(headers["x-ä"] == "c")
        #expect(headers["x-Ä"] == nil)
        #expect(headers["Acceptx"] == nil)
        headers["accept"] = "z"
        #expect(headers.map { "\($0.name):\($0.value)" } == ["X-ä:c", "accept:z"])
        headers["X-ä"] = nil
        #expect(headers.count == 1)
    }
}
