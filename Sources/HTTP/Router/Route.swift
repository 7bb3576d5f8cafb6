/// Answers a request, or throws what becomes an answer (see `ResponseError`).
public typealias RequestHandler = @Sendable (Request) async throws -> Response

/// What stands around a handler: sees the request on its way in, calls `next` or not, and sees the answer on
/// its way out.
public typealias Middleware = @Sendable (_ request: Request, _ next: RequestHandler) async throws -> Response

/// One declared route: what it answers and what is said about it.
public struct Route: Sendable {
    /// The method that it answers.
    public let method: String
    /// The pattern of its path, such as `/api/filters/{filter_id}`.
    public let pattern: String
    /// What is said about it.
    public let description: RouteDescription
    /// Whether HEAD is answered as GET without body.
    public let answersHead: Bool
    /// What the declaring program says besides, for its middleware.
    public let metadata: [String: any Sendable]
    /// What answers.
    let handler: RequestHandler

    /// The pattern without the kinds of its parameters, as OpenAPI has it: `/api/filters/{filter_id}`.
    public var template: String {
        "/" + segments.map(\.template).joined(separator: "/")
    }

    /// The parameters of the path in their order, with the shapes that the description or else the pattern says.
    public var pathParameters: [Schema.Property] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .digits(let name): .required(name, description.path[name] ?? .integer(minimum: 0))
            case .any(let name): .required(name, description.path[name] ?? .string(minimumLength: 1))
            }
        }
    }

    /// Those of a pattern that could be declared.
    private var segments: [RoutePattern.Segment] { RoutePattern(pattern)?.segments ?? [] }
}

/// An error that knows its answer.
public protocol ResponseError: Error {
    /// What the client gets.
    var response: Response { get }
}
