/// Why a text could not be read as JSON, in the words of Python's `json` and PyMongo, which clients of
/// Kowalski know.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is; the raw value is the Python exception that means the same.
    public enum Kind: String, Sendable {
        /// It is not JSON.
        case syntax = "JSONDecodeError"
        /// The text, or a string in it, is not Unicode.
        case encoding = "UnicodeDecodeError"
        /// An integer has more than 64 bits.
        case overflow = "OverflowError"
        /// Objects and arrays lie too deep in one another.
        case depth = "RecursionError"
        /// It is JSON, but a type wrapper or a key does not mean a BSON value.
        case value = "ValueError"
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// What is wrong; for `syntax` in exactly Python's words.
    public let reason: String
    /// The line, counted from one.
    public let line: Int
    /// The code point in the line, counted from one.
    public let column: Int
    /// The code point in the text, counted from zero.
    public let character: Int
    /// The dotted path of the element in which it is; empty at the top.
    public let path: String

    /// The reason and the place, as Python says it: `Expecting value: line 1 column 1 (char 0)`. Other faults
    /// than those of syntax name the path, too.
    public var message: String {
        let place = "\(reason): line \(line) column \(column) (char \(character))"
        return kind == .syntax || path.isEmpty ? place : "\(place) in '\(path)'"
    }

    /// The message after the name of Python's exception: `JSONDecodeError: Expecting value: line 1 column 1
    /// (char 0)`.
    public var description: String { "\(kind.rawValue): \(message)" }

    /// The fault at a byte of a text, whose lines and code points are counted up to there. Bytes that
    /// continue a UTF-8 sequence are not counted.
    init(_ kind: Kind, _ reason: String, at offset: Int, in text: RawSpan, path: String) {
        var line = 1
        var character = 0
        var lineStart = 0
        for index in 0..<min(offset, text.byteCount) {
            let byte = text.byte(at: index)
            if byte & 0xC0 != 0x80 { character += 1 }
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = character
            }
        }
        self.kind = kind
        self.reason = reason
        self.line = line
        self.column = character - lineStart + 1
        self.character = character
        self.path = path
    }
}
