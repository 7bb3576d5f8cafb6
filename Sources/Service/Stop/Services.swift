/// Something that a process does from its start until it is stopped.
public struct RunningService: Sendable {
    /// What the log calls it.
    public let name: String

    /// Runs until its task is cancelled; then finishes what is in hand and returns. Returning earlier means that
    /// the process has nothing left to do, throwing that it cannot go on.
    public let run: @Sendable () async throws -> Void

    /// Takes both.
    public init(_ name: String, run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.run = run
    }
}

/// Runs services until a stop is asked for, or one of them returns or throws, and then stops the others.
///
/// On a stop the last service is stopped first, and each only after those behind it have returned: list what others
/// depend on, like the server of metrics, before them.
///
/// - Throws: the first error of a service; a `CancellationError` after a stop is none.
public func runServices(_ services: [RunningService], until stop: StopSignal, log: Log = .silent) async throws
{
    try await runServices(services[...], until: stop, log: log)
    log.info("stopped", ["stop.reason": .string(stop.reason ?? "done")])
}

/// Runs the first service beside all that come after it, and stops it when they have ended.
private func runServices(
    _ services: ArraySlice<RunningService>, until stop: StopSignal, log: Log
) async throws {
    guard let service = services.first else { return await stop.wait() }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await run(service, log: log) }
        group.addTask { try await runServices(services.dropFirst(), until: stop, log: log) }
        // Whichever ends first ends the other; waiting for both keeps an error of the second one.
        var failure: (any Error)?
        while let result = await group.nextResult() {
            if case .failure(let error) = result { failure = failure ?? error }
            group.cancelAll()
        }
        if let failure { throw failure }
    }
}

/// Runs one service and says how it ended.
private func run(_ service: RunningService, log: Log) async throws {
    let log = log.with(["service.name": .string(service.name)])
    log.info("service started")
    do {
        try await service.run()
    } catch is CancellationError where Task.isCancelled {
        // It was told to end.
    } catch {
        log.error("service failed", ["service.error": LogValue(describing: error)])
        throw error
    }
    log.info("service ended")
}

/// Runs one piece of work, cancelling it when a stop is asked for.
///
/// - Returns: what the work returns.
/// - Throws: what the work throws, a `CancellationError` included.
public func withStopSignal<Result: Sendable>(
    _ stop: StopSignal, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            await stop.wait()
            return nil
        }
        while let result = try await group.next() {
            group.cancelAll()
            if let result { return result }
        }
        // Only reached if the work's task gave no result, which the group does not allow.
        throw CancellationError()
    }
}
