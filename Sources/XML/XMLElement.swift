/// An element of an XML document, with what is in it.
package struct XMLElement: Sendable, Equatable {
    /// The name without its prefix.
    package let name: String
    /// The prefix; empty where there is none.
    package let prefix: String
    /// Values by their names, prefixes included.
    package var attributes: [String: String] = [:]
    /// The elements in it.
    package var children: [XMLElement] = []
    /// The text in it, without that of its children.
    package var text = ""

    /// An element with nothing in it.
    package init(name: String, prefix: String, attributes: [String: String] = [:]) {
        self.name = name
        self.prefix = prefix
        self.attributes = attributes
    }

    /// The first child of a name.
    package func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// What a path of names leads to, all the ways.
    package func all(_ path: [String]) -> [XMLElement] {
        guard let name = path.first else { return [self] }
        return children.filter { $0.name == name }.flatMap { $0.all(Array(path.dropFirst())) }
    }

    /// The first element that a path leads to.
    package func first(_ path: [String]) -> XMLElement? { all(path).first }
}
