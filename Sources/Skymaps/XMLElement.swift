/// An element of an XML document, with what is in it.
struct XMLElement: Sendable, Equatable {
    /// The name without its prefix.
    let name: String
    /// The prefix; empty where there is none.
    let prefix: String
    /// Values by their names, prefixes included.
    var attributes: [String: String] = [:]
    /// The elements in it.
    var children: [XMLElement] = []
    /// The text in it, without that of its children.
    var text = ""

    /// The first child of a name.
    func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// What a path of names leads to, all the ways.
    func all(_ path: [String]) -> [XMLElement] {
        guard let name = path.first else { return [self] }
        return children.filter { $0.name == name }.flatMap { $0.all(Array(path.dropFirst())) }
    }

    /// The first element that a path leads to.
    func first(_ path: [String]) -> XMLElement? { all(path).first }
}

/// Reads an XML document, as far as event notices need it (Extensible Markup Language 1.0).
///
/// There are no document types, and so no entities but the five of XML itself: nothing can be made to grow, and nothing
/// outside is looked at.
struct XMLReader {
    /// How deep elements may lie in one another.
    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private var index = 0

    /// The root of a document.
    ///
    /// - Throws: where it is not well-formed, has a document type or is too deep.
    static func root(of text: String) throws(SkymapError) -> XMLElement {
        var reader = XMLReader(bytes: Array(text.utf8))
        if text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
        try reader.skipAround()
        let root = try reader.element(depth: 0)
        try reader.skipAround()
        guard reader.index == reader.bytes.count else { throw reader.fault("text behind the root") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ reason: String) -> SkymapError { SkymapError("xml: \(reason) at byte \(index)") }

    private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }

    /// Moves behind a text that must come; returns what is before it.
    private mutating func take(upTo end: String) throws(SkymapError) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count {
            if starts(with: end) {
                defer { index += end.utf8.count }
                return bytes[start..<index]
            }
            index += 1
        }
        throw fault("no \(end)")
    }

    /// Skips what may stand before and behind the root.
    private mutating func skipAround() throws(SkymapError) {
        while true {
            skipSpace()
            if take("<?") {
                _ = try take(upTo: "?>")
            } else if take("<!--") {
                _ = try take(upTo: "-->")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(SkymapError) -> String {
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: ":"):
                index += 1
                continue
            default: break
            }
            break
        }
        guard index > start, !(0x2D...0x39).contains(bytes[start]) else { throw fault("no name") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(SkymapError) -> XMLElement {
        guard depth < Self.maximumDepth else { throw fault("elements too deep") }
        guard take("<") else { throw fault("no element") }
        let name = try name()
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var element = XMLElement(
            name: parts.last.map(String.init) ?? name, prefix: parts.count == 2 ? String(parts[0]) : "")
        while true {
            let before = index
            skipSpace()
            if take("/>") { return element }
            if take(">") { break }
            guard index > before else { throw fault("no space before an attribute") }
            let key = try self.name()
            skipSpace()
            guard take("=") else { throw fault("attribute without value") }
            skipSpace()
            guard let quote = ["\"", "'"].first(where: starts(with:)) else {
                throw fault("attribute without quotes")
            }
            index += 1
            let value = try take(upTo: quote)
            guard !value.contains(UInt8(ascii: "<")), element.attributes[key] == nil else {
                throw fault("attribute not well-formed or twice")
            }
            element.attributes[key] = try decoded(value)
        }
        try content(of: &element, depth: depth)
        guard try self.name() == name else { throw fault("elements not nested") }
        skipSpace()
        guard take(">") else { throw fault("end of an element not closed") }
        return element
    }

    /// Reads up to behind the `</` that ends the element.
    private mutating func content(of element: inout XMLElement, depth: Int) throws(SkymapError) {
        while true {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
            element.text += try decoded(bytes[start..<index])
            if take("</") { return }
            if take("<!--") {
                _ = try take(upTo: "-->")
            } else if take("<![CDATA[") {
                element.text += String(decoding: try take(upTo: "]]>"), as: UTF8.self)
            } else if take("<?") {
                _ = try take(upTo: "?>")
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    /// Text with its entities and character references resolved.
    private func decoded(_ raw: ArraySlice<UInt8>) throws(SkymapError) -> String {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        let pieces = String(decoding: raw, as: UTF8.self)
            .split(separator: "&", omittingEmptySubsequences: false)
        var text = String(pieces[0])
        for piece in pieces.dropFirst() {
            guard let end = piece.firstIndex(of: ";") else { throw fault("entity not closed") }
            guard let character = Self.character(piece[..<end]) else { throw fault("unknown entity") }
            text.unicodeScalars.append(character)
            text += piece[piece.index(after: end)...]
        }
        return text
    }

    private static func character(_ entity: Substring) -> UnicodeScalar? {
        switch entity {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let number =
            if entity.hasPrefix("#x") { UInt32(entity.dropFirst(2), radix: 16) } else if entity.hasPrefix("#")
            { UInt32(entity.dropFirst()) } else { nil as UInt32? }
        // What XML calls a character has no zero and, of the control characters, white space only.
        guard let number, number >= 0x20 || [0x09, 0x0A, 0x0D].contains(number) else { return nil }
        return UnicodeScalar(number)
    }
}
