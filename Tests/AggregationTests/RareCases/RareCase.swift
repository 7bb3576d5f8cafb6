import Documents
import Testing

/// A pipeline and what becomes of its documents.
struct RareCase: Sendable, CustomTestStringConvertible {
    enum Ending: Sendable { case documents(Int), error }

    let testDescription: String
    let made: Case
    let ending: Ending

    init(_ name: String, _ pipeline: [Document], _ documents: [Document], _ ending: Ending) {
        testDescription = name
        made = Case(pipeline: pipeline, documents: documents)
        self.ending = ending
    }
}

extension RareCase {
    /// Fails for a document without `q`.
    static let failing: Document = ["$expr": ["$size": "$q"]]
    static let document: [Document] = [["a": 2]]

    static func both(_ first: Document, _ second: Document) -> Document {
        ["$match": ["$and": [.document(first), .document(second)]]]
    }

    static func either(_ members: Document...) -> Document {
        ["$match": ["$or": .list(members.map { .document($0) })]]
    }
}
