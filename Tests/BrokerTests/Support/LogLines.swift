import Service
import Synchronization

/// What an ingester says, kept.
final class LogLines: Sendable {
    private let lines = Mutex<[LogLine]>([])

    /// The log that is kept.
    var log: Service.Log {
        Service.Log(label: "test", level: .debug) { [self] line in lines.withLock { $0.append(line) } }
    }

    /// The catalogues that were named with a message, sorted; each as often as it was said.
    func names(of message: String) -> [String] {
        lines.withLock { $0 }.filter { $0.message == message }.compactMap { line in
            if case .string(let name) = line.metadata["catalog.name"] { name } else { nil }
        }.sorted()
    }
}
