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

    /// All routes, ready to serve.
    var router: CompiledRouter {
        var router = Router()
        let counted = RequestMetrics(metrics: metrics, log: log)
        router.use { request, next in try await counted.respond(to: request, next) }
        router.use { request, next in try await shaped(request, next) }
        router.on("GET", "/", summary: "Says that the server is there and the token good.") { request in
            _ = try await access.requiredUser(of: request)
            return Answer.success("greetings from Kowalski!")
        }
        router.on("POST", "/api/auth", summary: "Gives a token for a user name and a password.") { request in
            try await authentication.respond(to: request)
        }
        router.on("POST", "/api/queries", summary: "Runs a query.") { request in
            try await queries.respond(to: request, user: try await access.requiredUser(of: request))
        }
        router.addOperation(metrics: metrics, isReady: isReady)
        return router.compiled { error, request in
            log.error(
                "request failed", ["request.id": .string(request.id), "reason": LogValue(describing: error)])
            return Answer.phrase(500)
        }
    }

    /// Turns errors into Kowalski's answers: what a request did wrong is 400 with the name of a Python exception, what
    /// is not there is 404 in its envelope.
    private func shaped(_ request: Request, _ next: RequestHandler) async throws -> Response {
        do {
            // A token that is no good is refused on every route, also on those that need none.
            if request.headers["Authorization"] != nil { _ = try await access.user(of: request) }
            let response = try await next(request)
            return response.status == 404 ? Answer.phrase(404) : response
        } catch let error as QueryError {
            return Answer.error(error.description)
        } catch let error as JSONError {
            return Answer.error(error.description)
        } catch is PasswordsBusy {
            return Answer.phrase(503)
        } catch let error as MongoError {
            return refused(error, request)
        }
    }

    private func refused(_ error: MongoError, _ request: Request) -> Response {
        if error.isTimeout { return Answer.error("ExecutionTimeout: operation exceeded time limit") }
        if error.isRetriable || error.serverReply == nil {
            log.warning(
                "database not usable",
                ["request.id": .string(request.id), "reason": LogValue(describing: error)])
            return Answer.phrase(503)
        }
        return Answer.error("OperationFailure: \(error.reason)")
    }
}
