import Documents

extension Compiler {
    /// The names of a dotted path.
    func path(_ text: String, _ place: Place) throws(CompileError) -> [String] {
        var names: [String] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let name = String(part)
            try checkName(name, place)
            names.append(name)
        }
        guard names.count <= Self.maximumPathLength else {
            throw CompileError(.invalid, place, "the path is too long")
        }
        return names
    }

    /// MongoDB's limit for the names in a path.
    private static var maximumPathLength: Int { 200 }

    /// Compiles the argument of `$project`.
    mutating func projection(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        guard case .document(let specification) = argument else {
            throw CompileError(.invalid, place, "must be an object")
        }
        guard !specification.isEmpty else { throw CompileError(.invalid, place, "must name a field") }
        var reading = ProjectionReading()
        try reading.read(specification, into: reading.tree, isTop: true, &self, place)
        let tree = reading.tree
        if reading.kind == .exclusion || reading.kind == nil && reading.leavesOutIdentity {
            if !reading.leavesOutIdentity, reading.keepsIdentity { tree.remove("_id") }
            return Exclusion(node: tree.node(&self))
        }
        if reading.leavesOutIdentity {
            tree.remove("_id")
        } else if !tree.has("_id") {
            try tree.add(["_id"], .named, place)
        }
        return Inclusion(node: tree.node(&self))
    }

    /// Compiles the argument of `$unset`.
    mutating func exclusion(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        let tree = ProjectionTree()
        switch argument {
        case .string(let text): try tree.add(try path(text, place), .named, place)
        case .array(let list) where !list.isEmpty:
            for element in list.elements {
                guard case .string(let text) = element.value else {
                    throw CompileError(.invalid, place, "must name fields")
                }
                try tree.add(try path(text, place), .named, place)
            }
        default: throw CompileError(.invalid, place, "must be a string or an array of strings")
        }
        return Exclusion(node: tree.node(&self))
    }

    /// Compiles the argument of `$addFields`.
    mutating func addition(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        guard case .document(let specification) = argument else {
            throw CompileError(.invalid, place, "must be an object")
        }
        let tree = ProjectionTree()
        for element in specification.elements {
            let place = place.at(element.key)
            let path = try path(element.key, place)
            try addition(element.value, to: tree, path, place)
        }
        return AddFields(node: tree.node(&self))
    }

    private mutating func addition(
        _ value: Value, to tree: ProjectionTree, _ path: [String], _ place: Place
    ) throws(CompileError) {
        guard case .document(let document) = value, !document.isOperator else {
            try tree.add(path, .computed(try expression(value, place)), place)
            return
        }
        guard !document.isEmpty else { throw CompileError(.invalid, place, "must not be empty") }
        guard path.count < Self.maximumPathLength else {
            throw CompileError(.invalid, place, "is nested too deeply")
        }
        let inside = try tree.inside(path, place)
        for element in document.elements {
            let place = place.at(element.key)
            try checkName(element.key, place)
            try addition(element.value, to: inside, [element.key], place)
        }
    }
}

extension Document {
    /// Whether it is an operator with its argument, or is meant to be one.
    fileprivate var isOperator: Bool {
        elements.first { _ in true }?.key.utf8.first == UInt8(ascii: "$")
    }
}

/// What `$project` says, while it is read.
private struct ProjectionReading {
    enum Kind { case inclusion, exclusion }

    let tree = ProjectionTree()
    /// Nil as long as only `_id` was mentioned.
    var kind: Kind?
    var keepsIdentity = false
    var leavesOutIdentity = false
    private var depth = 0

    mutating func read(
        _ specification: Document, into tree: ProjectionTree, isTop: Bool, _ compiler: inout Compiler,
        _ place: Place
    ) throws(CompileError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 200 else { throw CompileError(.invalid, place, "is nested too deeply") }
        for element in specification.elements {
            let (key, value) = (element.key, element.value)
            let place = place.at(key)
            let path = try compiler.path(key, place)
            switch value {
            case .bool, .int32, .int64, .double:
                let isKept = value != .bool(false) && value.double != 0
                try tree.add(path, .named, place)
                if isTop, key == "_id" {
                    if isKept { keepsIdentity = true } else { leavesOutIdentity = true }
                } else {
                    try settle(isKept ? .inclusion : .exclusion, place)
                }
            case .decimal128: throw CompileError(.unsupported, place, "decimal128")
            case .document(let inner) where inner.isEmpty:
                throw CompileError(.invalid, place, "must not be empty")
            case .document(let inner) where inner.isOperator && inner.keys.count == 1:
                try compute(value, path, tree, &compiler, place)
            case .document(let inner):
                try read(inner, into: try tree.inside(path, place), isTop: false, &compiler, place)
            default: try compute(value, path, tree, &compiler, place)
            }
        }
    }

    private mutating func compute(
        _ value: Value, _ path: [String], _ tree: ProjectionTree, _ compiler: inout Compiler, _ place: Place
    ) throws(CompileError) {
        if case .document(let document) = value, document.keys.contains("$elemMatch") {
            throw CompileError(.invalid, place, "$elemMatch is not for projections of pipelines")
        }
        try settle(.inclusion, place)
        try tree.add(path, .computed(try compiler.expression(value, place)), place)
    }

    private mutating func settle(_ wanted: Kind, _ place: Place) throws(CompileError) {
        guard kind == nil || kind == wanted else {
            throw CompileError(.invalid, place, "fields are to be kept or left out, not both")
        }
        kind = wanted
    }
}
