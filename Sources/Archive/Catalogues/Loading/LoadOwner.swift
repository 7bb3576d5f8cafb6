import Documents
import Foundation
import Glibc

/// The process that works on a load.
struct LoadOwner: Sendable, Equatable {
    let host: String
    let process: Int
    /// Tells it from earlier ones of the same number.
    let token: String

    /// This process.
    static func current() -> LoadOwner {
        let process = ProcessInfo.processInfo
        return LoadOwner(
            host: process.hostName, process: Int(process.processIdentifier),
            token: String(UInt64.random(in: .min ... .max), radix: 16))
    }

    /// Whether it can be seen that the process is gone: one of this host does not run any more.
    var isGone: Bool {
        guard host == LoadOwner.current().host, let number = pid_t(exactly: process) else { return false }
        return kill(number, 0) != 0 && errno == ESRCH
    }

    /// As it is stored.
    var document: Document {
        ["host": .string(host), "process": .int64(Int64(process)), "token": .string(token)]
    }

    /// Takes all of them.
    init(host: String, process: Int, token: String) {
        self.host = host
        self.process = process
        self.token = token
    }

    /// What is stored; nil where something is missing.
    init?(_ document: Document) {
        guard let host = document.string(at: "host"), let process = document.int64(at: "process"),
            let token = document.string(at: "token")
        else { return nil }
        self.init(host: host, process: Int(process), token: token)
    }
}
