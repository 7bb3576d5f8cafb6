import Foundation
import FoundationXML

/// Builds the elements of an XML document as Foundation's parser (libxml2) finds them.
///
/// A document type is refused before anything is parsed: nothing can be made to grow, and nothing outside is looked at.
/// So that the parser reads the same characters as that check, it is told that they are UTF-8, whatever the document says
/// and begins with: in UTF-7 a document type is spelled in other ones.
final class XMLTree: NSObject, XMLParserDelegate {
    /// How deep elements may lie in one another.
    private static let maximumDepth = 64

    /// The elements that are open, the root first.
    private var open: [XMLElement] = []
    private var root: XMLElement?
    private var fault: String?

    /// The root of a document.
    ///
    /// - Throws: where it is not well-formed, has a document type or is too deep.
    static func root(of text: String) throws(SkymapError) -> XMLElement {
        guard !text.contains("<!DOCTYPE"), !text.contains("<!ENTITY") else {
            throw SkymapError("xml: it has a document type")
        }
        // With zeros between its characters it would be taken for UTF-16.
        guard !text.utf8.contains(0) else { throw SkymapError("xml: it has a character that none may have") }
        let tree = XMLTree()
        let parser = XMLParser(data: Data((declaration + undeclared(text)).utf8))
        parser.shouldProcessNamespaces = false
        parser.shouldResolveExternalEntities = false
        parser.externalEntityResolvingPolicy = .never
        parser.delegate = tree
        let isWhole = parser.parse()
        if let fault = tree.fault { throw SkymapError("xml: \(fault)") }
        guard isWhole, parser.parserError == nil, let root = tree.root else {
            throw SkymapError("xml: not well-formed at line \(parser.lineNumber)")
        }
        return root
    }

    private static let declaration = #"<?xml version="1.0" encoding="UTF-8"?>"#

    /// A document without the declaration of its version and encoding. A second one is refused by the parser.
    private static func undeclared(_ text: String) -> Substring {
        let start = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        guard start.hasPrefix("<?xml"), let end = start.firstRange(of: "?>"),
            start.dropFirst(5).first?.isWhitespace == true
        else { return start }
        return start[end.upperBound...]
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard open.count < Self.maximumDepth, root == nil else {
            fault = root == nil ? "elements too deep" : "more than one root"
            return parser.abortParsing()
        }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        open.append(
            XMLElement(
                name: parts.last.map(String.init) ?? name, prefix: parts.count == 2 ? String(parts[0]) : "",
                attributes: attributes))
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard let element = open.popLast() else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    /// libxml2 goes on after most faults, and each takes a tenth of a millisecond to tell: a body may hold 200,000.
    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        if fault == nil { fault = "not well-formed at line \(parser.lineNumber)" }
        parser.abortParsing()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { append(text) }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        append(String(decoding: block, as: UTF8.self))
    }

    private func append(_ text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }
}
