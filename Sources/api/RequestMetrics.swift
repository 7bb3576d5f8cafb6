import HTTP
import Service

/// Counts and times requests by route, and writes the log of who asked what: one line each.
///
/// Requests are at level info, those of the operator's routes, which come every few seconds, at debug, and those that
/// failed through no fault of theirs at warning.
struct RequestMetrics: Sendable {
    private let requests: Counter
    private let durations: Histogram
    private let log: Log

    init(metrics: Metrics, log: Log) {
        requests = metrics.counter("http_requests_total", "Requests answered.", labels: ["route", "status"])
        durations = metrics.histogram(
            "http_request_duration_seconds", "Time until an answer began.", labels: ["route"])
        self.log = log
    }

    func respond(to request: Request, _ next: RequestHandler) async throws -> Response {
        let start = ContinuousClock.now
        let trail = RequestTrail()
        let response = try await RequestTrail.$current.withValue(trail) { try await next(request) }
        let duration = ContinuousClock.now - start
        let route = request.route.map { "\($0.method) \($0.pattern)" } ?? "none"
        requests.add(for: route, String(response.status))
        durations.record(duration, for: route)
        log.log(
            Self.level(request, response), "request answered", line(request, response, route, duration, trail)
        )
        return response
    }

    private static func level(_ request: Request, _ response: Response) -> LogLevel {
        // Only the operator's own routes have no envelope.
        if request.route?.description.tag == "operation" { return .debug }
        return response.status >= 500 ? .warning : .info
    }

    private func line(
        _ request: Request, _ response: Response, _ route: String, _ duration: Duration, _ trail: RequestTrail
    ) -> [String: LogValue] {
        var line: [String: LogValue] = [
            "request.id": .string(request.id), "http.route": .string(route),
            "http.status": LogValue(response.status), "duration": LogValue(duration),
            "client.address": .string(request.remoteAddress),
        ]
        // Names are the client's: as long as they may be, not longer.
        if let user = trail.user { line["user"] = .string(String(user.prefix(128))) }
        if let refusal = trail.refusal { line["reason"] = .string(refusal) }
        return line
    }
}
