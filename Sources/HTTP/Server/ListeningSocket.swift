import Glibc

/// A TCP socket that listens. Whoever takes the descriptor closes it.
struct ListeningSocket {
    let descriptor: Int32
    /// The port, chosen by the system where 0 was asked for.
    let port: UInt16

    /// Listens on the first address that a host's name stands for.
    init(host: String, port: UInt16) throws(HTTPError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let address = found?.pointee else {
            throw HTTPError("cannot listen on \(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }

        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.ai_family, type, address.ai_protocol)
        guard descriptor >= 0 else { throw Self.failure(host, port) }
        // A restart must not wait for the old process's connections to leave TIME_WAIT; `::` serves IPv4 too.
        Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.ai_family == AF_INET6 { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, SOMAXCONN) == 0,
            let bound = Self.boundPort(descriptor)
        else {
            let failure = Self.failure(host, port)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = bound
    }

    private static func failure(_ host: String, _ port: UInt16) -> HTTPError {
        HTTPError("cannot listen on \(host):\(port): \(String(cString: strerror(errno)))")
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return nil }
                // The port stands at the same place in sockaddr_in and sockaddr_in6 (RFC 3493 section 3.3).
                return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
            }
        }
    }
}
