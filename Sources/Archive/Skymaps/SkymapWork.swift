import Service
import Skymaps
import Synchronization

/// Draws contours on a thread of its own, one map after the other: nothing else waits for it.
///
/// A map takes from milliseconds to a second or two for each level, and up to about half a gigabyte of memory while it
/// is worked on; hence one at a time.
public final class SkymapWork: Sendable {
    /// How long a map may take; it is looked at between steps of a second or so.
    private static let longest = Duration.seconds(60)

    private let threads = WorkerThreads(name: "skymaps", count: 1)
    private let maximumWaiting: Int
    private let waiting = Atomic(0)

    /// - Parameter maximumWaiting: how many maps may wait, each with its request in memory.
    public init(maximumWaiting: Int = 16) { self.maximumWaiting = maximumWaiting }

    /// Works a map out and draws its contours.
    ///
    /// - Throws: `RequestError` where it is no map; `SkymapsBusy`; `CancellationError`.
    func contours(_ map: SkymapDescription, _ levels: [ContourLevel]) async throws -> Contours {
        let before = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        if before >= maximumWaiting { throw SkymapsBusy() }
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await threads.run {
                let end = ContinuousClock.now + Self.longest
                do {
                    return try map.contours(levels.map(\.percent)) {
                        flag.isSet.load(ordering: .relaxed) || ContinuousClock.now > end
                    }
                } catch is CancellationError where !flag.isSet.load(ordering: .relaxed) {
                    throw RequestError(.value, "the contours of this sky map take too long to draw")
                }
            }
        } onCancel: {
            flag.isSet.store(true, ordering: .relaxed)
        }
    }

    /// Tells the thread that nobody waits any more.
    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }
}

/// Too many maps wait to be worked out; try again later.
public struct SkymapsBusy: Error, CustomStringConvertible {
    /// What happened, in words.
    public var description: String { "too many sky maps wait to be worked out" }
}
