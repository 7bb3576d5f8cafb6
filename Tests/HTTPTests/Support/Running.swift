import HTTP
@_exported import TestSupport
import Synchronization
import Testing

/// Runs a server for the length of a closure and stops it.
func withServer(
    _ settings: ServerSettings = ServerSettings(), log: @escaping @Sendable (String) -> Void = { _ in },
    handler: @escaping @Sendable (Request) async -> Response,
    _ body: (Server) async throws -> Void
) async throws {
    let server = try Server(settings, log: log, handler: handler)
    do {
        try await body(server)
    } catch {
        await server.stop(grace: .zero)
        throw error
    }
    await server.stop(grace: .zero)
}

/// A client that goes straight to its server.
func directClient(_ change: (inout ClientSettings) -> Void = { _ in }) -> Client {
    var settings = ClientSettings()
    settings.usesEnvironmentProxy = false
    change(&settings)
    return Client(settings)
}

extension Server {
    /// The URL of a path on this server.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

extension ClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Something that happens once and that others wait for.
final class Signal: Sendable {
    private let state = Mutex<(isDone: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func fire() {
        let waiting = state.withLock { state in
            state.isDone = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if !state.isDone { state.waiting.append(continuation) }
                return state.isDone
            }
            if isDone { continuation.resume() }
        }
    }
}

/// Waits until a condition holds; records an issue if it does not within 20 s.
func eventually(
    _ claim: Comment, _ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    for _ in 0..<2000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(claim, sourceLocation: sourceLocation)
}

/// A number that several tasks change.
final class Counter: Sendable {
    private let number = Atomic(0)
    var value: Int { number.load(ordering: .acquiring) }
    @discardableResult
    func add(_ more: Int = 1) -> Int { number.add(more, ordering: .acquiringAndReleasing).newValue }
}

/// The last value that somebody put in.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>
    init(_ value: Value) { content = Mutex(value) }
    var value: Value {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
