/// What is said about a route in the API's documentation.
public struct RouteDescription: Sendable {
    /// What it does, in one sentence.
    public var summary: String
    /// What is worth knowing besides, in CommonMark; empty where the sentence is enough.
    public var details: String
    /// The heading under which it stands, such as `queries`.
    public var tag: String
    /// Parameters after the question mark; those of the path come from the pattern.
    public var query: [Schema.Property]
    /// Shapes of the path's parameters, by name; a text where nothing is said.
    public var path: [String: Schema]
    /// The JSON that the body must be; nil where there is none.
    public var body: Schema?
    /// Other media types that the body may have, such as `text/csv`, with what it is then.
    public var otherBodies: [String: Schema] = [:]
    /// Whether the body may be left out.
    public var isBodyOptional: Bool
    /// What it answers, by status.
    public var answers: [Int: Answer]
    /// Requests that show its use; where there is none, one is made of the shapes.
    public var examples: [Example]

    /// A request that shows the use of a route.
    public struct Example: Sendable, Equatable {
        /// Path and query, percent-encoded, such as `/api/filters/7`.
        public let target: String
        /// The JSON of the body; nil for none.
        public let body: String?
        /// What it does, where it is not plain.
        public let meaning: String

        /// - Parameters:
        ///   - target: path and query, percent-encoded.
        ///   - body: the JSON of the body; nil for none.
        ///   - meaning: what it does, where it is not plain.
        public init(_ target: String, body: String? = nil, meaning: String = "") {
            self.target = target
            self.body = body
            self.meaning = meaning
        }
    }

    /// What comes with a status.
    public struct Answer: Sendable {
        /// When it comes.
        public let meaning: String
        /// Shapes by media type; empty where any body may come.
        public let content: [String: Schema]

        /// - Parameters:
        ///   - meaning: when it comes.
        ///   - content: shapes by media type; empty where nothing is said of the body.
        public init(meaning: String, content: [String: Schema] = [:]) {
            self.meaning = meaning
            self.content = content
        }

        /// An answer in JSON.
        public static func json(_ meaning: String, _ schema: Schema) -> Answer {
            Answer(meaning: meaning, content: ["application/json": schema])
        }

        /// An answer of another type, such as `image/png`, or of one of several.
        public static func other(_ meaning: String, _ types: String...) -> Answer {
            let content = types.map { ($0, Schema.string(format: "binary")) }
            return Answer(meaning: meaning, content: Dictionary(content) { first, _ in first })
        }
    }

    /// - Parameters:
    ///   - summary: what the route does, in one sentence.
    ///   - tag: the heading under which it stands.
    public init(
        _ summary: String, tag: String, details: String = "", path: [String: Schema] = [:],
        query: [Schema.Property] = [],
        body: Schema? = nil, isBodyOptional: Bool = false, answers: [Int: Answer] = [:],
        examples: [Example] = []
    ) {
        self.summary = summary
        self.details = details
        self.tag = tag
        self.path = path
        self.query = query
        self.body = body
        self.isBodyOptional = isBodyOptional
        self.answers = answers
        self.examples = examples
    }
}
