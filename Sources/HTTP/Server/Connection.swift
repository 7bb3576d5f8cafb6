internal import CMicroHTTPD

/// The library's connection.
///
/// `@unchecked Sendable`: the pointer is only passed on to libmicrohttpd. `resume` may be called from any
/// thread; everything else is called on the connection's own thread, from within the library's callbacks.
struct Connection: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// The connection behind the library's pointer, valid until the library tells that it is closed.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    /// The header fields of the request that is being received.
    func headers() -> HeaderFields {
        var fields = HeaderFields()
        withUnsafeMutablePointer(to: &fields) { fields in
            _ = MHD_get_connection_values_n(pointer, .HEADER_KIND, addField, UnsafeMutableRawPointer(fields))
        }
        return fields
    }

    /// Takes the connection out of the library's loop until it is resumed.
    func suspend() { MHD_suspend_connection(pointer) }

    /// Puts a suspended connection back.
    func resume() { MHD_resume_connection(pointer) }

    /// Queues an answer.
    func queue(status: UInt32, _ response: OpaquePointer) -> MHD_Result {
        MHD_queue_response(pointer, status, response)
    }
}

/// Adds one header field to the `HeaderFields` that the context points to.
private func addField(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ nameCount: Int, _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
    guard let fields = context?.assumingMemoryBound(to: HeaderFields.self), let name else { return .YES }
    fields.pointee.add(text(name, nameCount), value.map { text($0, valueCount) } ?? "")
    return .YES
}

/// The bytes of a header as text; what is not UTF-8 becomes U+FFFD.
private func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}
