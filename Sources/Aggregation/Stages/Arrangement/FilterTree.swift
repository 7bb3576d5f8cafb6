import Documents

/// The argument of a `$match` as MongoDB reads it, taken apart as far as it takes it apart.
indirect enum FilterTree {
    /// All must hold: a document, or an `$and`.
    case all([FilterTree])
    /// None may hold.
    case none([FilterTree])
    case any([FilterTree])
    /// The operators on one path, or a constant.
    case condition(path: String, Value)
    case expression(Value)
    /// What MongoDB takes past no stage.
    case fixed(Document)

    init(_ filter: Document) {
        let members = filter.elements.flatMap(Self.members)
        self = members.count == 1 ? members[0] : .all(members)
    }

    private static func members(of element: Element) -> [FilterTree] {
        let whole = Document(dictionaryLiteral: (element.key, element.value))
        switch element.key {
        case "$and": return [.all(queries(element.value))]
        case "$or": return [.any(queries(element.value))]
        case "$nor": return [.none(queries(element.value))]
        case "$expr": return [.expression(element.value)]
        case "$comment": return []
        case "$ref", "$id", "$db": return [.condition(path: element.key, element.value)]
        case let name where name.utf8.first == UInt8(ascii: "$"): return [.fixed(whole)]
        default: break
        }
        guard case .document(let operators) = element.value, operators.isConditions, !operators.isReference
        else { return [.condition(path: element.key, element.value)] }
        return operators.elements.compactMap { each in
            var pair = Document(dictionaryLiteral: (each.key, each.value))
            switch (each.key, each.value) {
            case ("$options", _): return nil
            case ("$regex", _):
                if let options = operators.elements.first(where: { $0.key == "$options" }) {
                    pair = Document(dictionaryLiteral: (each.key, each.value), ("$options", options.value))
                }
            case ("$all", .array(let list)) where list.isEmpty:
                return .fixed(Document(dictionaryLiteral: (element.key, .document(pair))))
            default: break
            }
            return .condition(path: element.key, .document(pair))
        }
    }

    private static func queries(_ value: Value) -> [FilterTree] {
        value.list?.compactMap { $0.document.map(FilterTree.init) } ?? []
    }

    /// The filter in the query language.
    var document: Document {
        func list(_ members: [FilterTree]) -> Value { .list(members.map { .document($0.document) }) }
        switch self {
        case .all(let members): return members.isEmpty ? [:] : ["$and": list(members)]
        case .none(let members): return ["$nor": list(members)]
        case .any(let members): return ["$or": list(members)]
        case .condition(let path, let value): return Document(dictionaryLiteral: (path, value))
        case .expression(let value): return ["$expr": value]
        case .fixed(let document): return document
        }
    }

    /// The paths that it looks at.
    var reads: Set<String> {
        switch self {
        case .all(let members), .none(let members), .any(let members):
            return members.reduce(into: []) { $0.formUnion($1.reads) }
        case .condition(let path, _): return [path.beforePosition]
        case .expression(let value): return value.reads.paths
        case .fixed: return []
        }
    }

    /// Whether MongoDB takes it past a stage that modifies these paths.
    func isIndependent(of modified: PathSet) -> Bool {
        isMovable && !reads.contains(where: modified.touches)
    }

    private var isMovable: Bool {
        switch self {
        case .all(let members), .none(let members), .any(let members): members.allSatisfy(\.isMovable)
        case .condition(_, let value): value.isMovableCondition
        case .expression(let value): !value.reads.everything
        case .fixed: false
        }
    }

    /// What may go before a stage, and what must stay behind it.
    func split(_ mayGo: (FilterTree) -> Bool) -> (early: FilterTree?, late: FilterTree?) {
        switch self {
        case .all(let members):
            let parts = members.map { $0.split(mayGo) }
            if parts.allSatisfy({ $0.late == nil }) { return (self, nil) }
            return (Self.conjunction(parts.compactMap(\.early)), Self.conjunction(parts.compactMap(\.late)))
        case .none(let members):
            if members.allSatisfy(mayGo) { return (self, nil) }
            // Whole members only: what is left of one would keep back more documents than the whole.
            let (early, late) = (members.filter(mayGo), members.filter { !mayGo($0) })
            return (early.isEmpty ? nil : .none(early), late.isEmpty ? nil : .none(late))
        case .any, .condition, .expression, .fixed: return mayGo(self) ? (self, nil) : (nil, self)
        }
    }

    private static func conjunction(_ members: [FilterTree]) -> FilterTree? {
        members.count > 1 ? .all(members) : members.first
    }

    /// The filter as it is in front of a stage that gives fields new names.
    /// - Parameter names: the old name of each new one.
    func renamed(_ names: [String: String]) -> FilterTree {
        switch self {
        case .all(let members): .all(members.map { $0.renamed(names) })
        case .none(let members): .none(members.map { $0.renamed(names) })
        case .any(let members): .any(members.map { $0.renamed(names) })
        case .condition(let path, let value): .condition(path: path.renamed(names), value)
        // A path that is all of an expression MongoDB does not rename, though it takes it past the stage.
        case .expression(.string): self
        case .expression(let value): .expression(value.rewritten { $0?.renamed(names) })
        case .fixed: self
        }
    }

    /// Whether it asks whether there is a field of this name.
    func asksExistence(of path: String) -> Bool {
        switch self {
        case .all(let members), .none(let members), .any(let members):
            members.contains { $0.asksExistence(of: path) }
        case .condition(let own, let value): value.asksExistence(of: path, isThere: own == path)
        case .expression, .fixed: false
        }
    }
}

