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
    /// Connections of one address.
    public static let connectionsPerAddress = Setting(
        "server.max_connections_per_address", default: 0, unit: "connections", accepts: .within(0...100_000),
        "Connections of one address at the same time; 0: no limit, which an API behind a proxy needs.")
    /// Slow requests.
    public static let arrival = Setting(
        "server.request_timeout", default: Duration.seconds(120), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(86_400)),
        "How long a request may take to arrive, however often a few bytes of it come.")
    /// Slow readers.
    public static let readingRate = Setting(
        "server.slowest_reader", default: 1024, unit: "bytes per second", accepts: .within(0...1 << 30),
        "A client that takes its answer more slowly is cut off; 0: no limit.")
    /// Slow readers.
    public static let readingTime = Setting(
        "server.slow_reader_timeout", default: Duration.seconds(60), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(86_400)),
        "How long a client may take its answer too slowly.")
    /// Proxies.
    public static let trustedProxies = Setting(
        "server.trusted_proxies", default: [String](),
        accepts: Acceptance("addresses such as 10.0.0.1 or ranges such as 10.0.0.0/8") {
            $0.allSatisfy { AddressRange($0) != nil }
        },
        "Proxies in front of the API, whose X-Forwarded-For says who the client is.")
    /// Certificate.
    public static let certificateFile = Setting<String?>(
        "server.tls_certificate_file", default: nil,
        "PEM file with the server's certificate; HTTP without it.")
    /// Key of the certificate.
    public static let privateKeyFile = Setting<String?>(
        "server.tls_key_file", default: nil, "PEM file with the certificate's key.")
    /// Failed logins.
    public static let loginAttempts = Setting(
        "server.login_attempts", default: 10, unit: "attempts", accepts: .within(1...1_000_000),
        "Failed attempts to log in under a name from an address before further ones are refused.")
    /// Failed logins.
    public static let loginAttemptsPerAddress = Setting(
        "server.login_attempts_per_address", default: 100, unit: "attempts", accepts: .within(1...1_000_000),
        "The same from an address, whatever the names.")
    /// Failed logins.
    public static let loginAttemptsPerName = Setting(
        "server.login_attempts_per_name", default: 1000, unit: "attempts", accepts: .within(1...1_000_000),
        "The same under a name, whatever the addresses. Strangers who reach it keep the name's owner out, too."
    )
    /// Failed logins.
    public static let loginWindow = Setting(
        "server.login_window", default: Duration.seconds(300), unit: .seconds,
        accepts: .within(Duration.seconds(1)...Duration.seconds(86_400)),
        "Within what time failed attempts to log in are counted together.")
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
        connections, connectionsPerAddress, idle, arrival, readingRate, readingTime, trustedProxies,
        certificateFile, privateKeyFile, loginAttempts, loginAttemptsPerAddress, loginAttemptsPerName,
        loginWindow, clientVersions, queryTime, longestQueryTime,
    ]

    /// How the API's server is to be run.
    public static func server(_ configuration: Configuration) -> ServerSettings {
        var settings = ServerSettings()
        settings.host = configuration[host]
        settings.port = UInt16(clamping: configuration[port])
        settings.maximumBodyBytes = configuration[bodyBytes]
        settings.maximumConnections = configuration[connections]
        settings.maximumConnectionsPerAddress = configuration[connectionsPerAddress]
        settings.idleSeconds = Int(configuration[idle] / .seconds(1))
        settings.arrivalSeconds = Int(configuration[arrival] / .seconds(1))
        settings.readingRate = configuration[readingRate]
        settings.readingSeconds = Int(configuration[readingTime] / .seconds(1))
        settings.trustedProxies = configuration[trustedProxies].compactMap(AddressRange.init)
        settings.certificateFile = configuration[certificateFile]
        settings.privateKeyFile = configuration[privateKeyFile]
        return settings
    }
}
