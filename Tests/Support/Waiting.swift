/// Waits until something holds, asking again and again; false after five minutes.
public func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<6000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

/// Waits until something holds; fails after five minutes, which only a fault can take.
public func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Late(what: what) }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Something that was waited for in vain.
struct Late: Error, CustomStringConvertible {
    let what: String
    var description: String { "waited in vain for \(what)" }
}
