import Archive
import Documents

/// The JSON of a request's body.
enum JSONBody {
    /// The object that a body is.
    /// - Throws: `JSONError`, or `RequestError` where it is not an object.
    static func object(
        _ body: [UInt8], wrappers: ExtendedJSON.Wrappers = .recognised
    ) throws -> Document {
        guard case .document(let document) = try ExtendedJSON.value(from: body, wrappers: wrappers) else {
            throw RequestError(.type, "the body must be a JSON object")
        }
        return document
    }
}
