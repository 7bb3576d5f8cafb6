internal import Glibc
internal import Synchronization

/// A file in memory, read-only, and which of its blocks were found sound.
///
/// This is the one place of reading through pointers: every offset is checked against the file's length. A file that is
/// replaced by renaming another over it stays readable here; one that is cut short while it is mapped ends the process
/// (SIGBUS), which is why nothing ever writes to a finished index file.
final class MappedFile: @unchecked Sendable {
    // Sendable, because the memory is never written after `init` but for the atomic words.

    /// Which file lay under a path: it changes when the file is replaced or written.
    struct Identity: Equatable, Sendable {
        let device: UInt64
        let inode: UInt64
        let bytes: Int
        let modified: Int64
    }

    let identity: Identity
    private let base: UnsafeRawPointer
    private let checked: UnsafeMutablePointer<Atomic<UInt64>>
    private let checkedWords: Int

    /// Whether the file is small beside this machine's memory, so that all of it is read ahead when it is opened and
    /// stays there.
    let staysInMemory: Bool

    /// Length in bytes.
    var count: Int { identity.bytes }

    init(path: String) throws(CatalogIndexError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CatalogIndexError(path, "is not a regular file", .damaged)
        }
        identity = Identity(status)
        guard identity.bytes >= IndexLayout.blockSize else {
            throw CatalogIndexError(path, "is too short for an index: \(identity.bytes) bytes", .damaged)
        }
        guard let memory = mmap(nil, identity.bytes, PROT_READ, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { throw Self.failure("map", path) }
        staysInMemory = identity.bytes <= Self.physicalMemory / 16
        // Lookups are spread over all of the file: reading ahead of them would only push out what others need.
        madvise(memory, identity.bytes, staysInMemory ? MADV_WILLNEED : MADV_RANDOM)
        base = UnsafeRawPointer(memory)
        checkedWords = identity.bytes / IndexLayout.blockSize / 64 + 1
        checked = .allocate(capacity: checkedWords)
        for word in 0..<checkedWords { (checked + word).initialize(to: Atomic(0)) }
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: base), identity.bytes)
        checked.deinitialize(count: checkedWords)
        checked.deallocate()
    }

    /// Bytes of memory that this machine has.
    private static let physicalMemory = max(0, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))

    /// Which file lies under a path now; nil where there is none.
    static func identity(of path: String) throws(CatalogIndexError) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw failure("examine", path) }
            return nil
        }
        return Identity(status)
    }

    private static func failure(_ action: String, _ path: String) -> CatalogIndexError {
        CatalogIndexError(path, "cannot \(action): \(String(cString: strerror(errno)))", .system)
    }

    /// Eight bytes at an offset.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= identity.bytes &- 8)
        return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Four bytes at an offset.
    @inline(__always)
    func halfWord(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= identity.bytes &- 4)
        return UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// A double at an offset.
    @inline(__always)
    func double(at offset: Int) -> Double { Double(bitPattern: word(at: offset)) }

    /// A copy of some bytes.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= identity.bytes)
        return [UInt8](UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// CRC-32 of some bytes.
    func checksum(of range: Range<Int>) -> UInt32 {
        precondition(range.lowerBound >= 0 && range.upperBound <= identity.bytes)
        return Catalogs.checksum(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Whether a block was found sound.
    @inline(__always)
    func isChecked(_ block: Int) -> Bool {
        precondition(block >= 0 && block >> 6 < checkedWords)
        return checked[block >> 6].load(ordering: .relaxed) & 1 << UInt64(block & 63) != 0
    }

    /// Remembers that a block was found sound.
    func setChecked(_ block: Int) {
        precondition(block >= 0 && block >> 6 < checkedWords)
        checked[block >> 6].bitwiseOr(1 << UInt64(block & 63), ordering: .relaxed)
    }

    /// Tells the system that some bytes will be read soon.
    func expect(_ range: Range<Int>) {
        let first = max(0, range.lowerBound) / Self.pageSize * Self.pageSize
        let end = min(identity.bytes, range.upperBound)
        // Advice only: what it is refused for is read when it is needed.
        if first < end {
            madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_WILLNEED)
        }
    }

    private static let pageSize = max(4096, sysconf(Int32(_SC_PAGESIZE)))
}

extension MappedFile.Identity {
    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        bytes = Int(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }
}
