/// The paths that a projection names, while it is compiled: what shall become of each, in the order of their first
/// mention.
final class ProjectionTree {
    /// What shall become of a path.
    enum Fate {
        /// Is kept by an inclusion, left out by an exclusion.
        case named
        case computed(any Expression)
        case inside(ProjectionTree)
    }

    private(set) var fates: [(name: String, fate: Fate)] = []

    /// Adds a path.
    func add(_ path: [String], _ fate: Fate, _ place: Place) throws(CompileError) {
        var tree = self
        for name in path.dropLast() { tree = try tree.inside(name, place) }
        guard let last = path.last, !tree.fates.contains(where: { $0.name == last }) else {
            throw CompileError(.invalid, place, "the path collides with another")
        }
        tree.fates.append((last, fate))
    }

    /// The tree below a path.
    func inside(_ path: [String], _ place: Place) throws(CompileError) -> ProjectionTree {
        var tree = self
        for name in path { tree = try tree.inside(name, place) }
        return tree
    }

    private func inside(_ name: String, _ place: Place) throws(CompileError) -> ProjectionTree {
        switch fates.first(where: { $0.name == name })?.fate {
        case .inside(let tree): return tree
        case nil:
            let tree = ProjectionTree()
            fates.append((name, .inside(tree)))
            return tree
        default: throw CompileError(.invalid, place, "the path collides with another")
        }
    }

    /// The tree without a top-level name.
    func remove(_ name: String) { fates.removeAll { $0.name == name } }

    /// Whether there is a top-level name.
    func has(_ name: String) -> Bool { fates.contains { $0.name == name } }

    /// The tree as documents are shaped by it.
    func node(_ compiler: inout Compiler) -> ProjectionNode {
        var named: [ProjectionNode.Field] = []
        var computed: [ProjectionNode.Computation] = []
        for (name, fate) in fates {
            let name = Name(name)
            switch fate {
            case .named: named.append(ProjectionNode.Field(name: name, hint: compiler.hint(), inside: nil))
            case .computed(let expression):
                computed.append(
                    ProjectionNode.Computation(name: name, hint: compiler.hint(), source: .value(expression)))
            case .inside(let tree):
                let node = tree.node(&compiler)
                named.append(ProjectionNode.Field(name: name, hint: compiler.hint(), inside: node))
                computed.append(
                    ProjectionNode.Computation(
                        name: name, hint: compiler.hint(),
                        source: node.computed.isEmpty ? .nothing : .inside(node)))
            }
        }
        return ProjectionNode(
            named: named, computed: computed, order: named.map { _ in compiler.hint() })
    }
}
