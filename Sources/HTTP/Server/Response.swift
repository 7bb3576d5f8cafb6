internal import CMicroHTTPD

/// An answer.
public struct Response: Sendable {
    /// What an answer carries.
    public enum Body: Sendable {
        /// Bytes that are there already.
        case bytes([UInt8])
        /// Bytes that come as they are written. The closure runs after the head went out; if it throws, the
        /// connection is cut, so that the client sees a truncated body and not a clean end. It is not run for
        /// HEAD nor for a status without body (204, 304).
        case stream(@Sendable (BodyWriter) async throws -> Void)
    }

    /// The status code; one outside 200...599 goes out as 500.
    public var status: Int
    /// The header fields. Control characters in a value become spaces; a field whose name is not a token or
    /// whose value is empty is not sent; framing (Content-Length, Transfer-Encoding, Connection) is the
    /// server's alone.
    public var headers: HeaderFields
    /// The body.
    public var body: Body

    /// An answer of a status, header fields and a body.
    public init(status: Int, headers: HeaderFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer in plain text.
    public static func text(_ text: String, status: Int = 200) -> Response {
        Response(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(Array(text.utf8)))
    }

    /// An answer of JSON that is written already.
    public static func json(_ json: [UInt8], status: Int = 200) -> Response {
        Response(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"], body: .bytes(json))
    }

    /// The status in plain text, such as `404: Not Found`: what a server says by itself.
    public static func plain(status: Int) -> Response {
        .text("\(status): \(reasonPhrase(status: status))", status: status)
    }

    /// The standard phrase of a status code, such as `Not Found` for 404; `Unknown` for a code without one.
    public static func reasonPhrase(status: Int) -> String {
        guard let code = UInt32(exactly: status), let phrase = MHD_get_reason_phrase_for(code) else {
            return "Unknown"
        }
        return String(cString: phrase)
    }
}
