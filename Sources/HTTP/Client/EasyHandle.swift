internal import CCurl

/// One of libcurl's easy handles with the connections that it keeps.
///
/// `@unchecked Sendable`: used by one transfer at a time, and libcurl allows a handle on any thread as long
/// as it is on one at a time (libcurl-thread(3)).
final class EasyHandle: @unchecked Sendable {
    /// libcurl's own set-up, which must come first and only once.
    private static let globalCode = ccurl_global_init()

    let pointer: UnsafeMutableRawPointer

    /// A fresh handle.
    init() throws(ClientError) {
        guard Self.globalCode == CURLE_OK, let pointer = curl_easy_init() else {
            throw ClientError(code: Int(CURLE_FAILED_INIT.rawValue), reason: "cannot set up libcurl")
        }
        self.pointer = pointer
    }

    deinit { curl_easy_cleanup(pointer) }
}
