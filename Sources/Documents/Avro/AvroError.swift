/// Why a schema, a packet or a document could not be read or written as Avro.
public struct AvroError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The field by its dotted path, `candidate.ra` or `prv_candidates.3.jd`; empty for the packet or schema
    /// itself.
    public let field: String
    /// Where in the bytes given, counted from 0; nil where there are no bytes or no one place in them.
    public let offset: Int?
    /// What is wrong, lower case, without a period.
    public let reason: String

    /// One line: field, reason and place.
    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return field.isEmpty ? "avro: \(reason)\(place)" : "avro: \(field): \(reason)\(place)"
    }

    /// - Parameters:
    ///   - reason: what is wrong.
    ///   - field: the dotted path.
    ///   - offset: where in the bytes.
    init(_ reason: String, field: String = "", at offset: Int? = nil) {
        self.field = field
        self.offset = offset
        self.reason = reason
    }
}
