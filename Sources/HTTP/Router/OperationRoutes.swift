public import Service

extension Router {
    /// Adds what every process shows its operator: `/healthz` (it runs), `/readyz` (what it needs can be reached), and
    /// `/metrics` in the Prometheus text format.
    ///
    /// - Parameter isReady: what is not usable, by name, with the reason; empty where all is well.
    public mutating func addOperation(
        metrics: Metrics, isReady: @escaping @Sendable () async -> [String: String]
    ) {
        on("GET", "/healthz", Self.operation("Says that the process runs."), head: true) { _ in .text("ok\n")
        }
        on("GET", "/readyz", Self.operation("Says whether everything needed can be reached."), head: true) {
            _ in
            let faults = await isReady().sorted { $0.key < $1.key }
            guard !faults.isEmpty else { return .text("ready\n") }
            return .text(faults.map { "\($0.key): \($0.value)\n" }.joined(), status: 503)
        }
        on("GET", "/metrics", Self.operation("Counts and times for Prometheus."), head: true) { _ in
            Response(
                status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                body: .bytes(Array(metrics.prometheusText().utf8)))
        }
    }

    private static func operation(_ summary: String) -> RouteDescription {
        RouteDescription(
            summary, tag: "operation",
            answers: [
                200: .other("All is well.", "text/plain"), 503: .other("What is not, and why.", "text/plain"),
            ])
    }
}
