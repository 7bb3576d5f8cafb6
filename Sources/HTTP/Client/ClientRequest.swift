/// A request to another server.
public struct ClientRequest: Sendable {
    /// The method.
    public var method: String
    /// The whole URL, http or https.
    public var url: String
    /// The header fields; `Host`, `Content-Length` and `Accept` are added.
    public var headers: HeaderFields
    /// The body; nil for none.
    public var body: [UInt8]?
    /// How long all of it may take, connecting included.
    public var timeout: Duration

    /// A request of a method to a URL.
    public init(
        _ method: String, _ url: String, headers: HeaderFields = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// What another server answered, whatever its status.
public struct ClientResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The header fields.
    public let headers: HeaderFields
    /// The body.
    public let body: [UInt8]
}

/// How requests to other servers are made.
public struct ClientSettings: Sendable {
    /// How many transfers at a time; more wait. Default 4.
    public var threads = 4
    /// How long connecting may take, within the request's own time. Default 10 s.
    public var connectTimeout: Duration = .seconds(10)
    /// The most bytes of a response's body; more fail the transfer. Default 16 MiB.
    public var maximumResponseBytes = 16_777_216
    /// The file of the certificates to trust (PEM) instead of the system's.
    public var certificateAuthorityFile: String?
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` of the environment are followed. Default true.
    public var usesEnvironmentProxy = true

    /// The defaults.
    public init() {}
}
