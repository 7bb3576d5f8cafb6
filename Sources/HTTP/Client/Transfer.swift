internal import CCurl
import Foundation

/// One request on its way. Used on one thread, whose libcurl callbacks fill it.
final class Transfer {
    private let request: ClientRequest
    private let settings: ClientSettings
    private let cancellation: Cancellation
    private var headers = HeaderFields()
    private var body: [UInt8] = []
    private var isTooLong = false

    /// A transfer that has not begun.
    init(_ request: ClientRequest, _ settings: ClientSettings, _ cancellation: Cancellation) {
        self.request = request
        self.settings = settings
        self.cancellation = cancellation
    }

    /// Sends the request on a handle and waits for the answer.
    func perform(on handle: EasyHandle) throws -> ClientResponse {
        if cancellation.isCancelled { throw CancellationError() }
        try refuseInjection()
        let easy = handle.pointer
        // Keeps the handle's connections and forgets the last request's options.
        curl_easy_reset(easy)
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for line in headerLines() {
            guard let longer = curl_slist_append(list, line) else { throw failure(CURLE_OUT_OF_MEMORY) }
            list = longer
        }
        try check(ccurl_set_list(easy, CURLOPT_HTTPHEADER, list))
        try setOptions(easy)

        var callbacks = ccurl_callbacks(
            context: Unmanaged.passUnretained(self).toOpaque(), body: receiveBody, header: receiveHeader,
            progress: reportProgress)
        try check(ccurl_set_callbacks(easy, &callbacks))

        let (code, detail) = withExtendedLifetime(self) { run(easy) }
        if cancellation.isCancelled { throw CancellationError() }
        guard code == CURLE_OK else { throw failure(code, detail) }
        return ClientResponse(status: ccurl_response_code(easy), headers: headers, body: body)
    }

    private func run(_ easy: UnsafeMutableRawPointer) -> (CURLcode, String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CURL_ERROR_SIZE)) { text in
            text.initialize(repeating: 0)
            ccurl_set_error_text(easy, text.baseAddress)
            defer { ccurl_set_error_text(easy, nil) }
            let sent = request.body ?? []
            // The body is lent for the length of the transfer. An empty one needs a pointer too, which is not
            // read: with none libcurl would ask for the body by a callback.
            let code = sent.withUnsafeBytes { bytes in
                if request.body != nil {
                    let code = ccurl_set_body(easy, bytes.baseAddress ?? UnsafeRawPointer(easy), bytes.count)
                    guard code == CURLE_OK else { return code }
                }
                return curl_easy_perform(easy)
            }
            return (code, text.baseAddress.map { String(cString: $0) } ?? "")
        }
    }

    private func setOptions(_ easy: UnsafeMutableRawPointer) throws(ClientError) {
        try check(ccurl_set_string(easy, CURLOPT_URL, request.url))
        try check(ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        try check(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method))
        try check(ccurl_set_long(easy, CURLOPT_NOBODY, request.method == "HEAD" ? 1 : 0))
        try check(ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0))
        // libcurl's time limits must not use signals in a program of many threads.
        try check(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1))
        try check(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.timeout)))
        try check(ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(settings.connectTimeout)))
        try check(ccurl_set_string(easy, CURLOPT_USERAGENT, "skipper"))
        if let file = settings.certificateAuthorityFile {
            try check(ccurl_set_string(easy, CURLOPT_CAINFO, file))
        }
        if !settings.usesEnvironmentProxy { try check(ccurl_set_string(easy, CURLOPT_PROXY, "")) }
    }

    /// At least 1, because 0 is no limit to libcurl.
    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        guard seconds >= 0 else { return 1 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }

    private func headerLines() -> [String] {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // A name without value takes away what libcurl would add: waiting for 100 Continue, and a form's
        // type.
        if request.headers["Expect"] == nil { lines.append("Expect:") }
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        return lines
    }

    /// Line ends in what goes into the head of a request would add fields of the sender's choice.
    private func refuseInjection() throws(ClientError) {
        let isToken = OutgoingResponse.isToken
        guard isToken(request.method),
            request.headers.allSatisfy({
                isToken($0.name) && OutgoingResponse.singleLine($0.value) == $0.value
            }),
            OutgoingResponse.singleLine(request.url) == request.url
        else { throw failure(CURLE_BAD_FUNCTION_ARGUMENT, "method, URL or header field is malformed") }
    }

    private func check(_ code: CURLcode) throws(ClientError) {
        guard code == CURLE_OK else { throw failure(code) }
    }

    private func failure(_ code: CURLcode, _ detail: String = "") -> ClientError {
        var text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        if isTooLong { text = "the response is longer than \(settings.maximumResponseBytes) bytes" }
        let url = URLComponents(string: request.url)
        let server =
            (url?.host).map { host in url?.port.map { "\(host):\($0)" } ?? host } ?? "a malformed URL"
        let method = OutgoingResponse.isToken(request.method) ? request.method : "request"
        return ClientError(code: Int(code.rawValue), reason: "\(method) to \(server): \(text)")
    }

    // What the callbacks do.

    /// Takes a line of the head; a status line begins a new one, as after 100 Continue.
    fileprivate func take(headerLine bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = HeaderFields()
        } else if let colon = line.firstIndex(of: ":") {
            headers.add(
                String(line[..<colon]),
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// Takes a part of the body; false if it is too long.
    fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLong = bytes.count > settings.maximumResponseBytes - body.count
        if isTooLong { return false }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate var isCancelled: Bool { cancellation.isCancelled }
}

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

/// Part of the body; fewer bytes taken than given fail the transfer.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    return transfer(context).take(body: UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
}

/// One line of the head.
private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    transfer(context).take(headerLine: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
}

/// Called as bytes move and about once a second besides; not 0 aborts the transfer.
private func reportProgress(
    _ context: UnsafeMutableRawPointer?, _ down: curl_off_t, _ downloaded: curl_off_t, _ up: curl_off_t,
    _ uploaded: curl_off_t
) -> Int32 {
    guard let context else { return 1 }
    return transfer(context).isCancelled ? 1 : 0
}
