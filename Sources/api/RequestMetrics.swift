import HTTP
import Service

/// Counts and times requests, by route.
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
        let response = try await next(request)
        let duration = ContinuousClock.now - start
        let route = request.route.map { "\($0.method) \($0.pattern)" } ?? "none"
        requests.add(for: route, String(response.status))
        durations.record(duration, for: route)
        log.debug(
            "request answered",
            [
                "request.id": .string(request.id), "http.route": .string(route),
                "http.status": LogValue(response.status), "duration": LogValue(duration),
                "client.address": .string(request.remoteAddress),
            ])
        return response
    }
}
