internal import Documents
internal import Sky

/// A row on its way into an index: what it is sorted by, its position and its document, as bytes.
///
///     0   pixel at order 29     8   ra, dec as doubles
///     24  where the `_id` begins and ends in the document, 4 bytes each
///     32  length of the document, 4 bytes      36  the document
enum RowBytes {
    static let headSize = 36
    static let length = 32

    /// Appends a row.
    ///
    /// - Returns: its key, or nil where the document has no `_id`.
    static func append(_ position: Coordinates, _ document: Document, to bytes: inout [UInt8]) -> UInt64? {
        guard let id = document.element(key: "_id") else { return nil }
        let key = UInt64(finest.pixel(at: position))
        append(key, to: &bytes)
        append(position.ra.bitPattern, to: &bytes)
        append(position.dec.bitPattern, to: &bytes)
        // The type's byte stands before the key.
        append32(id.keyBytes.startIndex - 1, to: &bytes)
        append32(id.valueBytes.endIndex, to: &bytes)
        append32(document.bytes.count, to: &bytes)
        bytes.append(contentsOf: document.bytes)
        return key
    }

    private static let finest: HEALPix = {
        guard let division = HEALPix(order: HEALPix.maximumOrder) else {
            preconditionFailure("there is a finest order")
        }
        return division
    }()

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }

    private static func append32(_ value: Int, to bytes: inout [UInt8]) {
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
    }

    /// How many bytes the row at an offset takes.
    static func size(_ bytes: RawSpan, at offset: Int) -> Int { headSize + bytes.int32(at: offset + length) }

    /// The key of the row at an offset.
    static func key(_ bytes: RawSpan, at offset: Int) -> UInt64 { bytes.word(at: offset) }

    /// Where the document of the row at an offset lies.
    static func document(_ bytes: RawSpan, at offset: Int) -> Range<Int> {
        offset + headSize..<offset + size(bytes, at: offset)
    }

    /// The direction of the row at an offset, in the frame of an index.
    static func direction(_ bytes: RawSpan, at offset: Int) -> UnitVector {
        let position = try? Coordinates(
            ra: Double(bitPattern: bytes.word(at: offset + 8)),
            dec: Double(bitPattern: bytes.word(at: offset + 16)))
        guard let position else { preconditionFailure("a row's position was one when it was added") }
        return UnitVector(geoJSON: position)
    }

    /// Whether a row comes before another one of the same key: by its `_id`, its document, its position.
    static func precedes(_ one: RawSpan, _ first: Int, _ other: RawSpan, _ second: Int) -> Bool {
        func id(_ bytes: RawSpan, _ offset: Int) -> Range<Int> {
            let start = offset + headSize
            return start + bytes.int32(at: offset + 24)..<start + bytes.int32(at: offset + 28)
        }
        var order = compare(one, id(one, first), other, id(other, second))
        if order == 0 { order = compare(one, document(one, at: first), other, document(other, at: second)) }
        if order == 0 { order = compare(one, first + 8..<first + 24, other, second + 8..<second + 24) }
        return order < 0
    }

    /// Less than 0 where some bytes come before others, 0 where they are equal.
    private static func compare(_ one: RawSpan, _ first: Range<Int>, _ other: RawSpan, _ second: Range<Int>)
        -> Int
    {
        let common = min(first.count, second.count)
        for place in 0..<common {
            let (left, right) = (
                one.byte(at: first.lowerBound + place), other.byte(at: second.lowerBound + place)
            )
            if left != right { return left < right ? -1 : 1 }
        }
        return first.count - second.count
    }
}

extension RawSpan {
    /// Eight bytes, little end first; out of bounds is a programming error and traps.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Four bytes as a number that is not negative.
    @inline(__always)
    func int32(at offset: Int) -> Int {
        Int(UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    /// One byte.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
