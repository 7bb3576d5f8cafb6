import Glibc

/// How far the other end of a TCP connection is with what it was sent.
struct SendingProgress {
    /// Bytes that it has acknowledged since the connection began.
    let taken: UInt64
    /// Whether there are bytes that it has not.
    let isWaiting: Bool

    /// Where `struct tcp_info` of linux/tcp.h has what is read here; Glibc's older one ends before. The kernel fills as
    /// much as it knows and says how much that is.
    private enum Offset {
        static let unacknowledgedSegments = 24
        static let bytesAcknowledged = 120
        static let bytesNotSent = 144
        static let end = 148
    }

    /// Asks the kernel about a socket; nil where it does not tell.
    init?(of socket: Int32) {
        var info = [UInt8](repeating: 0, count: Offset.end)
        var count = socklen_t(info.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &count) == 0, Int(count) == info.count
        else { return nil }
        (taken, isWaiting) = info.withUnsafeBytes { info in
            (
                info.loadUnaligned(fromByteOffset: Offset.bytesAcknowledged, as: UInt64.self),
                info.loadUnaligned(fromByteOffset: Offset.unacknowledgedSegments, as: UInt32.self) > 0
                    || info.loadUnaligned(fromByteOffset: Offset.bytesNotSent, as: UInt32.self) > 0
            )
        }
    }
}
