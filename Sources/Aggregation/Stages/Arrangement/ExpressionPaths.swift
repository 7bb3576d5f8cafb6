import Documents

/// Which fields an expression reads, as far as MongoDB cares when it takes a filter past a stage.
struct ExpressionReads {
    var paths: Set<String> = []
    /// Whether it reads the document as a whole.
    var everything = false
}

/// What becomes of the paths that a stage computes.
struct ComputedPaths {
    var computed: Set<String> = []
    /// New names of fields that are only renamed, with the old ones.
    var renamed: [String: String] = [:]
}

/// A reference of an expression into the document.
private struct DocumentReference {
    /// Nil where all of it is meant.
    let path: String?
}

extension Value {
    /// What it reads as an expression.
    var reads: ExpressionReads {
        var reads = ExpressionReads()
        _ = rewritten { path in
            if let path { reads.paths.insert(path) } else { reads.everything = true }
            return path
        }
        return reads
    }

    /// The expression with its paths into the document replaced.
    /// - Parameter change: is given each, nil where the document itself is meant.
    func rewritten(_ change: (String?) -> String?) -> Value { rewritten(isCurrentRoot: true, change) }

    /// - Parameter isCurrentRoot: whether `$$CURRENT` is the document.
    fileprivate func rewritten(isCurrentRoot: Bool, _ change: (String?) -> String?) -> Value {
        switch self {
        case .string(let text) where text.hasPrefix("$"):
            guard let reference = text.reference(isCurrentRoot: isCurrentRoot) else { return self }
            // A new path MongoDB always writes as one into `$$CURRENT`.
            guard let new = change(reference.path), new != reference.path else { return self }
            return .string("$" + new)
        case .array(let list):
            return .list(list.elements.map { $0.value.rewritten(isCurrentRoot: isCurrentRoot, change) })
        case .document(let document):
            var writer = DocumentWriter()
            for element in document.elements {
                writer.append(
                    element.key, element.rewrittenArgument(isCurrentRoot: isCurrentRoot, change))
            }
            return .document(writer.finish())
        default: return self
        }
    }

    /// The arguments of an operator that gives values names.
    /// - Parameters:
    ///   - inner: the arguments that see them.
    ///   - hidesCurrent: whether `$$CURRENT` is among the names.
    fileprivate func rewritten(
        _ inner: Set<String>, hidesCurrent: Bool, isCurrentRoot: Bool, _ change: (String?) -> String?
    ) -> Value {
        guard case .document(let arguments) = self else {
            return rewritten(isCurrentRoot: isCurrentRoot, change)
        }
        var writer = DocumentWriter()
        for argument in arguments.elements {
            let isRoot = isCurrentRoot && !(hidesCurrent && inner.contains(argument.key))
            writer.append(argument.key, argument.value.rewritten(isCurrentRoot: isRoot, change))
        }
        return .document(writer.finish())
    }

    /// What an expression whose value is put at a path computes.
    /// - Parameter variable: whose fields count as renamed; nil for the document.
    func computedPaths(at path: String, renaming variable: String? = nil) -> ComputedPaths {
        switch self {
        case .string(let text):
            if let name = text.fieldName(of: variable) { return ComputedPaths(renamed: [path: name]) }
        case .document(let document) where !document.isConditions:
            return document.elements.reduce(into: ComputedPaths()) { all, element in
                let inner = element.value.computedPaths(at: "\(path).\(element.key)", renaming: variable)
                all.computed.formUnion(inner.computed)
                all.renamed.merge(inner.renamed) { $1 }
            }
        case .document(let document):
            guard
                case .document(let arguments)? = document.elements.first(where: { $0.key == "$map" })?.value,
                let list = arguments.string(at: "input")?.fieldName(of: variable),
                let each = arguments.elements.first(where: { $0.key == "in" })?.value
            else { break }
            var inner = each.computedPaths(at: path, renaming: arguments.string(at: "as") ?? "this")
            if inner.renamed.isEmpty { break }
            inner.renamed = inner.renamed.mapValues { "\(list).\($0)" }
            return inner
        default: break
        }
        return ComputedPaths(computed: [path])
    }
}

extension Element {
    fileprivate func rewrittenArgument(isCurrentRoot: Bool, _ change: (String?) -> String?) -> Value {
        switch (key, value) {
        case ("$literal", _), ("$const", _): return value
        case ("$let", .document(let arguments)):
            let names = arguments.document(at: "vars")?.keys ?? []
            return value.rewritten(
                ["in"], hidesCurrent: names.contains("CURRENT"), isCurrentRoot: isCurrentRoot, change)
        case ("$map", .document(let arguments)), ("$filter", .document(let arguments)):
            return value.rewritten(
                ["in", "cond"], hidesCurrent: arguments.string(at: "as") == "CURRENT",
                isCurrentRoot: isCurrentRoot, change)
        case ("$getField", let argument):
            // With nothing but a name it is a field of `$$CURRENT`.
            let hasInput = argument.document?.keys.contains("field") ?? false
            if !hasInput, isCurrentRoot { _ = change(nil) }
        default: break
        }
        return value.rewritten(isCurrentRoot: isCurrentRoot, change)
    }
}

extension String {
    /// The reference into the document that it is; nil for all other references.
    fileprivate func reference(isCurrentRoot: Bool) -> DocumentReference? {
        guard hasPrefix("$$") else {
            return isCurrentRoot ? DocumentReference(path: String(dropFirst())) : nil
        }
        let parts = dropFirst(2).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "ROOT" || parts[0] == "CURRENT" && isCurrentRoot else { return nil }
        return DocumentReference(path: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// The name of the field that it refers to, where it is one directly in a variable; nil for all else.
    fileprivate func fieldName(of variable: String?) -> String? {
        var path: String?
        if let variable {
            let base = "$$\(variable)."
            if hasPrefix(base) { path = String(dropFirst(base.count)) }
        } else if hasPrefix("$") {
            path = reference(isCurrentRoot: true)?.path
        }
        return path.flatMap { $0.contains(".") ? nil : $0 }
    }
}
