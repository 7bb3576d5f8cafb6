import Documents

/// Which fields a stage changes, as far as MongoDB cares when it takes filters past the stage.
struct Effect {
    private enum Change {
        /// These paths.
        case only([String])
        /// All paths but these and what lies below them.
        case allBut([String])
    }

    private let change: Change
    /// New names of fields that are only renamed, with the old ones.
    private var renamed: [String: String] = [:]

    /// Nil for stages that no filter is taken past.
    init?(of name: String, _ argument: Value) {
        switch (name, argument) {
        case ("$sort", _): change = .only([])
        case ("$unset", .string(let path)): change = .only([path])
        case ("$unset", .array(let list)): change = .only(list.elements.compactMap(\.value.string))
        case ("$unwind", .string(let path)): change = .only([String(path.dropFirst())])
        case ("$unwind", .document(let fields)):
            let paths = fields.elements.compactMap { element -> String? in
                element.key == "path"
                    ? element.value.string.map { String($0.dropFirst()) } : element.value.string
            }
            change = .only(paths)
        case ("$addFields", .document(let fields)), ("$set", .document(let fields)):
            let leaves = fields.leaves
            renamed = leaves.renamed
            change = .only(leaves.computed)
        case ("$project", .document(let fields)):
            let leaves = fields.leaves
            let identity = leaves.kept.contains("_id") || !leaves.computed.contains { $0.hasPrefix("_id") }
            let keepsIdentity = identity && !leaves.dropped.contains("_id") && leaves.renamed["_id"] == nil
            if !leaves.kept.filter({ $0 != "_id" }).isEmpty || !leaves.computed.isEmpty
                || !leaves.renamed.isEmpty
                || leaves.dropped.isEmpty
            {
                renamed = leaves.renamed
                let hasPart = leaves.kept.contains { $0.hasPrefix("_id.") }
                change = .allBut(leaves.kept + (keepsIdentity && !hasPart ? ["_id"] : []))
            } else {
                change = .only(leaves.dropped)
            }
        case ("$group", .document(let fields)):
            let leaves = Document(dictionaryLiteral: ("_id", fields.first("_id") ?? .null)).leaves
            renamed = leaves.renamed
            change = .allBut([])
        default: return nil
        }
    }

    /// Whether it sets a path or one that leads to it. (That a path below it may be set MongoDB does not ask before it
    /// sorts.)
    func setsPrefix(of path: String) -> Bool {
        guard case .only(let paths) = change else { return true }
        return paths.contains { path == $0 || path.hasPrefix($0 + ".") }
    }

    /// The filter as it is to be in front of the stage; nil where it must stay behind it.
    func before(_ filter: Document) -> Document? {
        var writer = DocumentWriter()
        for element in filter.elements {
            switch element.key {
            case "$and", "$or", "$nor":
                guard case .array(let list) = element.value else { return nil }
                var members: [Value] = []
                for member in list.elements {
                    guard case .document(let inner) = member.value, let moved = before(inner) else {
                        return nil
                    }
                    members.append(.document(moved))
                }
                writer.append(element.key, .list(members))
            case "$expr":
                guard let moved = before(expression: element.value) else { return nil }
                writer.append(element.key, moved)
            case let path where path.utf8.first == UInt8(ascii: "$"): return nil
            default:
                guard element.value.isRenameable, let path = before(path: element.key) else { return nil }
                writer.append(path, element.value)
            }
        }
        return writer.finish()
    }

    /// The expression as it is to be in front of the stage; nil where it reads what the stage makes, or everything.
    private func before(expression value: Value) -> Value? {
        switch value {
        case .string(let text) where text.hasPrefix("$"):
            var base = "$"
            for variable in ["$$ROOT", "$$CURRENT"] where text.hasPrefix(variable) {
                guard text.hasPrefix(variable + ".") else { return nil }
                base = variable + "."
            }
            if base == "$", text.hasPrefix("$$") { return value }
            return before(path: String(text.dropFirst(base.count))).map { .string(base + $0) }
        case .document(let document), .array(let document):
            var writer = DocumentWriter()
            for element in document.elements {
                let isLiteral = element.key == "$literal"
                guard let moved = isLiteral ? element.value : before(expression: element.value) else {
                    return nil
                }
                writer.append(element.key, moved)
            }
            if case .array = value { return .array(writer.finish()) }
            return .document(writer.finish())
        default: return value
        }
    }

    private func before(path: String) -> String? {
        for (new, old) in renamed {
            if path == new { return old }
            if path.hasPrefix(new + ".") { return old + path.dropFirst(new.count) }
            if new.hasPrefix(path + ".") { return nil }
        }
        return leavesAlone(path) ? path : nil
    }

    private func leavesAlone(_ path: String) -> Bool {
        guard !renamed.keys.contains(where: { touches($0, path) }) else { return false }
        switch change {
        case .only(let paths): return !paths.contains { touches($0, path) }
        case .allBut(let paths): return paths.contains { path == $0 || path.hasPrefix($0 + ".") }
        }
    }

    private func touches(_ left: String, _ right: String) -> Bool {
        left == right || left.hasPrefix(right + ".") || right.hasPrefix(left + ".")
    }
}

/// The paths in the argument of a `$project` or `$addFields`.
private struct Leaves {
    var kept: [String] = []
    var dropped: [String] = []
    var computed: [String] = []
    var renamed: [String: String] = [:]
}

extension Document {
    fileprivate func first(_ key: String) -> Value? { elements.first { $0.key == key }?.value }

    fileprivate var leaves: Leaves {
        var leaves = Leaves()
        collect(&leaves, "")
        return leaves
    }

    private func collect(_ leaves: inout Leaves, _ base: String) {
        for element in elements {
            let path = base + element.key
            switch element.value {
            case .bool, .int32, .int64, .double:
                let isKept = element.value != .bool(false) && element.value.double != 0
                if isKept { leaves.kept.append(path) } else { leaves.dropped.append(path) }
            case .document(let inner) where inner.keys.first?.hasPrefix("$") == false:
                inner.collect(&leaves, path + ".")
            case .string(let text) where text.hasPrefix("$") && !text.hasPrefix("$$") && !text.contains("."):
                leaves.renamed[path] = String(text.dropFirst())
            default: leaves.computed.append(path)
            }
        }
    }
}

extension Value {
    /// Whether MongoDB takes a condition on a field past a stage: not those that look into arrays on their own.
    fileprivate var isRenameable: Bool {
        guard case .document(let document) = self else { return true }
        return document.elements.allSatisfy { element in
            switch element.key {
            case "$elemMatch", "$size", "$geoWithin", "$geoIntersects", "$near", "$nearSphere": false
            case "$not": element.value.isRenameable
            case "$all": element.value.list?.allSatisfy(\.isRenameable) ?? true
            default: true
            }
        }
    }
}
