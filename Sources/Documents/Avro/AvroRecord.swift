/// A decoded record: its main document, still open for what the caller adds, its histories, and the values
/// that the shape asked to remember.
public struct AvroRecord: Sendable {
    /// Length (still zero), `_id` if the shape has an identifier, elements; no closing zero.
    private var main: [UInt8]
    /// Where the element of each captured value begins in `main`, -1 where there is none; the identifier's is
    /// last.
    private let slots: [Int32]
    /// What the shape set apart, in its order; empty where the packet has null or nothing.
    public let histories: [DocumentList]

    /// Type, `_id`, zero and eight bytes of an integer.
    static let identifierSize = 13

    /// - Parameters:
    ///   - main: the open document.
    ///   - slots: where the captured values are.
    ///   - histories: what was set apart.
    init(main: consuming [UInt8], slots: [Int32], histories: [DocumentList]) {
        self.main = main
        self.slots = slots
        self.histories = histories
    }

    /// The main document with the elements of another appended: coordinates, classifications.
    ///
    /// Nothing is copied where this is the last use of the record: say `consume record`, or let it be one.
    public consuming func document(appending tail: Document = Document()) -> Document {
        var bytes = main
        main = []
        if tail.bytes.count > 5 { bytes.append(contentsOf: tail.bytes[4..<tail.bytes.count - 1]) }
        bytes.append(0)
        let length = UInt32(truncatingIfNeeded: bytes.count)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        return Document(trusted: bytes)
    }

    /// Bytes of the main document so far.
    public var byteCount: Int { main.count + 1 }

    /// Bytes of memory that the record holds, its histories included, in which all of them lie together.
    var footprint: Int { main.capacity + 4 * slots.count + (histories.first?.footprint ?? 0) + 256 }

    /// The captured value of this index in the shape; nil where the packet's schema has no such field or a
    /// record on the way is null.
    public func value(_ capture: Int) -> Value? {
        guard let (type, start) = place(capture) else { return nil }
        switch type {
        case .null: return .null
        case .bool: return .bool(main[start] != 0)
        case .int32: return .int32(Int32(truncatingIfNeeded: number(start, 4)))
        case .int64: return .int64(number(start, 8))
        case .datetime: return .datetime(number(start, 8))
        case .double: return .double(Double(bitPattern: UInt64(bitPattern: number(start, 8))))
        case .string: return string(capture).map(Value.string)
        case .binary: return binary(capture).map { .binary(subtype: main[start + 4], Array($0)) }
        case .document: return .document(nested(start))
        case .array: return .array(nested(start))
        case .decimal128:
            return .decimal128(
                high: UInt64(bitPattern: number(start + 8, 8)), low: UInt64(bitPattern: number(start, 8)))
        default: return nil
        }
    }

    /// A captured number as a double; integers are converted. Nil where it is null, absent or no number.
    public func double(_ capture: Int) -> Double? {
        guard let (type, start) = place(capture) else { return nil }
        switch type {
        case .double: return Double(bitPattern: UInt64(bitPattern: number(start, 8)))
        case .int32: return Double(Int32(truncatingIfNeeded: number(start, 4)))
        case .int64: return Double(number(start, 8))
        default: return nil
        }
    }

    /// A captured integer. Nil where it is null, absent or no int or long.
    public func int64(_ capture: Int) -> Int64? {
        guard let (type, start) = place(capture) else { return nil }
        switch type {
        case .int32: return Int64(Int32(truncatingIfNeeded: number(start, 4)))
        case .int64: return number(start, 8)
        default: return nil
        }
    }

    /// A captured string. Nil where it is null, absent or no string.
    public func string(_ capture: Int) -> String? {
        guard let (type, start) = place(capture), type == .string else { return nil }
        return String(decoding: main[start + 4..<start + 3 + Int(number(start, 4))], as: UTF8.self)
    }

    /// Captured bytes, not copied: a stamp. Nil where they are null, absent or no bytes.
    public func binary(_ capture: Int) -> ArraySlice<UInt8>? {
        guard let (type, start) = place(capture), type == .binary else { return nil }
        return main[start + 5..<start + 5 + Int(number(start, 4))]
    }

    /// Writes `_id` into the room kept for it, from the value captured in `slot`.
    ///
    /// - Returns: false where there is no such value or it is null.
    mutating func placeIdentifier(from slot: Int) -> Bool {
        guard let (type, start) = place(slot), type != .null else { return false }
        var element: [UInt8] = [ElementType.int64.rawValue] + Array("_id".utf8) + [0]
        switch type {
        case .int32, .int64:
            let value = UInt64(bitPattern: int64(slot) ?? 0)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                element.append(UInt8(truncatingIfNeeded: value >> shift))
            }
            for index in element.indices { main[4 + index] = element[index] }
        default:
            // An identifier of another size (a uuid) moves the elements once; what was captured moves with
            // them.
            element[0] = type.rawValue
            element += main[start..<start + size(type, start)]
            let shift = Int32(truncatingIfNeeded: element.count - Self.identifierSize)
            main.replaceSubrange(4..<4 + Self.identifierSize, with: element)
            self = AvroRecord(main: main, slots: slots.map { $0 < 0 ? $0 : $0 + shift }, histories: histories)
        }
        return true
    }

    /// The type of a captured value and where it begins.
    private func place(_ capture: Int) -> (type: ElementType, start: Int)? {
        guard slots.indices.contains(capture), slots[capture] >= 0 else { return nil }
        var start = Int(slots[capture])
        guard start < main.count, let type = ElementType(rawValue: main[start]) else { return nil }
        repeat { start += 1 } while main[start] != 0
        return (type, start + 1)
    }

    /// A little-endian integer of so many bytes, its upper bytes zero.
    private func number(_ start: Int, _ count: Int) -> Int64 {
        var bits: UInt64 = 0
        for index in (0..<count).reversed() { bits = bits << 8 | UInt64(main[start + index]) }
        return Int64(bitPattern: bits)
    }

    private func nested(_ start: Int) -> Document {
        Document(trusted: Array(main[start..<start + Int(number(start, 4))]))
    }

    /// Bytes of a value of the types that the decoder writes.
    private func size(_ type: ElementType, _ start: Int) -> Int {
        switch type {
        case .bool: 1
        case .int32: 4
        case .double, .datetime, .int64: 8
        case .decimal128: 16
        case .string: 4 + Int(number(start, 4))
        case .binary: 5 + Int(number(start, 4))
        case .document, .array: Int(number(start, 4))
        default: 0
        }
    }
}
