import Foundation
import Testing

@testable import Service

@Suite struct YAMLParserTests {
    @Test func documentKeepsTextsLinesAndOrder() throws {
        let document = try YAMLParser.document(
            Array("# heading\na: 1\nb:\n  - x\n  - 'null'\n  - null\nc: {d: \"e\\u00e9\\n\"}\n".utf8))
        #expect(
            document
                == YAMLNode(
                    content: .mapping([
                        entry("a", .scalar("1", isPlain: true), 2),
                        YAMLNode.Entry(
                            key: "b",
                            value: YAMLNode(
                                content: .sequence([
                                    YAMLNode(content: .scalar("x", isPlain: true), line: 4),
                                    YAMLNode(content: .scalar("null", isPlain: false), line: 5),
                                    YAMLNode(content: .scalar("null", isPlain: true), line: 6),
                                ]), line: 4), line: 3),
                        entry("c", .mapping([entry("d", .scalar("eé\n", isPlain: false), 7)]), 7),
                    ]), line: 2))
    }

    @Test func everyJSONIsRead() throws {
        // Tabs, no spaces after colons and escaped slashes are JSON's own.
        let document = try YAMLParser.document(Array("{\n\t\"a\":\"b\\/c\",\n\t\"d\":[1,true,null]}".utf8))
        guard case .mapping(let entries) = document.content else { throw NotAMapping() }
        #expect(RawSetting(entries[0].value) == .text("b/c"))
        #expect(RawSetting(entries[1].value) == .nested(entries[1].value))
        #expect(entries.map(\.key) == ["a", "d"])
    }

    @Test(arguments: ["", "\n", "# nothing\n", "---\n...\n"])
    func emptyTextIsAnEmptyDocument(text: String) throws {
        let document = try YAMLParser.document(Array(text.utf8))
        #expect(document.content == .mapping([]) || document.isNull)
    }

    @Test(arguments: [
        ("a: [1, 2", 1, "not YAML"), ("a: b\n c: d\n", 2, "not YAML"), ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: 'x\n", 1, "not YAML"), ("a: *b\n", 1, "names no anchor"), ("a: &b [*b]\n", 1, "stands inside"),
        ("x: 1\n---\ny: 2\n", 2, "second document"), ("a: !!python/object x\n", 1, "tags"),
        ("a: &b {c: 1}\nd:\n  <<: *b\n", 3, "merge keys"), ("? [a]\n: b\n", 1, "a key is not text"),
        ("a: !x [1]\n", 1, "tags"),
    ])
    func malformedTextIsRefusedWithItsLine(text: String, line: Int, reason: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLParser.document(Array(text.utf8)) }
        #expect(error?.line == line)
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        [0x61, 0x3A, 0x20, 0xFF, 0x0A], [0xFF, 0xFE, 0x61, 0x00], [0x61, 0x3A, 0x20, 0xC3], [0x00],
        [0x61, 0x3A, 0x20, 0x1B], [0xED, 0xA0, 0x80],
    ])
    func otherEncodingsAndControlCharactersAreRefused(bytes: [UInt8]) {
        #expect(throws: YAMLError.self) { try YAMLParser.document(bytes) }
    }

    @Test func aliasesRepeatTheirValue() throws {
        let document = try YAMLParser.document(Array("a: &x [1, 2]\nb: *x\n".utf8))
        guard case .mapping(let entries) = document.content else { throw NotAMapping() }
        #expect(entries[0].value == entries[1].value)
    }

    @Test func aliasBombIsRefused() {
        // Nine levels of nine aliases each would be 3.9e8 values.
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...8 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try YAMLParser.document(Array(text.utf8)) }
        #expect(error?.reason.contains("more than 100000 values") == true)
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func deepNestingIsRefused(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let error = #expect(throws: YAMLError.self) { try YAMLParser.document(Array(text.utf8)) }
        #expect(error?.reason.contains("nested deeper than 32") == true)
    }

    @Test func arbitraryBytesNeverTrap() {
        let pieces: [[UInt8]] =
            [
                "a", ":", " ", "\n", "- ", "[", "]", "{", "}", ",", "&x ", "*x", "!", "'", "\"", "|", ">",
                "%", "@", "#", "?", "é", "\t", "\\", "~", "---\n",
            ]
            .map { Array($0.utf8) } + [[0xFF], [0x00], [0xC3]]
        var read = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<24)).flatMap { _ in pieces.randomElement() ?? [] }
            if (try? YAMLParser.document(bytes)) != nil { read += 1 }
        }
        // Some of them are documents: the loop does reach past the first byte.
        #expect(read > 100)
    }

    /// A key with a value on the same line.
    private func entry(_ key: String, _ content: YAMLNode.Content, _ line: Int) -> YAMLNode.Entry {
        YAMLNode.Entry(key: key, value: YAMLNode(content: content, line: line), line: line)
    }
}

struct NotAMapping: Error {}
