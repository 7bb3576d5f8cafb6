import Documents

/// What a condition of the query language says of a document, with its parts.
struct ConditionExplanation {
    /// Whether the document fulfils it; nil where that cannot be said.
    let verdict: Bool?
    /// The part that failed, as a condition of its own; nil where the document fulfils it.
    let failing: Document?
    /// `{condition, verdict, values, parts, error}`.
    let document: Document

    /// - Parameters:
    ///   - filter: the condition: all of its members must hold.
    ///   - record: the document.
    init(of filter: Document, for record: Record, _ scene: Scene) {
        let members = filter.elements.flatMap(Self.split)
        guard members.count == 1 else {
            self.init(
                of: filter, parts: members.map { ConditionExplanation(of: $0, for: record, scene) }, record,
                scene)
            return
        }
        let member = members[0]
        guard let element = member.elements.first(where: { _ in true }) else {
            self.init(of: member, parts: [], record, scene)
            return
        }
        switch element.key {
        case "$and", "$or", "$nor":
            let parts = (element.value.list ?? []).compactMap(\.document)
            self.init(
                of: member, joinedBy: element.key,
                parts: parts.map { ConditionExplanation(of: $0, for: record, scene) }, record, scene)
        case "$expr": self.init(ofExpression: element.value, for: record, scene)
        default: self.init(of: member, onField: element.key, record, scene)
        }
    }

    /// A field's conditions one by one: `{a: {$gt: 1, $lt: 2}}` are two. What belongs together stays together.
    private static func split(_ element: Element) -> [Document] {
        let whole = Document(dictionaryLiteral: (element.key, element.value))
        guard !element.key.hasPrefix("$"), let operators = element.value.document, operators.keys.count > 1,
            operators.keys.allSatisfy({ $0.hasPrefix("$") }), !operators.keys.contains("$options"),
            !operators.keys.contains("$ref")
        else { return [whole] }
        return operators.elements.map { [element.key: .document([$0.key: $0.value])] }
    }

    /// A condition with parts.
    private init(
        of filter: Document, joinedBy operation: String = "$and", parts: [ConditionExplanation],
        _ record: Record,
        _ scene: Scene
    ) {
        let (verdict, error) = Self.verdict(of: filter, for: record, scene)
        self.verdict = verdict
        if verdict == true {
            failing = nil
        } else if operation == "$and", !parts.isEmpty {
            let failed = parts.compactMap(\.failing)
            failing =
                failed.isEmpty
                ? filter : failed.count == 1 ? failed[0] : ["$and": .list(failed.map { .document($0) })]
        } else {
            failing = filter
        }
        document = Self.document(filter, verdict, error: error, parts: parts.map(\.document))
    }

    /// A condition on one field.
    private init(of filter: Document, onField path: String, _ record: Record, _ scene: Scene) {
        let (verdict, error) = Self.verdict(of: filter, for: record, scene)
        self.verdict = verdict
        failing = verdict == true ? nil : filter
        var seen: [Datum]?
        do { seen = try values(at: path, in: record) } catch { seen = nil }
        document = Self.document(filter, verdict, error: error, values: seen)
    }

    /// `$expr`.
    private init(ofExpression expression: Value, for record: Record, _ scene: Scene) {
        let explanation = ExpressionExplanation(of: expression, for: record, scene)
        verdict = explanation.truth
        failing = verdict == true ? nil : ["$expr": explanation.failing]
        document = Self.document(
            ["$expr": expression], verdict, error: nil, parts: [explanation.document])
    }

    private static func verdict(
        of filter: Document, for record: Record, _ scene: Scene
    ) -> (verdict: Bool?, error: String?) {
        var compiler = Compiler()
        do throws(CompileError) {
            let predicate = try compiler.predicate(filter, Place())
            var run = scene.newRun(compiler, on: record)
            do throws(Failure) { return (try predicate.holds(for: record, &run), nil) } catch {
                return (nil, "\(error)")
            }
        } catch {
            return (nil, "\(error)")
        }
    }

    private static func document(
        _ condition: Document, _ verdict: Bool?, error: String?, values: [Datum]? = nil,
        parts: [Document] = []
    ) -> Document {
        var writer = DocumentWriter()
        writer.append("condition", document: condition)
        writer.append("verdict", verdict.map { Value.bool($0) } ?? .null)
        if let values { writer.append("values", .list(values.prefix(Shown.most).map(Shown.value))) }
        if let values, values.count > Shown.most {
            writer.append("values_in_all", .integer(Int64(values.count)))
        }
        if let error { writer.append("error", string: error) }
        if parts.count > 1 || (parts.count == 1 && values == nil) {
            writer.append("parts", .list(parts.map { .document($0) }))
        }
        return writer.finish()
    }
}

extension Failure: CustomStringConvertible {
    /// The reason as users read it.
    var description: String {
        switch self {
        case .error(let code, let reason): code == 0 ? reason : "\(reason) (code \(code))"
        case .unsupported(let what): "\(what) is left to MongoDB"
        case .exhausted(let reason): "it takes \(reason)"
        case .later: "a field has not been fetched"
        }
    }
}
