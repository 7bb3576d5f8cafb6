import Archive
import HTTP

/// The routes while they are declared: each says who may ask, what it takes and what it answers.
///
/// Whoever declares a route says for whom; there is no way to leave it out.
struct RouteTable {
    private(set) var router = Router()
    private let access: Access

    /// Who may ask.
    enum Audience: Sendable {
        /// Any user with a token.
        case users
        /// Admins: 403 for other users.
        case admins
    }

    /// - Parameter access: who sends a request.
    init(access: Access) { self.access = access }

    /// Declares a route that needs a token: 401 without one.
    mutating func on(
        _ method: String, _ pattern: String, for audience: Audience, _ description: RouteDescription,
        head: Bool = false, handler: @escaping @Sendable (Request, User) async throws -> Response
    ) {
        router.on(method, pattern, description, head: head, metadata: ["audience": audience]) {
            [access] request in
            let user = try await access.requiredUser(of: request)
            if audience == .admins, !user.isAdmin {
                RequestTrail.current?.refusal = "for admins"
                throw AccessError.forbidden
            }
            return try await handler(request, user)
        }
    }

    /// Declares a route that everybody may ask. A token that is no good is refused there, too.
    mutating func onForEverybody(
        _ method: String, _ pattern: String, _ description: RouteDescription, head: Bool = false,
        handler: @escaping RequestHandler
    ) {
        router.on(method, pattern, description, head: head) { [access] request in
            _ = try await access.user(of: request)
            return try await handler(request)
        }
    }

    /// Puts a middleware inside those that are there already.
    mutating func use(_ middleware: @escaping Middleware) { router.use(middleware) }

    /// Adds the operator's routes, which look at no token: a probe may carry one that is not ours.
    mutating func addOperation(_ operation: (inout Router) -> Void) { operation(&router) }
}

extension Route {
    /// Who may ask; nil for everybody.
    var audience: RouteTable.Audience? { metadata["audience"] as? RouteTable.Audience }
}

/// Routes that belong together.
protocol RouteGroup: Sendable {
    /// Declares them.
    func declare(in table: inout RouteTable)
}
