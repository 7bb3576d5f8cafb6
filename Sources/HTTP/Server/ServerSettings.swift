/// How a server listens and what it grants its clients.
public struct ServerSettings: Sendable {
    /// The address to listen on, in numbers or a name of this machine; `0.0.0.0` is every IPv4 address and
    /// `::` every address. Default 127.0.0.1.
    public var host = "127.0.0.1"
    /// The TCP port; 0 lets the system choose one.
    public var port: UInt16 = 0
    /// The most bytes a request's body may have; more is answered with 413. Default 1 MiB.
    public var maximumBodyBytes = 1_048_576
    /// The same for some paths, where it is more.
    public var largerBodyBytes: [String: Int] = [:]
    /// How many bodies above `maximumBodyBytes` may be in memory at a time; the next one is answered with 503.
    public var largerBodies = 16
    /// The most connections at a time, at least one a thread. Default 1024.
    public var maximumConnections = 1024
    /// The most connections at a time from one address; 0 is no limit, which a server behind a proxy needs.
    public var maximumConnectionsPerAddress = 0
    /// A connection on which nothing moves for so many seconds is closed, unless its handler is at work.
    /// Default 75.
    public var idleSeconds = 75
    /// A request must arrive whole within so many seconds after the connection was made or the last answer
    /// went out, however often a few bytes of it come. Default 120; 0 is no limit.
    public var arrivalSeconds = 120
    /// A client takes its answer at this rate at least, in bytes a second, or is cut off; 0 is no limit. Default
    /// 1024.
    public var readingRate = 1024
    /// Over how many seconds the rate counts. Default 60.
    public var readingSeconds = 60
    /// Proxies whose X-Forwarded-For is believed. Default none.
    public var trustedProxies: [AddressRange] = []
    /// Threads that read and write the sockets; handlers do not run on them. Default 2.
    public var threads = 2
    /// The bytes each connection has for the head of a request and for what it sends next; a larger head is
    /// refused with 431 or 414. Default 32 KiB.
    public var connectionMemoryBytes = 32_768
    /// The file of the server's certificate and its chain (PEM); with it the server speaks only TLS 1.2 and
    /// 1.3.
    public var certificateFile: String?
    /// The file of the certificate's private key (PEM).
    public var privateKeyFile: String?

    /// The defaults.
    public init() {}
}
