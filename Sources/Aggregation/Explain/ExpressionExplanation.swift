import Documents

/// What an expression makes of a document, with the values of its parts.
struct ExpressionExplanation {
    /// Whether the value counts as true; nil where there is none.
    let truth: Bool?
    /// The part that is not true, as an expression of its own: an `$and`'s operands that are not, or all of it.
    let failing: Value
    /// `{expression, value, parts, error}`.
    let document: Document

    /// Operators whose named arguments are evaluated for each element of an array, and not by themselves.
    private static let inner: Set<String> = [
        "in", "cond", "then", "else", "default", "onNull", "onError", "as", "vars",
    ]

    /// - Parameters:
    ///   - expression: the expression as it was written.
    ///   - scope: the `vars` of the `$let`s around it, outermost first.
    init(of expression: Value, for record: Record, _ scene: Scene, scope: [Value] = []) {
        let (datum, error) = Self.evaluate(expression, for: record, scene, scope)
        truth = datum.flatMap { datum in try? datum.truth() }
        let sources = Self.parts(of: expression, scope)
        let parts = sources.map { ExpressionExplanation(of: $0.part, for: record, scene, scope: $0.scope) }
        let failed = zip(sources, parts).filter { $0.1.truth != true }
        if let operation = expression.operation, operation == "$and", truth == false, !failed.isEmpty {
            failing = failed.count == 1 ? failed[0].1.failing : ["$and": .list(failed.map(\.1.failing))]
        } else {
            failing = scope.reversed().reduce(expression) { ["$let": ["vars": $1, "in": $0]] }
        }
        var writer = DocumentWriter()
        writer.append("expression", expression)
        if let datum { writer.append("value", Shown.value(datum)) }
        if let error { writer.append("error", string: error) }
        if !parts.isEmpty { writer.append("parts", .list(parts.map { .document($0.document) })) }
        document = writer.finish()
    }

    private static func evaluate(
        _ expression: Value, for record: Record, _ scene: Scene, _ scope: [Value]
    ) -> (datum: Datum?, error: String?) {
        var compiler = Compiler()
        let whole = scope.reversed().reduce(expression) { ["$let": ["vars": $1, "in": $0]] }
        do throws(CompileError) {
            let compiled = try compiler.expression(whole, Place())
            var run = scene.newRun(compiler, on: record)
            do throws(Failure) { return (try compiled.value(&run), nil) } catch { return (nil, "\(error)") }
        } catch {
            return (nil, "\(error)")
        }
    }

    /// The parts that have a value in the same scope, constants left out.
    private static func parts(of expression: Value, _ scope: [Value]) -> [(part: Value, scope: [Value])] {
        guard let operation = expression.operation,
            let argument = expression.document?.elements.first(where: { _ in true })?.value
        else { return [] }
        switch (operation, argument) {
        case ("$literal", _): return []
        case ("$let", .document(let arguments)):
            guard let variables = arguments.element(key: "vars")?.value else { return [] }
            let inner = arguments.element(key: "in").map { [($0.value, scope + [variables])] } ?? []
            return (variables.document?.elements.map { ($0.value, scope) } ?? []) + inner
        case ("$cond", .document(let arguments)):
            return arguments.element(key: "if").map { [($0.value, scope)] } ?? []
        case ("$cond", .array(let arguments)): return arguments.elements.prefix(1).map { ($0.value, scope) }
        case ("$switch", .document(let arguments)):
            return arguments.documents(at: "branches").compactMap { $0.element(at: "case")?.value }.map {
                ($0, scope)
            }
        case (_, .array(let arguments)):
            return arguments.elements.map(\.value).filter(\.isComputed).map { ($0, scope) }
        case (_, .document(let arguments)) where arguments.keys.first?.hasPrefix("$") != true:
            return arguments.elements.filter { !inner.contains($0.key) && $0.value.isComputed }.map {
                ($0.value, scope)
            }
        default: return argument.isComputed ? [(argument, scope)] : []
        }
    }
}

extension Value {
    /// The operator of an expression that is one.
    fileprivate var operation: String? {
        guard let first = document?.keys.first, first.hasPrefix("$") else { return nil }
        return first
    }

    /// Whether it names a field or uses an operator, at its top.
    fileprivate var isComputed: Bool { string?.hasPrefix("$") ?? (operation != nil || list != nil) }
}

/// How values are shown: large ones by their type and size.
enum Shown {
    /// More elements are not shown.
    static let most = 10
    /// Bytes of BSON that are shown whole.
    private static let size = 1000

    static func value(_ datum: Datum) -> Value {
        switch datum {
        case .missing: return ["missing": true]
        case .later: return ["missing": true]
        case .array(let list):
            guard list.count > most || list.document.bytes.count > size else { break }
            return ["type": "array", "elements": .integer(Int64(list.count))]
        case .document(let record):
            guard record.document.bytes.count > size else { break }
            return ["type": "object", "fields": .integer(Int64(record.count))]
        case .string(let text):
            guard text.utf8.count > size else { break }
            return .string(String(text.prefix(size)) + "…")
        default: break
        }
        return datum.value ?? .null
    }
}
