/// Bytes under construction: an array that is written up to `count` and filled with zeros beyond.
///
/// Appending to an array byte by byte costs a capacity and uniqueness check each; here a whole element makes
/// room once and is then stored by offset. This is the one place where bytes are written through pointers:
/// every function first makes room for what it stores, and no pointer leaves its closure.
struct OutputBytes: Sendable {
    private var storage: [UInt8]
    /// How many bytes are written.
    private(set) var count: Int

    /// No bytes yet, with room for so many.
    init(capacity: Int) {
        storage = [UInt8](repeating: 0, count: max(capacity, 32))
        count = 0
    }

    /// Takes these bytes over, storage and all, leaves an empty array behind, and goes on after them.
    init(continuing bytes: inout [UInt8]) {
        storage = []
        swap(&bytes, &storage)
        count = storage.count
    }

    /// What is written, after which nothing is. (Were this a consuming function, the caller's variable would
    /// still hold the storage, and cutting it to length would copy it: measured.)
    mutating func take() -> [UInt8] {
        storage.removeLast(storage.count - count)
        count = 0
        var bytes: [UInt8] = []
        swap(&bytes, &storage)
        return bytes
    }

    /// Makes room for so many more bytes.
    mutating func reserve(_ more: Int) {
        if storage.count - count < more { grow(more) }
    }

    /// Lengthens the storage by steps of at most 4 kB (its capacity grows by doubling all the same), so that
    /// going on in a large buffer does not fill all of it with zeros for one small document.
    @inline(never)
    private mutating func grow(_ more: Int) {
        let step = max(more, min(storage.count, 4096))
        storage.append(addingCapacity: step) { $0.append(repeating: 0, count: step) }
    }

    /// Forgets everything from an offset on.
    mutating func truncate(to offset: Int) { count = offset }

    /// The byte at an offset.
    subscript(offset: Int) -> UInt8 {
        get { storage[offset] }
        set { storage[offset] = newValue }
    }

    /// The bytes written from an offset on, lent.
    func withBytes<Result: ~Copyable>(from start: Int, _ body: (RawSpan) -> Result) -> Result {
        body(storage.span.extracting(start..<count).bytes)
    }

    /// A copy of the bytes written from an offset on.
    func copy(from start: Int) -> [UInt8] { Array(storage[start..<count]) }

    /// One byte.
    mutating func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        count &+= 1
    }

    /// A 32-bit number, little end first.
    mutating func append32(_ value: UInt32) {
        reserve(4)
        store32(value, at: count)
        count &+= 4
    }

    /// A 64-bit number, little end first.
    mutating func append64(_ value: UInt64) {
        reserve(8)
        store64(value, at: count)
        count &+= 8
    }

    /// Overwrites four bytes that are there.
    mutating func store32(_ value: UInt32, at offset: Int) {
        var span = storage.mutableSpan
        var bytes = span.mutableBytes
        bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Overwrites eight bytes that are there.
    mutating func store64(_ value: UInt64, at offset: Int) {
        var span = storage.mutableSpan
        var bytes = span.mutableBytes
        bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// An array's bytes.
    mutating func append(contentsOf bytes: [UInt8]) {
        bytes.withUnsafeBytes { source in append(copying: source) }
    }

    /// A slice's bytes.
    mutating func append(contentsOf bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { source in append(copying: source) }
    }

    /// A span's bytes.
    mutating func append(contentsOf bytes: RawSpan) {
        bytes.withUnsafeBytes { source in append(copying: source) }
    }

    /// A constant text.
    mutating func append(_ text: StaticString) {
        append(copying: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A string's UTF-8.
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { source in append(copying: UnsafeRawBufferPointer(source)) }
    }

    private mutating func append(copying source: UnsafeRawBufferPointer) {
        guard let from = source.baseAddress, source.count > 0 else { return }
        reserve(source.count)
        let start = count
        storage.withUnsafeMutableBytes { target in
            target.baseAddress?.advanced(by: start).copyMemory(from: from, byteCount: source.count)
        }
        count &+= source.count
    }

    /// A type byte, a key with its closing zero, and the first so many bytes of a value, at most eight;
    /// returns where the value begins. A longer value follows by the other functions.
    ///
    /// - Precondition: the key holds no zero byte.
    @discardableResult
    mutating func append(_ type: ElementType, _ key: String, value: UInt64 = 0, size: Int = 0) -> Int {
        var key = key
        return key.withUTF8 { source in
            let length = source.count
            reserve(length &+ 10)
            let start = count
            let hasZero = storage.withUnsafeMutableBytes { target in
                guard let base = target.baseAddress else { return false }
                let element = base + start
                element.storeBytes(of: type.rawValue, as: UInt8.self)
                let hasZero = Self.copy(source, to: element + 1)
                element.storeBytes(of: 0, toByteOffset: length &+ 1, as: UInt8.self)
                element.storeBytes(of: value.littleEndian, toByteOffset: length &+ 2, as: UInt64.self)
                return hasZero
            }
            precondition(!hasZero, "a BSON key must not contain a zero byte")
            count = start &+ length &+ 2 &+ size
            return start &+ length &+ 2
        }
    }

    /// Copies bytes and says whether one of them is zero; in words that overlap at the end, because keys are
    /// short and a loop over single bytes was the larger part of an element's cost.
    @inline(__always)
    private static func copy(_ bytes: UnsafeBufferPointer<UInt8>, to: UnsafeMutableRawPointer) -> Bool {
        let count = bytes.count
        guard let base = bytes.baseAddress, count > 0 else { return false }
        let from = UnsafeRawPointer(base)
        if count >= 8 {
            var zeros: UInt64 = 0
            var index = 0
            while index &+ 8 < count {
                let word = from.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                to.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
                zeros |= word.zeroBytes
                index &+= 8
            }
            let word = from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            to.storeBytes(of: word, toByteOffset: count &- 8, as: UInt64.self)
            return zeros | word.zeroBytes != 0
        }
        if count >= 4 {
            let head = from.loadUnaligned(as: UInt32.self)
            let tail = from.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            to.storeBytes(of: head, as: UInt32.self)
            to.storeBytes(of: tail, toByteOffset: count &- 4, as: UInt32.self)
            return (UInt64(tail) << 32 | UInt64(head)).zeroBytes != 0
        }
        var hasZero = false
        for index in 0..<count {
            to.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
            if bytes[index] == 0 { hasZero = true }
        }
        return hasZero
    }

    /// Makes room for at most so many bytes, lets `body` write some of them, and counts as many as it says.
    mutating func append(atMost limit: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(limit)
        let start = count
        let written = storage.withUnsafeMutableBufferPointer { target in
            guard let base = target.baseAddress else { return 0 }
            return body(base + start)
        }
        precondition(written <= limit)
        count &+= written
    }
}
