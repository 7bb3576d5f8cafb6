import Glibc
import Synchronization

/// Decoders found by their schema's text: a third of every ZTF packet is the same 25 kB of schema.
///
/// The lock is held to take or replace the list only; texts are compared and compiled outside. Two threads
/// that meet a new schema at once both compile it, which does no harm. When the list is full, the schema not
/// asked for longest goes.
public final class AvroSchemaCache: Sendable {
    private let shape: AvroShape
    private let limits: AvroLimits
    private let capacity: Int
    private let entries = Mutex<[Entry]>([])
    /// Counts what was asked for; orders the entries' last use.
    private let clock = Atomic<UInt64>(0)

    /// A schema's text and what was compiled from it.
    private final class Entry: Sendable {
        let digest: UInt64
        let text: [UInt8]
        let decoder: AvroDecoder
        let lastUse: Atomic<UInt64>

        init(digest: UInt64, text: [UInt8], decoder: AvroDecoder, now: UInt64) {
            self.digest = digest
            self.text = text
            self.decoder = decoder
            lastUse = Atomic(now)
        }
    }

    /// - Parameters:
    ///   - shape: the shape that all decoders have.
    ///   - limits: the limits that all decoders have.
    ///   - capacity: how many are kept, at least 1.
    public init(shape: AvroShape = AvroShape(), limits: AvroLimits = AvroLimits(), capacity: Int = 64) {
        self.shape = shape
        self.limits = limits
        self.capacity = max(1, capacity)
    }

    /// How many schemas are known.
    public var count: Int { entries.withLock { $0.count } }

    /// The decoder of a schema's text, compiled if it is not known.
    public func decoder(for text: [UInt8]) throws(AvroError) -> AvroDecoder {
        try text.span.bytes.lend { bytes throws(AvroError) in try self.decoder(for: bytes) }
    }

    /// The decoder of a schema's text, compiled if it is not known.
    func decoder(for text: UnsafeBufferPointer<UInt8>) throws(AvroError) -> AvroDecoder {
        let digest = Self.digest(text)
        let now = clock.wrappingAdd(1, ordering: .relaxed).newValue
        for entry in entries.withLock({ $0 }) where entry.digest == digest {
            guard Self.isSame(entry.text, text) else { continue }
            entry.lastUse.store(now, ordering: .relaxed)
            return entry.decoder
        }
        let copy = Array(text)
        let decoder = try AvroDecoder(schema: AvroSchema(json: copy), shape: shape, limits: limits)
        let entry = Entry(digest: digest, text: copy, decoder: decoder, now: now)
        entries.withLock { entries in
            if entries.contains(where: { $0.digest == digest && $0.text == copy }) { return }
            if entries.count >= capacity {
                let oldest = entries.indices.min {
                    entries[$0].lastUse.load(ordering: .relaxed)
                        < entries[$1].lastUse.load(ordering: .relaxed)
                }
                if let oldest { entries.remove(at: oldest) }
            }
            entries.append(entry)
        }
        return decoder
    }

    /// Whether all bytes are equal. `elementsEqual` goes byte by byte: 15 µs for a ZTF schema, which this
    /// does in 1.
    private static func isSame(_ known: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        known.withUnsafeBufferPointer { known in
            guard known.count == text.count else { return false }
            guard let left = known.baseAddress, let right = text.baseAddress else { return true }
            return memcmp(left, right, text.count) == 0
        }
    }

    /// The length and 64 bytes spread over the text, mixed (FNV-1a, 64 bits): enough to tell real schemas
    /// apart without reading them; equality is decided by all bytes.
    private static func digest(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: text.count)
        for sample in 0..<64 where !text.isEmpty {
            digest = (digest ^ UInt64(text[sample * text.count / 64])) &* 0x100_0000_01B3
        }
        return digest
    }
}
