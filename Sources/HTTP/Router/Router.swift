/// The routes of a program while they are declared; `compiled` makes what answers.
///
/// A path is matched as it is: a trailing slash is another path, nothing is folded. Middleware stands around
/// everything, the answers 404 and 405 included, in the order of its declaration, the first outermost; it
/// already sees the route and its parameters.
public struct Router: Sendable {
    /// The routes in the order of their declaration.
    public private(set) var routes: [Route] = []
    private var middleware: [Middleware] = []
    private var trie = RouteTrie()

    /// A router without routes.
    public init() {}

    /// Declares a route. A pattern that is none or a route declared twice is the program's own mistake and
    /// traps.
    ///
    /// - Parameters:
    ///   - pattern: literal segments and parameters: `{name}` matches one segment that is not empty,
    ///     `{name:digits}` one of ASCII digits.
    ///   - head: whether HEAD is answered like `method`, without body.
    public mutating func on(
        _ method: String, _ pattern: String, _ description: RouteDescription = RouteDescription("", tag: ""),
        head: Bool = false, metadata: [String: any Sendable] = [:], handler: @escaping RequestHandler
    ) {
        let route = Route(
            method: method, pattern: pattern, description: description, answersHead: head,
            metadata: metadata, handler: handler)
        precondition(trie.insert(route), "\(method) \(pattern) is declared twice or is no pattern")
        routes.append(route)
    }

    /// Puts a middleware inside those that are there already.
    public mutating func use(_ middleware: @escaping Middleware) {
        self.middleware.append(middleware)
    }

    /// What answers requests by these routes.
    ///
    /// - Parameter fault: answers for an error that is no `ResponseError`; by default 500 in plain text,
    ///   which tells nothing of the error.
    public func compiled(
        fault: @escaping @Sendable (any Error, Request) async -> Response = { _, _ in .plain(status: 500) }
    ) -> CompiledRouter {
        CompiledRouter(trie: trie, middleware: middleware, fault: fault)
    }
}

/// Answers requests by the routes of a `Router`; immutable.
public struct CompiledRouter: Sendable {
    private let trie: RouteTrie
    private let chain: RequestHandler
    private let fault: @Sendable (any Error, Request) async -> Response

    fileprivate init(
        trie: RouteTrie, middleware: [Middleware],
        fault: @escaping @Sendable (any Error, Request) async -> Response
    ) {
        self.trie = trie
        self.fault = fault
        chain = middleware.reversed().reduce(Self.dispatch(trie)) { next, outer in
            { request in try await outer(request, next) }
        }
    }

    /// The answer to a request: the route's, 404 for an unknown path, 405 with Allow for a known path with
    /// another method, or what an error turns into.
    public func respond(to request: Request) async -> Response {
        var request = request
        if case .found(let route, let parameters) = trie.match(
            method: request.method, segments: request.segments)
        {
            request.route = route
            request.parameters = parameters
        }
        do {
            return try await chain(request)
        } catch let error as any ResponseError {
            return error.response
        } catch {
            return await fault(error, request)
        }
    }

    private static func dispatch(_ trie: RouteTrie) -> RequestHandler {
        { request in
            if let route = request.route { return try await route.handler(request) }
            var response = Response.plain(status: 404)
            if case .wrongMethod(let allowed) = trie.match(method: request.method, segments: request.segments)
            {
                response = .plain(status: 405)
                response.headers["Allow"] = allowed.joined(separator: ", ")
            }
            return response
        }
    }
}
