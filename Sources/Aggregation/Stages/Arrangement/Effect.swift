import Documents

/// Which fields a stage changes, as far as MongoDB cares when it takes filters past the stage.
struct Effect {
    private enum Change {
        /// These paths.
        case only(Set<String>)
        /// All paths but these and what lies below them.
        case allBut(Set<String>)
    }

    private let change: Change
    /// New names of fields that are only renamed, with the old ones. (That what a new name leads through is changed as
    /// well, MongoDB does not ask.)
    let renamed: [String: String]
    /// Whether it makes an `_id` for documents that had nothing of the kind.
    private let makesIdentity: Bool

    /// Nil for stages that no filter is taken past.
    init?(of name: String, _ argument: Value) {
        var renamed: [String: String] = [:]
        var makesIdentity = false
        switch (name, argument) {
        case ("$sort", _): change = .only([])
        case ("$unset", .string(let path)): change = .only([path])
        case ("$unset", .array(let list)): change = .only(Set(list.elements.compactMap(\.value.string)))
        case ("$unwind", _):
            var paths: Set<String> = []
            if let path = Self.unwoundPath(argument) { paths.insert(path) }
            if let position = argument.document?.string(at: "includeArrayIndex") { paths.insert(position) }
            change = .only(paths)
        case ("$addFields", .document(let fields)), ("$set", .document(let fields)):
            let paths = fields.computedPaths
            renamed = paths.renamed
            change = .only(paths.computed)
        case ("$project", .document(let fields)):
            let paths = fields.projectedPaths
            if paths.isInclusion {
                renamed = paths.computation.renamed
                change = .allBut(paths.kept)
            } else {
                change = .only(paths.dropped)
            }
        case ("$group", .document(let fields)):
            let identity = fields.elements.first { $0.key == "_id" }?.value ?? .null
            renamed = identity.computedPaths(at: "_id").renamed
            makesIdentity = identity.isOneValue
            change = .allBut([])
        case ("$bucket", _): change = .allBut([])
        default: return nil
        }
        self.renamed = renamed
        self.makesIdentity = makesIdentity
    }

    /// The path that a `$unwind` unwinds.
    static func unwoundPath(_ argument: Value) -> String? {
        (argument.string ?? argument.document?.string(at: "path")).map { String($0.dropFirst()) }
    }

    /// Whether any part of a filter is taken past the stage: none where it asks for an `_id` that is always there
    /// behind the stage.
    func admits(_ filter: Document) -> Bool {
        !makesIdentity || !FilterTree(filter).asksExistence(of: "_id")
    }

    /// The paths that are not the same before the stage.
    /// - Parameter reads: the paths that matter.
    func modified(of reads: Set<String>) -> PathSet {
        switch change {
        case .only(let paths): return PathSet(paths)
        case .allBut(let paths):
            let kept = PathSet(paths.union(renamed.keys))
            return PathSet(reads.filter { !kept.covers($0) })
        }
    }
}

/// The paths in the argument of a `$project`.
private struct ProjectedPaths {
    var kept: Set<String> = []
    var dropped: Set<String> = []
    var computation = ComputedPaths()
    var isInclusion = false
}

extension Document {
    /// The paths in the argument of an `$addFields`.
    fileprivate var computedPaths: ComputedPaths {
        elements.reduce(into: ComputedPaths()) { all, element in
            let paths = element.value.computedPaths(at: element.key)
            all.computed.formUnion(paths.computed)
            all.renamed.merge(paths.renamed) { $1 }
        }
    }

    /// The paths in the argument of a `$project`.
    fileprivate var projectedPaths: ProjectedPaths {
        var paths = ProjectedPaths()
        collect(&paths, "")
        let computation = paths.computation
        let computed = computation.computed.union(computation.renamed.keys)
        paths.isInclusion =
            !paths.kept.subtracting(["_id"]).isEmpty || !computed.isEmpty || paths.dropped.isEmpty
        let mentioned = paths.kept.union(paths.dropped).union(computed)
        if !mentioned.contains(where: { $0 == "_id" || $0.hasPrefix("_id.") }) { paths.kept.insert("_id") }
        return paths
    }

    private func collect(_ paths: inout ProjectedPaths, _ base: String) {
        for element in elements {
            let path = base + element.key
            switch element.value {
            case .bool, .int32, .int64, .double:
                let isKept = element.value != .bool(false) && element.value.double != 0
                if isKept { paths.kept.insert(path) } else { paths.dropped.insert(path) }
            case .document(let inner) where !inner.isConditions: inner.collect(&paths, path + ".")
            default:
                let inner = element.value.computedPaths(at: path)
                paths.computation.computed.formUnion(inner.computed)
                paths.computation.renamed.merge(inner.renamed) { $1 }
            }
        }
    }
}

extension Value {
    /// Whether documents are grouped by one value with it as `_id`, not by several fields.
    fileprivate var isOneValue: Bool {
        guard case .document(let document) = self, !document.isConditions else { return true }
        return document.keys.count == 1
    }
}
