/// The shape of a value in a request or an answer, in the terms of OpenAPI 3.0, for the API's documentation.
public indirect enum Schema: Sendable {
    /// Any JSON.
    case anything
    /// A text; `allowed` are all that there are where it is not empty, and `pattern` is a regular expression that it
    /// matches.
    case string(format: String? = nil, allowed: [String] = [], pattern: String? = nil, minimumLength: Int = 0)
    /// An integer; `minimum` where it has one.
    case integer(minimum: Int? = nil, maximum: Int? = nil)
    /// Any number.
    case number
    /// true or false.
    case boolean
    /// A list of values of one shape.
    case array(Schema)
    /// An object with known fields, and with others unless `isClosed`.
    case object([Property], isClosed: Bool = false)
    /// An object with names of the client's choice.
    case map(Schema)
    /// One of several shapes.
    case either([Schema])
    /// The shape, or null.
    case nullable(Schema)
    /// A shape with a word about it.
    case explained(String, Schema)
    /// A shape with an example of it, in JSON.
    case example(String, Schema)

    /// A field of an object.
    public struct Property: Sendable {
        /// Its name.
        public let name: String
        /// Its shape.
        public let schema: Schema
        /// Whether it must be there.
        public let isRequired: Bool

        /// A field that must be there.
        public static func required(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        /// A field that may be there.
        public static func optional(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }
}
