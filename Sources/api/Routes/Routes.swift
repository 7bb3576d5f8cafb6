import Archive
import Documents
import HTTP
import Mongo
import Service

/// What the API answers, and how it says what went wrong.
struct Routes: Sendable {
    let access: Access
    let authentication: AuthenticationRoute
    let queries: QueryRoute
    let metrics: Metrics
    let log: Log
    let isReady: @Sendable () async -> [String: String]

    /// The operator's routes, which look at no token: a probe may carry one that is not ours.
    private static let operation: Set<String> = ["/healthz", "/readyz", "/metrics"]
    /// Marks the routes that look at the token themselves.
    private static let needsUser = ["needsUser": true]

    /// All routes, ready to serve.
    var router: CompiledRouter {
        var router = Router()
        let counted = RequestMetrics(metrics: metrics, log: log)
        router.use { request, next in try await counted.respond(to: request, next) }
        router.use { request, next in await shaped(request, next) }
        router.on(
            "GET", "/", summary: "Says that the server is there and the token good.",
            metadata: Self.needsUser
        ) { request in
            _ = try await access.requiredUser(of: request)
            return Answer.success("greetings from Kowalski!")
        }
        router.on("POST", "/api/auth", summary: "Gives a token for a user name and a password.") { request in
            try await authentication.respond(to: request)
        }
        router.on("POST", "/api/queries", summary: "Runs a query.", metadata: Self.needsUser) { request in
            try await queries.respond(to: request, user: try await access.requiredUser(of: request))
        }
        router.addOperation(metrics: metrics, isReady: isReady)
        return router.compiled()
    }

    /// Turns errors into Kowalski's answers: what a request did wrong is 400 with the name of a Python exception, what
    /// is not there is 404 in its envelope.
    private func shaped(_ request: Request, _ next: RequestHandler) async -> Response {
        do {
            if looksAtToken(request) { _ = try await access.user(of: request) }
            let response = try await next(request)
            return response.status == 404 ? Answer.phrase(404) : response
        } catch let error as any ResponseError {
            return error.response
        } catch let error as QueryError {
            return Answer.error(error.description)
        } catch let error as JSONError {
            return Answer.error(error.description)
        } catch is PasswordsBusy {
            return Answer.phrase(503)
        } catch let error as MongoError {
            return refused(error, request)
        } catch is CancellationError {
            // The client has left, so that nobody reads this.
            return Answer.phrase(503)
        } catch {
            log.error(
                "request failed", ["request.id": .string(request.id), "reason": LogValue(describing: error)])
            return Answer.phrase(500)
        }
    }

    /// A token that is no good is refused on every route, also on those that need none and on those that do not exist.
    private func looksAtToken(_ request: Request) -> Bool {
        guard let route = request.route else { return true }
        return route.metadata["needsUser"] == nil && !Self.operation.contains(route.pattern)
    }

    private func refused(_ error: MongoError, _ request: Request) -> Response {
        if error.isTimeout { return Answer.error("ExecutionTimeout: operation exceeded time limit") }
        let isOfQuery = error.serverReply != nil || Self.queryDomains.contains(error.domain)
        guard isOfQuery, !error.isRetriable, !error.isAccessDenied else {
            log.warning(
                "database not usable",
                ["request.id": .string(request.id), "reason": LogValue(describing: error)])
            return Answer.phrase(503)
        }
        return Answer.error("OperationFailure: \(error.reason)")
    }

    /// Where the driver itself finds fault with a query: MONGOC_ERROR_CURSOR, _BSON and _COMMAND of mongoc-error.h.
    private static let queryDomains: Set<UInt32> = [4, 8, 11]
}
