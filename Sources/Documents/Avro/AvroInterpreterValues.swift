/// Values of any type, byte by byte: what the fast path leaves over, and where every fault is named.
extension AvroInterpreter {
    /// Reads a value and writes it, its type at `slot`: the first byte of the element whose key is written
    /// already.
    mutating func value(_ index: Int32, _ slot: UnsafeMutablePointer<UInt8>) -> Bool {
        guard reserve(64) else { return false }
        let node = tables.nodes[Int(index)]
        switch node.kind {
        case .null:
            slot.pointee = ElementType.null.rawValue
            return true
        case .boolean:
            guard cursor < end else { return fail(.truncated) }
            guard cursor.pointee <= 1 else { return fail(.boolean) }
            slot.pointee = ElementType.bool.rawValue
            out.pointee = cursor.pointee
            out += 1
            cursor += 1
            return true
        case .int:
            guard let number = int() else { return false }
            slot.pointee = ElementType.int32.rawValue
            store(number, at: out)
            out += 4
            return true
        case .long:
            guard let number = long() else { return false }
            return put(number, .int64, slot)
        case .date:
            guard let days = int() else { return false }
            return put(Int64(days) * 86_400_000, .datetime, slot)
        case .milliseconds:
            guard let number = long() else { return false }
            return put(number, .datetime, slot)
        case .microseconds:
            guard let number = long() else { return false }
            return put(Self.floor(number, 1_000), .datetime, slot)
        case .nanoseconds:
            guard let number = long() else { return false }
            return put(Self.floor(number, 1_000_000), .datetime, slot)
        case .float:
            guard end - cursor >= 4 else { return fail(.truncated) }
            let bits = UInt32(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
            cursor += 4
            return put(Int64(bitPattern: Double(Float(bitPattern: bits)).bitPattern), .double, slot)
        case .double:
            guard end - cursor >= 8 else { return fail(.truncated) }
            let bits = Int64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: Int64.self))
            cursor += 8
            return put(bits, .double, slot)
        case .string:
            slot.pointee = ElementType.string.rawValue
            guard let count = length() else { return false }
            return text(count)
        case .bytes:
            guard let count = length() else { return false }
            return binary(count, subtype: 0, slot)
        case .fixed:
            return binary(Int(node.first), subtype: UInt8(truncatingIfNeeded: node.second), slot)
        case .decimal:
            return decimal(node, slot)
        case .enumeration:
            guard let symbol = long() else { return false }
            guard symbol >= 0, symbol < node.second else { return fail(.symbol) }
            let piece = tables.symbols[Int(node.first) + Int(symbol)]
            guard reserve(Int(piece.count) + 64) else { return false }
            slot.pointee = ElementType.string.rawValue
            out.update(from: tables.pool + Int(piece.start), count: Int(piece.count))
            out += Int(piece.count)
            return true
        case .record:
            slot.pointee = ElementType.document.rawValue
            return document(node.first)
        case .array:
            slot.pointee = ElementType.array.rawValue
            return array(node)
        case .map:
            slot.pointee = ElementType.document.rawValue
            return map(node)
        case .union:
            // A union holds no union, so this calls itself once at most.
            guard let branch = branch(of: node) else { return false }
            return value(branch, slot)
        }
    }

    /// The node of the branch that a union's index names.
    mutating func branch(of node: AvroNode) -> Int32? {
        let place = cursor
        guard let branch = long() else { return nil }
        guard branch >= 0, branch < node.second else {
            cursor = place
            _ = fail(.branch)
            return nil
        }
        return tables.branches[Int(node.first) + Int(branch)]
    }

    /// A long, or nil with the fault noted.
    mutating func long() -> Int64? {
        var code: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard cursor < end else {
                _ = fail(.truncated)
                return nil
            }
            let byte = UInt64(cursor.pointee)
            guard shift < 63 || byte <= 1 else {
                _ = fail(.varint)
                return nil
            }
            cursor += 1
            code |= (byte & 0x7F) << shift
            if byte < 0x80 { return AvroVarint.zigzag(code) }
            shift += 7
        }
    }

    /// An int, or nil with the fault noted.
    private mutating func int() -> Int32? {
        guard let wide = long() else { return nil }
        guard let number = Int32(exactly: wide) else {
            _ = fail(.intRange)
            return nil
        }
        return number
    }

    /// The length of a string or of bytes, of which as many are left; nil with the fault noted.
    mutating func length() -> Int? {
        guard let count = long() else { return nil }
        guard count >= 0, count <= end - cursor else {
            _ = fail(.length)
            return nil
        }
        return Int(count)
    }

    /// Eight bytes of a number or a time.
    private mutating func put(_ bits: Int64, _ type: ElementType, _ slot: UnsafeMutablePointer<UInt8>) -> Bool
    {
        slot.pointee = type.rawValue
        UnsafeMutableRawPointer(out).storeBytes(of: bits.littleEndian, as: Int64.self)
        out += 8
        return true
    }

    /// The quotient rounded down, as BSON libraries round times: -1 µs is in the last millisecond before
    /// 1970.
    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The value of a BSON string from as many bytes of the input.
    private mutating func text(_ count: Int) -> Bool {
        guard reserve(count + 64) else { return false }
        guard isText(count) else { return fail(.text) }
        store(Int32(truncatingIfNeeded: count + 1), at: out)
        (out + 4).update(from: cursor, count: count)
        out[4 + count] = 0
        out += count + 5
        cursor += count
        return true
    }

    /// Whether as many bytes at the cursor are UTF-8.
    private func isText(_ count: Int) -> Bool {
        let bytes = UnsafeBufferPointer(start: cursor, count: count)
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch { return false }
    }

    private mutating func binary(_ count: Int, subtype: UInt8, _ slot: UnsafeMutablePointer<UInt8>) -> Bool {
        guard count <= end - cursor else { return fail(.truncated) }
        guard reserve(count + 64) else { return false }
        slot.pointee = ElementType.binary.rawValue
        store(Int32(truncatingIfNeeded: count), at: out)
        out[4] = subtype
        (out + 5).update(from: cursor, count: count)
        out += count + 5
        cursor += count
        return true
    }

    private mutating func decimal(_ node: AvroNode, _ slot: UnsafeMutablePointer<UInt8>) -> Bool {
        var count = Int(node.second)
        if count < 0 {
            guard let length = length() else { return false }
            count = length
        }
        guard count <= end - cursor else { return fail(.truncated) }
        // Writing out the digits takes time with the square of their number.
        guard count <= 4096 else { return fail(.decimal) }
        let bytes = Array(UnsafeBufferPointer(start: cursor, count: count))
        switch AvroDecimal.value(bytes, scale: Int(node.first)) {
        case .decimal128(let high, let low):
            slot.pointee = ElementType.decimal128.rawValue
            UnsafeMutableRawPointer(out).storeBytes(of: low.littleEndian, as: UInt64.self)
            UnsafeMutableRawPointer(out + 8).storeBytes(of: high.littleEndian, as: UInt64.self)
            out += 16
        case .text(let digits):
            guard reserve(digits.utf8.count + 64) else { return false }
            slot.pointee = ElementType.string.rawValue
            store(Int32(truncatingIfNeeded: digits.utf8.count + 1), at: out)
            out += 4
            for byte in digits.utf8 {
                out.pointee = byte
                out += 1
            }
            out.pointee = 0
            out += 1
        }
        cursor += count
        return true
    }

    /// The key of a map's entry with its closing zero.
    mutating func key() -> Bool {
        guard let count = length() else { return false }
        guard reserve(count + 64) else { return false }
        guard isText(count) else { return fail(.text) }
        for index in 0..<count where cursor[index] == 0 { return fail(.zeroInKey) }
        out.update(from: cursor, count: count)
        out += count
        out.pointee = 0
        out += 1
        cursor += count
        return true
    }
}
