public import Service

/// Settings of the API's server and of who is let in.
public enum HTTPSettings {
    /// Address to listen on.
    public static let host = Setting(
        "server.host", default: "0.0.0.0", "Address that the API, and the ingester's metrics, listen on.")
    /// Port to listen on.
    public static let port = Setting(
        "server.port", default: 4000, accepts: .within(0...65535), "Port that the API listens on.")
    /// Port of the ingester's metrics.
    public static let metricsPort = Setting(
        "server.metrics_port", default: 0, accepts: .within(0...65535),
        "Port on which the ingester shows /metrics, /healthz and /readyz; 0: none.")
    /// Admin's name.
    public static let adminUsername = Setting(
        "server.admin_username", default: "admin", accepts: .nonEmpty,
        "Name of the admin, who is created when the API first starts.")
    /// Admin's password.
    public static let adminPassword = Setting<Secret?>(
        "server.admin_password", default: nil, "Password that the admin is created with.")
    /// Key of tokens.
    public static let jwtSecretKey = Setting<Secret?>(
        "server.jwt_secret_key", default: nil, "Key that signs tokens; at least 32 random characters.")
    /// Life of tokens.
    public static let tokenLife = Setting<Duration?>(
        "server.jwt_exp_delta_seconds", default: nil, unit: .seconds,
        "How long a token is valid; null: until its user is removed.")
    /// Limit of bodies.
    public static let bodyBytes = Setting(
        "server.client_max_size", default: 1_048_576, unit: "bytes", accepts: .within(1024...1 << 30),
        "Largest body of a request.")
    /// Limit of connections.
    public static let connections = Setting(
        "server.max_connections", default: 1024, unit: "connections", accepts: .within(8...100_000),
        "Connections at the same time.")
    /// Idle connections.
    public static let idle = Setting(
        "server.idle_timeout", default: Duration.seconds(75), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(3600)),
        "How long a connection may do nothing.")
    /// Certificate.
    public static let certificateFile = Setting<String?>(
        "server.tls_certificate_file", default: nil,
        "PEM file with the server's certificate; HTTP without it.")
    /// Key of the certificate.
    public static let privateKeyFile = Setting<String?>(
        "server.tls_key_file", default: nil, "PEM file with the certificate's key.")
    /// Clients.
    public static let clientVersions = Setting(
        "misc.supported_penquins_versions",
        default: [
            "2.0.0", "2.0.1", "2.0.2", "2.1.0", "2.1.1", "2.2.0", "2.2.1", "2.3.1", "2.3.2", "2.3.3", "2.4.0",
            "2.4.1", "2.4.2",
        ], "Versions of penquins that are accepted.")
    /// Time of queries.
    public static let queryTime = Setting(
        "misc.max_time_ms", default: Duration.seconds(300), unit: .milliseconds,
        accepts: .within(Duration.milliseconds(1)...Duration.seconds(86_400)),
        "How long a query may take that does not say.")
    /// Time of queries.
    public static let longestQueryTime = Setting(
        "server.longest_query_time", default: Duration.seconds(3600), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(86_400)), "How long a query may ask for.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [
        host, port, metricsPort, adminUsername, adminPassword, jwtSecretKey, tokenLife, bodyBytes,
        connections, idle,
        certificateFile, privateKeyFile, clientVersions, queryTime, longestQueryTime,
    ]

    /// How the API's server is to be run.
    public static func server(_ configuration: Configuration) -> ServerSettings {
        var settings = ServerSettings()
        settings.host = configuration[host]
        settings.port = UInt16(clamping: configuration[port])
        settings.maximumBodyBytes = configuration[bodyBytes]
        settings.maximumConnections = configuration[connections]
        settings.idleSeconds = Int(configuration[idle] / .seconds(1))
        settings.certificateFile = configuration[certificateFile]
        settings.privateKeyFile = configuration[privateKeyFile]
        return settings
    }
}
