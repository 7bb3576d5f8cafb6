import Documents
import Synchronization

/// How large the documents of a catalogue have been, by catalogue and projection: so that a query asks for as many at a
/// time as fit into a bounded memory, and for all of them at once where they are small.
final class DocumentSizes: Sendable {
    /// What is asked for at a time, in bytes.
    private static let batchBytes = 1 << 17
    /// Kinds of queries that are remembered.
    private static let remembered = 1024
    /// What is asked for first where nothing is known: documents may have 100 kB, and many may ask at once.
    private static let firstCount = 8
    private static let mostDocuments = 2000

    private struct Key: Hashable {
        let catalog: String
        let projection: Int
    }

    private let means = Mutex<[Key: Int]>([:])

    /// How many documents to ask for at first.
    func count(_ catalog: String, _ projection: Document?) -> Int {
        let mean = means.withLock { $0[Self.key(catalog, projection)] }
        guard let mean, mean > 0 else { return Self.firstCount }
        return max(1, min(Self.mostDocuments, Self.batchBytes / mean))
    }

    /// Notes the mean size of documents, in bytes; nil where there were none.
    func note(_ mean: Int?, _ catalog: String, _ projection: Document?) {
        guard let mean else { return }
        means.withLock { means in
            if means.count >= Self.remembered { means.removeAll() }
            means[Self.key(catalog, projection)] = mean
        }
    }

    private static func key(_ catalog: String, _ projection: Document?) -> Key {
        Key(catalog: catalog, projection: projection?.view.fingerprint ?? 0)
    }
}
