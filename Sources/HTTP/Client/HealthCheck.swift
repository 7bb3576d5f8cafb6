public import Service

/// Asks a program on this host whether it runs, for the health checks of containers, which then need no program of
/// others.
///
/// It asks `/healthz`, so a program whose database is away is healthy: to start it again would not help. Where the
/// server has a certificate, that is made out to another name than the loopback address, and nothing can be asked.
public enum HealthCheck {
    /// Returns when the API answers.
    /// - Throws: `HealthError`, `ClientError`.
    public static func api(_ configuration: Configuration) async throws {
        guard configuration[HTTPSettings.certificateFile] == nil else {
            throw HealthError("server.tls_certificate_file is set: ask https://NAME/healthz instead")
        }
        try await ask(configuration, port: configuration[HTTPSettings.port])
    }

    /// Returns when the ingester answers.
    /// - Throws: `HealthError`, `ClientError`.
    public static func ingester(_ configuration: Configuration) async throws {
        let port = configuration[HTTPSettings.metricsPort]
        guard port != 0 else { throw HealthError("server.metrics_port is 0: the ingester shows nothing") }
        try await ask(configuration, port: port)
    }

    private static func ask(_ configuration: Configuration, port: Int) async throws {
        let address = configuration[HTTPSettings.host]
        let host = ["0.0.0.0", "::"].contains(address) ? "127.0.0.1" : address
        var settings = ClientSettings()
        settings.threads = 1
        settings.usesEnvironmentProxy = false
        let answer = try await Client(settings).send(
            ClientRequest(
                "GET", "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/healthz",
                timeout: .seconds(5)))
        guard answer.status == 200 else { throw HealthError("the answer's status is \(answer.status)") }
    }
}

/// Why a program is not healthy.
public struct HealthError: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) { self.description = description }
}
