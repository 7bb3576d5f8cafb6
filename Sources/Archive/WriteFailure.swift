import Mongo

/// A write that the database refused although the request was in order: what is stored is not as it should be. Nothing
/// of it is for clients.
struct WriteFailure: Error, CustomStringConvertible {
    /// What the database said.
    let error: MongoError

    var description: String { error.description }
}

extension BulkResult {
    /// Throws the first failure other than that a document is there already.
    func check() throws(WriteFailure) {
        if let failure = failures.first { throw WriteFailure(error: failure.error) }
    }
}
