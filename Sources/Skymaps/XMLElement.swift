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
