/// One line of a header: a keyword, most often a value, sometimes a comment (FITS Standard 4.0, section 4.1).
public struct FITSCard: Sendable, Hashable {
    /// Up to eight letters, digits, hyphens and underscores; empty for a comment without a keyword.
    public let keyword: String
    /// The value; nil for commentary cards and where it is left out.
    public let value: FITSValue?
    /// What follows the value behind a slash, or the text of a commentary card; without blanks around it.
    public let comment: String
    /// The card as it is in the file, 80 bytes.
    public let bytes: [UInt8]

    /// The length of every card, bytes.
    static let length = 80

    /// - Parameter bytes: the card, 80 bytes, of which nothing else is expected.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        keyword = Self.text(bytes.prefix(8)).trimmingBlanks()
        guard bytes.count > 10, bytes[8] == UInt8(ascii: "="), bytes[9] == UInt8(ascii: " ") else {
            value = nil
            comment = Self.text(bytes.dropFirst(8)).trimmingBlanks()
            return
        }
        let rest = bytes[10...].drop { $0 == UInt8(ascii: " ") }
        let end: Int
        if rest.first == UInt8(ascii: "'") {
            let (string, after) = Self.string(rest)
            value = .string(string)
            end = after
        } else {
            end = rest.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
            value = FITSValue(literal: Self.text(rest[rest.startIndex..<end]).trimmingBlanks())
        }
        let slash = bytes[end...].firstIndex(of: UInt8(ascii: "/"))
        comment = slash.map { Self.text(bytes[($0 + 1)...]).trimmingBlanks() } ?? ""
    }

    /// A card with a logical or integer value, which ends in column 30 (section 4.2.1 of the standard).
    static func fixed(_ keyword: String, _ value: String, comment: String = "") -> [UInt8] {
        let head = keyword.padded(to: 8) + "= " + String(repeating: " ", count: max(0, 20 - value.utf8.count))
        let text = head + value + (comment.isEmpty ? "" : " / " + comment)
        return Array(text.utf8.prefix(length))
            + [UInt8](repeating: UInt8(ascii: " "), count: max(0, length - text.utf8.count))
    }

    /// The characters of bytes of which the standard allows only ASCII; others become U+FFFD.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
    }

    /// A string in quotes, in which two quotes stand for one; blanks at its end say nothing (section 4.2.1.1).
    /// - Returns: the string and the index of what follows the closing quote.
    private static func string(_ bytes: ArraySlice<UInt8>) -> (String, Int) {
        var content: [UInt8] = []
        var index = bytes.startIndex + 1
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "'") {
                index += 1
                guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "'") else { break }
            }
            content.append(bytes[index])
            index += 1
        }
        while content.last == UInt8(ascii: " ") { content.removeLast() }
        return (text(content[...]), index)
    }
}

extension String {
    /// The string without blanks around it.
    fileprivate func trimmingBlanks() -> String {
        let bytes = utf8.drop { $0 == UInt8(ascii: " ") }
        guard let last = bytes.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }

    /// The string with blanks behind it.
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - utf8.count))
    }
}
