import Foundation
import Glibc
import Service
import Synchronization

/// A TCP connection on which a test says exactly which bytes go out. All calls that wait run on threads
/// apart, because the handlers of the server under test need the cooperative pool.
public final class RawSocket: Sendable {
    private static let threads = WorkerThreads(name: "raw-socket", count: 4)
    private let descriptor: Int32
    private let isOpen = Atomic(true)

    /// Connects to a port of this machine.
    public init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // A test that waits for bytes which never come fails instead of hanging.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw SocketFailure(number: number)
        }
    }

    deinit { close() }

    /// Tells the other side that no more will come, as a client does that has asked.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// A call that the system refused, by its number.
    public struct SocketFailure: Error {
        let number: Int32
    }

    /// Ends the connection.
    public func close() {
        if isOpen.exchange(false, ordering: .relaxed) { Glibc.close(descriptor) }
    }

    /// Sends all of a text; false if the other side has closed.
    @discardableResult
    public func send(_ text: String) async throws -> Bool { try await send(Array(text.utf8)) }

    /// Sends all of these bytes; false if the other side has closed.
    @discardableResult
    public func send(_ bytes: [UInt8]) async throws -> Bool {
        try await Self.threads.run { [self] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { bytes in
                    Glibc.send(
                        descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0 { return false }
                sent += count
            }
            return true
        }
    }

    /// Everything up to the close of the other side.
    public func readToEnd() async throws -> String {
        try await read { _ in false }
    }

    /// What arrives until it ends with a text or the other side closes.
    public func read(until text: String) async throws -> String {
        try await read { $0.count >= text.utf8.count && $0.suffix(text.utf8.count).elementsEqual(text.utf8) }
    }

    /// What arrives until it is long enough or the other side closes.
    public func read(bytes count: Int) async throws -> String {
        try await read { $0.count >= count }
    }

    private func read(while isEnough: @escaping @Sendable ([UInt8]) -> Bool) async throws -> String {
        try await Self.threads.run { [self] in
            var received: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 65_536)
            while !isEnough(received) {
                let count = recv(descriptor, &part, part.count, 0)
                if count <= 0 {
                    if count < 0 && errno == EAGAIN { throw SocketFailure(number: EAGAIN) }
                    break
                }
                received.append(contentsOf: part[..<count])
            }
            return String(decoding: received, as: UTF8.self)
        }
    }
}
