import CExpat

/// Builds the elements of an XML document as expat finds them.
///
/// A document type ends the reading: nothing can be made to grow, and nothing outside is looked at. The text is read
/// as UTF-8, whatever the document says and begins with: in UTF-7 a document type is spelled in other characters.
package final class XMLTree {
    /// How deep elements may lie in one another.
    private static let maximumDepth = 64

    /// The elements that are open, the root first.
    private var open: [XMLElement] = []
    private var root: XMLElement?
    private var fault: String?
    private let parser: XML_Parser

    /// The root of a document.
    ///
    /// - Throws: where it is not well-formed, has a document type or is too deep.
    package static func root(of text: String) throws(XMLError) -> XMLElement {
        // The name of an encoding that is given here goes before the document's own.
        guard let parser = XML_ParserCreate("UTF-8") else { throw XMLError("no memory for a parser") }
        defer { XML_ParserFree(parser) }
        return try XMLTree(parser).read(text)
    }

    private init(_ parser: XML_Parser) { self.parser = parser }

    private func read(_ text: String) throws(XMLError) -> XMLElement {
        var text = text
        let state: XML_Status? = text.withUTF8 { bytes in
            guard let length = Int32(exactly: bytes.count) else { return nil }
            // The parser calls back only within XML_Parse, during which `self` is here.
            XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
            setHandlers()
            return bytes.withMemoryRebound(to: CChar.self) { XML_Parse(parser, $0.baseAddress, length, 1) }
        }
        if let fault { throw XMLError(fault) }
        guard let state else { throw XMLError("too long") }
        guard state == XML_STATUS_OK, let root else {
            throw XMLError("not well-formed at line \(XML_GetCurrentLineNumber(parser))")
        }
        return root
    }

    private func setHandlers() {
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let tree = XMLTree.of(context), let name else { return }
                tree.begin(String(cString: name), XMLTree.dictionary(attributes))
            }, { context, _ in XMLTree.of(context)?.end() })
        XML_SetCharacterDataHandler(parser) { context, text, length in
            guard let tree = XMLTree.of(context), let text, length > 0 else { return }
            text.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
                tree.append(
                    String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self))
            }
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            XMLTree.of(context)?.stop("it has a document type")
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> XMLTree? {
        context.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Names and values in turn, up to a null pointer. A name that comes twice is refused by expat.
    private static func dictionary(
        _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
    ) -> [String: String] {
        guard let attributes else { return [:] }
        var values: [String: String] = [:]
        var index = 0
        while let name = attributes[index], let value = attributes[index + 1] {
            values[String(cString: name)] = String(cString: value)
            index += 2
        }
        return values
    }

    private func begin(_ name: String, _ attributes: [String: String]) {
        guard fault == nil else { return }
        guard open.count < Self.maximumDepth else { return stop("elements too deep") }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        open.append(
            XMLElement(
                name: parts.last.map(String.init) ?? name, prefix: parts.count == 2 ? String(parts[0]) : "",
                attributes: attributes))
    }

    private func end() {
        guard fault == nil, let element = open.popLast() else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    private func append(_ text: String) {
        if fault == nil, !open.isEmpty { open[open.count - 1].text += text }
    }

    /// Ends the reading; a few more callbacks may come still.
    private func stop(_ reason: String) {
        if fault == nil { fault = reason }
        XML_StopParser(parser, 0)
    }
}

/// Why a text is not read as XML.
package struct XMLError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, lower case, without a period.
    package let description: String

    init(_ description: String) { self.description = description }
}
