internal import CMicroHTTPD
import Synchronization

/// One request and its answer.
///
/// Made when the head of the request has arrived and let go when the library says that the request is
/// completed, whatever came of it. The library's thread drives it by `proceed`; the handler's task and the
/// watch act on it from elsewhere. A connection is resumed only by whoever turns `isSuspended` to false under
/// the lock: that happens once, and the library frees no suspended connection, so the pointer is valid then.
final class Exchange: Sendable {
    private enum Phase {
        case arriving
        case receiving(HeaderFields)
        case refused(Response)
        case handling
        case answered(Response)
        case over
    }

    private struct State {
        var phase = Phase.arriving
        var requestID = ""
        var body: [UInt8] = []
        var bodyCount = 0
        var largerBody: ServerContext.LargerBody?
        var isSuspended = false
        var isAbandoned = false
        var task: Task<Void, Never>?
        var stream: StreamBuffer?
    }

    private static let reservedBodyBytes = 65_536

    private let context: ServerContext
    private let peer: Peer
    private let connection: Connection
    private let target: String
    private let state = Mutex(State())

    /// The exchange that a request for a target opens.
    init(context: ServerContext, peer: Peer, connection: Connection, target: String) {
        self.context = context
        self.peer = peer
        self.connection = connection
        self.target = target
    }

    /// What the library's thread does next.
    private enum Step {
        case goOn, close
        case answer(Response, StreamBuffer?, requestID: String)
    }

    /// Takes the next event of the request: its head (first call), a part of its body (`bytes` is not empty),
    /// or its end and, after that, the resumption (`bytes` is empty).
    func proceed(method: String, bytes: UnsafeRawBufferPointer) -> MHD_Result {
        let step = state.withLock { state in
            if state.isAbandoned { return Step.close }
            switch state.phase {
            case .arriving: return receiveHead(&state, method: method)
            case .receiving(let headers):
                if bytes.isEmpty { return handle(&state, method: method, headers: headers) }
                return receive(&state, bytes)
            case .refused(let response):
                if bytes.isEmpty { return .answer(response, nil, requestID: state.requestID) }
                return drain(&state, bytes)
            case .answered(let response):
                return .answer(response, state.stream, requestID: state.requestID)
            case .handling, .over: return .close
            }
        }
        switch step {
        case .goOn: return .YES
        case .close: return .NO
        case .answer(let response, let stream, let requestID):
            let outgoing = OutgoingResponse(
                response, method: method, stream: stream, requestID: requestID,
                closing: context.isStopping, connection: connection)
            return outgoing?.queue(on: connection) ?? .NO
        }
    }

    private func receiveHead(_ state: inout State, method: String) -> Step {
        let headers = connection.headers()
        state.requestID = RequestID.sane(headers["X-Request-ID"]) ?? RequestID.make()
        let lengths = headers.values(of: "Content-Length")
        let codings = headers.values(of: "Transfer-Encoding")
        // A request that two readers could delimit differently is refused unread, and its connection closes
        // (RFC 9112 sections 6.1 and 6.3).
        if lengths.count + codings.count > 1 {
            return .answer(.plain(status: 400), nil, requestID: state.requestID)
        }
        if let coding = codings.first, coding.lowercased() != "chunked" {
            return .answer(.plain(status: 501), nil, requestID: state.requestID)
        }
        state.phase = .receiving(headers)
        guard let text = lengths.first else { return .goOn }
        guard let length = Int(text), length >= 0 else {
            return .answer(.plain(status: 400), nil, requestID: state.requestID)
        }
        if let refusal = refusal(&state, ofBody: length) {
            // Who asks first (RFC 9110 section 10.1.1) has sent nothing yet and hears the answer at once.
            if length > context.maximumDrainedBytes(of: target) || headers["Expect"] != nil {
                return .answer(refusal, nil, requestID: state.requestID)
            }
            state.phase = .refused(refusal)
        } else {
            // Memory comes with the bytes, not with the promise of them.
            state.body.reserveCapacity(min(length, Self.reservedBodyBytes))
        }
        return .goOn
    }

    private func receive(_ state: inout State, _ bytes: UnsafeRawBufferPointer) -> Step {
        state.bodyCount += bytes.count
        if let refusal = refusal(&state, ofBody: state.bodyCount) {
            state.body = []
            state.largerBody = nil
            state.phase = .refused(refusal)
        } else {
            state.body.append(contentsOf: bytes)
        }
        return .goOn
    }

    private func drain(_ state: inout State, _ bytes: UnsafeRawBufferPointer) -> Step {
        state.bodyCount += bytes.count
        return state.bodyCount > context.maximumDrainedBytes(of: target) ? .close : .goOn
    }

    /// Why a body of so many bytes is not taken; nil where it is.
    private func refusal(_ state: inout State, ofBody count: Int) -> Response? {
        guard count > context.maximumBodyBytes else { return nil }
        let maximum = context.maximumBodyBytes(of: target)
        guard count <= maximum else {
            return .text(
                "Maximum request body size \(maximum) exceeded, actual body size \(count)", status: 413)
        }
        if state.largerBody == nil { state.largerBody = context.takeLargerBody() }
        return state.largerBody == nil ? .plain(status: 503) : nil
    }

    /// Suspends the connection and starts the handler's task. The only place where a task without a parent
    /// begins: its parent is the connection, which cancels it by `abandon`.
    private func handle(_ state: inout State, method: String, headers: HeaderFields) -> Step {
        guard
            let request = Request(
                method, target, headers: headers, body: state.body,
                remoteAddress: ClientAddress.of(
                    peer: peer.address, headers, trusted: context.trustedProxies),
                id: state.requestID)
        else { return .answer(.plain(status: 400), nil, requestID: state.requestID) }
        state.body = []
        guard peer.begins(self) else { return .close }
        state.phase = .handling
        state.isSuspended = true
        connection.suspend()
        state.task = Task(executorPreference: context.executor) { await self.run(request) }
        return .goOn
    }

    private func run(_ request: Request) async {
        let response = await context.handler(request)
        guard let stream = answer(response, method: request.method), case .stream(let produce) = response.body
        else { return }
        do {
            try await produce(BodyWriter(buffer: stream))
            stream.end(failed: false)
        } catch {
            stream.end(failed: true)
            if !(error is ClientGone || error is CancellationError) {
                context.log("the answer to request \(request.id) broke off: \(error)")
            }
        }
    }

    /// Hands the answer to the connection; returns the buffer that its body goes through, nil if it has none
    /// to be produced.
    private func answer(_ response: Response, method: String) -> StreamBuffer? {
        state.withLock { state in
            guard !state.isAbandoned, case .handling = state.phase else { return nil }
            if case .stream = response.body, OutgoingResponse.hasBody(response, method: method) {
                let connection = connection
                state.stream = StreamBuffer { connection.resume() }
            }
            state.phase = .answered(response)
            resumeIfSuspended(&state)
            return state.stream
        }
    }

    /// The answer will not be read: cancels the handler and lets the connection close.
    func abandon() {
        let (task, stream) = state.withLock { state in
            state.isAbandoned = true
            resumeIfSuspended(&state)
            return (state.task, state.stream)
        }
        task?.cancel()
        stream?.abandon()
    }

    /// The library is done with the request, by answering it (`cleanly`) or by closing the connection.
    func complete(cleanly: Bool) {
        peer.ends()
        state.withLock { $0.phase = .over }
        if !cleanly { abandon() }
        state.withLock { state in
            state.task = nil
            state.stream = nil
            state.largerBody = nil
        }
        context.remove(self)
    }

    private func resumeIfSuspended(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        connection.resume()
    }
}
