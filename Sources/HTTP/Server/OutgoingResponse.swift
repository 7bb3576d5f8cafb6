internal import CMicroHTTPD

/// An answer in the library's form; destroyed with this value, while the library keeps what it still sends.
struct OutgoingResponse: ~Copyable {
    private let pointer: OpaquePointer
    private let status: UInt32

    /// An answer ready to be queued; nil if memory is short.
    init?(
        _ response: Response, method: String, stream: StreamBuffer?, requestID: String, closing: Bool,
        connection: Connection
    ) {
        status = (200...599).contains(response.status) ? UInt32(response.status) : 500
        let made: OpaquePointer?
        if let stream {
            made = Self.streamed(stream, connection)
        } else if case .bytes(let bytes) = response.body, Self.hasBody(response, method: "GET") {
            made = bytes.withUnsafeBytes { bytes in
                // The library reads only, and copies before it returns.
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        } else if case .stream = response.body, Self.hasBody(response, method: "GET") {
            // To HEAD: the head that GET would get, whose length nobody knows.
            let ended = StreamBuffer {}
            ended.end(failed: false)
            made = Self.streamed(ended, connection)
        } else {
            made = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        }
        guard let made else { return nil }
        pointer = made
        for field in response.headers where Self.maySet(field.name) {
            _ = MHD_add_response_header(pointer, field.name, Self.singleLine(field.value))
        }
        _ = MHD_add_response_header(pointer, "X-Request-ID", requestID)
        // No browser shall take an answer for something else than it says to be.
        _ = MHD_add_response_header(pointer, "X-Content-Type-Options", "nosniff")
        if closing { _ = MHD_add_response_header(pointer, "Connection", "close") }
    }

    deinit { MHD_destroy_response(pointer) }

    /// Queues the answer on the connection that it is for.
    func queue(on connection: Connection) -> MHD_Result {
        connection.queue(status: status, pointer)
    }

    /// Whether an answer has a body to be sent (RFC 9110 sections 9.3.2, 15.3.5, 15.3.6, 15.4.5).
    static func hasBody(_ response: Response, method: String) -> Bool {
        method != "HEAD" && ![204, 205, 304].contains(response.status)
    }

    /// Whether a text is a token (RFC 9110 section 5.6.2), as methods and names of fields are.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether a field is the handler's to set: neither about framing nor the request's name.
    static func maySet(_ name: String) -> Bool {
        let ours: Set = [
            "content-length", "transfer-encoding", "connection", "keep-alive", "trailer", "upgrade",
            "x-request-id", "x-content-type-options",
        ]
        return isToken(name) && !ours.contains(name.lowercased())
    }

    /// A value in which every control character is a space, so that it can neither end the line nor the head.
    static func singleLine(_ value: String) -> String {
        let isClean = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if isClean { return value }
        return String(
            decoding: value.utf8.map { $0 >= 0x20 && $0 != 0x7F ? $0 : UInt8(ascii: " ") }, as: UTF8.self)
    }

    private static func streamed(_ stream: StreamBuffer, _ connection: Connection) -> OpaquePointer? {
        let reader = StreamReader(buffer: stream, connection: connection)
        let context = Unmanaged.passRetained(reader)
        // 32 KiB at a time: the library never has more room than the connection's memory.
        let made = MHD_create_response_from_callback(
            .max, 32_768, readStream, context.toOpaque(), releaseStream)
        if made == nil { context.release() }
        return made
    }
}

/// What the library needs to read a streamed answer.
private final class StreamReader: Sendable {
    let buffer: StreamBuffer
    let connection: Connection

    init(buffer: StreamBuffer, connection: Connection) {
        self.buffer = buffer
        self.connection = connection
    }
}

/// The library's demand for more of a streamed answer, on the connection's thread.
private func readStream(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ destination: UnsafeMutablePointer<CChar>?,
    _ count: Int
) -> Int {
    guard let context else { return -2 }
    let reader = Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
    let room = UnsafeMutableRawBufferPointer(start: destination, count: count)
    // -1 and -2 are MHD_CONTENT_READER_END_OF_STREAM and MHD_CONTENT_READER_END_WITH_ERROR, macros that Swift
    // does not import.
    return switch reader.buffer.read(into: room, suspend: { reader.connection.suspend() }) {
    case .bytes(let count): count
    case .nothingYet: 0
    case .end: -1
    case .broken: -2
    }
}

/// The library is done with a streamed answer.
private func releaseStream(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<StreamReader>.fromOpaque(context).release()
}
