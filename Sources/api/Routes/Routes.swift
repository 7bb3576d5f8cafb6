import Archive
import Documents
import HTTP
import Mongo
import Service

/// What the API answers, and how it says what went wrong.
struct Routes: Sendable {
    let access: Access
    /// The routes by what they are about.
    let groups: [any RouteGroup]
    let metrics: Metrics
    let log: Log
    let isReady: @Sendable () async -> [String: String]

    /// All routes, ready to serve.
    var router: CompiledRouter {
        let title = APITitle.skipper
        // Its own routes are documented, too: once to know them, then with what is said about them.
        let declared = table(DocumentationRoutes(title, of: [])).router.routes
        return table(DocumentationRoutes(title, of: declared)).router.compiled()
    }

    private func table(_ documentation: DocumentationRoutes) -> RouteTable {
        var table = RouteTable(access: access)
        let counted = RequestMetrics(metrics: metrics, log: log)
        table.use { request, next in try await counted.respond(to: request, next) }
        table.use { request, next in
            var response = await shaped(request, next)
            // Answers are for one user. What may be kept says so.
            if response.headers["Cache-Control"] == nil { response.headers["Cache-Control"] = "no-store" }
            return response
        }
        for group in groups + [documentation] { group.declare(in: &table) }
        table.addOperation { $0.addOperation(metrics: metrics, isReady: isReady) }
        return table
    }

    /// Turns errors into Kowalski's answers: what a request did wrong is 400 with the name of a Python exception, what
    /// is not there is 404 in its envelope.
    private func shaped(_ request: Request, _ next: RequestHandler) async -> Response {
        do {
            // A token that is no good is refused also where no route is.
            if request.route == nil { _ = try await access.user(of: request) }
            let response = try await next(request)
            return response.status == 404 ? Answer.phrase(404) : response
        } catch let error as any ResponseError {
            return error.response
        } catch is FilterHidden {
            RequestTrail.current?.refusal = "of a filter that the user may not see"
            return Answer.phrase(403)
        } catch let error as RequestError {
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
