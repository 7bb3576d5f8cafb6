import Documents
import Mongo

/// A case in which the engines differ.
struct Difference: CustomStringConvertible {
    let made: Case
    let ours: Verdict
    let theirs: Verdict
    private let database: Database
    private let order: Order

    /// Nil where they agree.
    init?(_ made: Case, _ database: Database, _ order: Order) async throws {
        ours = made.ours
        theirs = try await made.verdict(of: database)
        guard !ours.agrees(with: theirs, order) else { return nil }
        self.made = made
        self.database = database
        self.order = order
    }

    /// A smaller case in which they still differ.
    func shrunk() async throws -> Difference {
        for smaller in made.smaller {
            // A part left out may make another, uninteresting difference.
            if let difference = try await Difference(smaller, database, order),
                difference.ours.kind == ours.kind, difference.theirs.kind == theirs.kind
            {
                return try await difference.shrunk()
            }
        }
        return self
    }

    var description: String {
        """
        pipeline:
            \(made.pipeline.map(\.canonical).joined(separator: "\n    "))
        documents:
            \(made.documents.map(\.canonical).joined(separator: "\n    "))
        ours:
            \(ours)
        mongod's:
            \(theirs)
        """
    }
}

extension Case {
    /// The case with one document or one stage less, or with one field or element of a document left out.
    fileprivate var smaller: [Case] {
        var cases: [Case] = []
        if documents.count > 1 {
            for index in documents.indices { cases.append(with { $0.documents.remove(at: index) }) }
        }
        if pipeline.count > 1 {
            for index in pipeline.indices { cases.append(with { $0.pipeline.remove(at: index) }) }
        }
        for (index, document) in documents.enumerated() {
            for smaller in document.smaller { cases.append(with { $0.documents[index] = smaller }) }
        }
        for (index, stage) in pipeline.enumerated() {
            for element in stage.elements {
                for smaller in element.value.smaller {
                    cases.append(
                        with { $0.pipeline[index] = Document(dictionaryLiteral: (element.key, smaller)) })
                }
            }
        }
        return cases
    }

    private func with(_ change: (inout Case) -> Void) -> Case {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Document {
    /// The document with one field left out or made smaller.
    fileprivate var smaller: [Document] {
        let fields = elements.map { ($0.key, $0.value) }
        return fields.indices.flatMap { index in
            var without = fields
            without.remove(at: index)
            return [Document(fields: without)]
                + fields[index].1.smaller.map { smaller in
                    var changed = fields
                    changed[index].1 = smaller
                    return Document(fields: changed)
                }
        }
    }

    private init(fields: [(String, Value)]) {
        var writer = DocumentWriter()
        for (key, value) in fields { writer.append(key, value) }
        self = writer.finish()
    }
}

extension Value {
    /// The value with a part left out or made smaller, or a part of it.
    fileprivate var smaller: [Value] {
        switch self {
        case .document(let document):
            return document.elements.map(\.value) + document.smaller.map { .document($0) }
        case .array(let list):
            let elements = list.elements.map(\.value)
            return elements.indices.flatMap { index in
                var without = elements
                without.remove(at: index)
                return [Value.list(without)]
                    + elements[index].smaller.map { smaller in
                        var changed = elements
                        changed[index] = smaller
                        return .list(changed)
                    }
            }
        case .int32(let number) where number != 0: return [.int32(0)]
        case .string(let text) where text.utf8.count > 1 && !text.hasPrefix("$"): return [.string("a")]
        default: return []
        }
    }
}
