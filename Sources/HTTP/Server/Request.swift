/// A request whose head and body have arrived whole.
public struct Request: Sendable {
    /// Names this request in logs and in the answer: the client's X-Request-ID where that is sane, else made
    /// here.
    public var id: String
    /// The method as sent, such as `GET`; case matters.
    public var method: String
    /// The path, percent-decoded, with its leading slash. Use `segments` to take it apart: a slash that was
    /// escaped is a slash here.
    public var path: String
    /// What stands between the slashes of the path, each decoded for itself; the root path has one empty
    /// segment.
    public var segments: [String]
    /// The parameters after the question mark, decoded, in the order they were sent.
    public var query: [(name: String, value: String)]
    /// The header fields.
    public var headers: HeaderFields
    /// The body, empty if none was sent.
    public var body: [UInt8]
    /// What the parameters of the route's pattern matched, by their names; empty before routing.
    public var parameters: [String: String] = [:]
    /// The route that answers; nil before routing and where no route matches.
    public var route: Route?
    /// The client's address in numbers, without port. Behind a proxy that is not trusted this is the proxy's.
    public var remoteAddress: String

    /// A request for a target such as `/api/users?limit=5`; nil if the target's path cannot be decoded.
    public init?(
        _ method: String, _ target: String, headers: HeaderFields = [:], body: [UInt8] = [],
        remoteAddress: String = "", id: String? = nil
    ) {
        guard let target = RequestTarget(target) else { return nil }
        self.id = id ?? RequestID.sane(headers["X-Request-ID"]) ?? RequestID.make()
        self.method = method
        path = target.path
        segments = target.segments
        query = target.query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// What stands for the client where clients are told apart: its address or, of IPv6, the network of 64 bits, within
    /// which anybody has as many addresses as there are (RFC 4291 section 2.5.4).
    public var clientNetwork: String {
        guard let bytes = Address(remoteAddress)?.bytes, bytes.count == 16 else { return remoteAddress }
        return (Address(bytes: Array(bytes[..<8]) + [UInt8](repeating: 0, count: 8)).text) + "/64"
    }

    /// The first query parameter of a name; nil if there is none.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}

/// Names of requests.
enum RequestID {
    /// The most characters that a client's own name may have.
    private static let longest = 128

    /// The client's name for its request if it is safe in logs and headers: letters, digits and `-_.:+=/@`
    /// only, at most 128 of them; nil otherwise.
    static func sane(_ sent: String?) -> String? {
        guard let sent, (1...longest).contains(sent.utf8.count) else { return nil }
        let isSane = sent.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-_.:+=/@".utf8.contains(byte)
            }
        }
        return isSane ? sent : nil
    }

    /// A new name: 128 random bits in hexadecimal.
    static func make() -> String {
        hexadecimal(UInt64.random(in: .min ... .max)) + hexadecimal(UInt64.random(in: .min ... .max))
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
