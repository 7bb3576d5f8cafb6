/// Some paths of which it is asked what they have to do with others.
struct PathSet {
    private let paths: Set<String>
    /// The paths that lead to them.
    private let above: Set<String>

    /// MongoDB's limit for the names in a path that a stage changes.
    private static let mostNames = 200

    init(_ paths: Set<String>) {
        self.paths = paths
        above = paths.reduce(into: []) { all, path in
            for beginning in Self.beginnings(of: path) where beginning.endIndex < path.endIndex {
                all.insert(String(beginning))
            }
        }
    }

    /// Whether a path is one of them or lies below one.
    func covers(_ path: String) -> Bool {
        paths.contains(path) || Self.beginnings(of: path).contains { paths.contains(String($0)) }
    }

    /// Whether a path is one of them, lies below one or leads to one.
    func touches(_ path: String) -> Bool { above.contains(path) || covers(path) }

    /// The paths that lead to a path, the shortest first and at last itself, as far as they are not too long to be
    /// changed by a stage.
    static func beginnings(of path: String) -> [Substring] {
        var beginnings: [Substring] = []
        for index in path.utf8.indices where path.utf8[index] == UInt8(ascii: ".") {
            if beginnings.count == mostNames { return beginnings }
            beginnings.append(path[..<index])
        }
        return beginnings + [path[...]]
    }
}
