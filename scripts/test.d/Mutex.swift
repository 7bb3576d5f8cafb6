import Foundation

/// Stands in for Synchronization's Mutex under ThreadSanitizer: its contended path (Swift 6.3.1) lies in a library
/// that is not instrumented, so the sanitizer does not see that one thread waited for the other and reports races
/// that are none. NSLock is a pthread mutex, which it knows.
struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let lock = NSLock()
    private let value: UnsafeMutablePointer<Value>

    init(_ initial: consuming sending Value) {
        value = .allocate(capacity: 1)
        value.initialize(to: initial)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
    }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value.pointee)
    }
}
