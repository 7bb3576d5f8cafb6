import Documents
import Mongo
@_exported import TestSupport

/// Documents `{_id: 0, text}`, `{_id: 1, text}`, …
func numbered(_ range: Range<Int>, text: String = "x") -> [Document] {
    range.map { ["_id": .integer(Int64($0)), "text": .string(text)] }
}

/// The error that a piece of work ends with; nil if it does not.
func mongoError(_ work: () async throws -> Void) async throws -> MongoError? {
    do {
        try await work()
        return nil
    } catch let error as MongoError {
        return error
    }
}
