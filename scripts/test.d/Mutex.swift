import Foundation

/// Stands in for Synchronization's Mutex under ThreadSanitizer: its contended path (Swift 6.3.1) lies in a library
/// that is not instrumented, so the sanitizer does not see that one thread waited for the other and reports races
/// that are none. NSLock is a pthread mutex, which it knows.
@safe struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let lock = NSLock()
    private let value: UnsafeMutablePointer<Value>

    init(_ initial: consuming sending Value) {
        unsafe value = .allocate(capacity: 1)
        unsafe value.initialize(to: initial)
    }

    deinit {
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return unsafe try body(&value.pointee)
    }
}
