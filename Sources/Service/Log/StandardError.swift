internal import Foundation
internal import Synchronization

/// Standard error, one writer at a time, so that lines of several threads do not mix.
public enum StandardError {
    private static let writer = LineWriter(descriptor: STDERR_FILENO)

    /// Writes all of a text in one piece.
    ///
    /// A closed or full standard error is ignored: there is no other place to say so.
    public static func write(_ text: String) { _ = writer.write(text) }
}

/// A file descriptor that several threads write whole texts to.
final class LineWriter: Sendable {
    private let descriptor: Int32
    private let lock = Mutex(())

    /// Takes a descriptor that is open as long as this lives.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes all of a text before anybody else's; whether that worked.
    func write(_ text: String) -> Bool {
        var text = text
        return lock.withLock { _ in
            text.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                    if count > 0 {
                        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                    } else if count < 0 && errno == EAGAIN {
                        // A non-blocking pipe is full: wait until it takes more, but not for ever.
                        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        guard poll(&waiting, 1, 1000) > 0 else { return false }
                    } else if count == 0 || errno != EINTR {
                        return false
                    }
                }
                return true
            }
        }
    }
}
