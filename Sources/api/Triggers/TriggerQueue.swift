import Documents
import HTTP
import Service

/// The server that holds the queue of the ZTF telescope.
struct TriggerQueue: Sendable {
    private let url: String?
    private let timeout: Duration
    private let client: Client
    private let log: Log

    /// Takes its settings.
    init(_ configuration: Configuration, log: Log) {
        url = configuration[APISettings.triggerURL]
        timeout = configuration[APISettings.triggerTime]
        self.log = log
        var settings = ClientSettings()
        // It is near, mostly the near end of a tunnel: a proxy would look for it in the wrong place.
        settings.usesEnvironmentProxy = false
        settings.connectTimeout = timeout
        client = Client(settings)
    }

    /// Sends a document as JSON.
    /// - Parameter endpoint: the path below the server's URL.
    /// - Throws: `TriggerQueueError` where no answer came.
    func send(_ method: String, _ endpoint: String, _ body: Document) async throws -> ClientResponse {
        guard let url else {
            throw TriggerQueueError("no queue is configured: the setting triggers.url is missing")
        }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let request = ClientRequest(
            method, "\(base)/\(endpoint)", headers: ["Content-Type": "application/json"],
            body: ExtendedJSON.bytes(of: body), timeout: timeout)
        do {
            return try await client.send(request)
        } catch let error as ClientError {
            // Where the server is, is not for clients.
            log.warning("trigger queue gave no answer", ["reason": LogValue(describing: error)])
            throw TriggerQueueError(
                error.isTimeout
                    ? "the queue gave no answer in time; the request may have reached it"
                    : "the queue cannot be reached")
        }
    }
}

/// The queue gave no answer. Clients get a 400, as from Kowalski: many repeat a request that is answered by 503, and this
/// one may have reached the queue.
struct TriggerQueueError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