extension String {
    /// The path up to a number in it, which may be a position in an array. Its first name is that of a field.
    fileprivate var beforePosition: String {
        let names = split(separator: ".", omittingEmptySubsequences: false)
        let position = names.indices.dropFirst().first { names[$0].isPosition }
        guard let position else { return self }
        return names[..<position].joined(separator: ".")
    }

    /// The path with its beginning replaced.
    fileprivate func renamed(_ names: [String: String]) -> String {
        if names.isEmpty { return self }
        for beginning in PathSet.beginnings(of: self) {
            if let old = names[String(beginning)] { return old + self[beginning.endIndex...] }
        }
        return self
    }
}

extension Substring {
    /// Whether it is a plain number: no sign, no leading zero.
    fileprivate var isPosition: Bool {
        !isEmpty && utf8.allSatisfy { 0x30...0x39 ~= $0 } && (utf8.count == 1 || utf8.first != 0x30)
    }
}

extension Value {
    /// Whether MongoDB takes a condition on a path past a stage: not those that look into arrays on their own.
    fileprivate var isMovableCondition: Bool {
        guard case .document(let document) = self, document.isConditions else { return true }
        return document.elements.allSatisfy { element in
            switch element.key {
            case "$elemMatch", "$size": false
            case "$not": element.value.isMovableCondition
            case "$all": element.value.list?.allSatisfy { !$0.isEmptyList && $0.isMovableCondition } ?? true
            default: true
            }
        }
    }

    private var isEmptyList: Bool { list?.isEmpty ?? false }

    /// Whether a condition asks for existence, itself or inside of an `$elemMatch`.
    fileprivate func asksExistence(of path: String, isThere: Bool) -> Bool {
        guard case .document(let document) = self, document.isConditions else { return false }
        return document.elements.contains { element in
            switch (element.key, element.value) {
            case ("$exists", _): isThere
            case ("$not", let inner): inner.asksExistence(of: path, isThere: isThere)
            case ("$elemMatch", .document(let inner)) where !inner.isConditions:
                FilterTree(inner).asksExistence(of: path)
            default: false
            }
        }
    }
}
