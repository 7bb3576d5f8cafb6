/// Reads one record after a program and writes it as BSON.
///
/// The one place, with its extensions, that works on raw memory, because it runs once for every field of
/// every alert (2,600 in a ZTF packet). What keeps it safe:
///
/// - `cursor` never passes `end`: the fast path runs only where 16 bytes are left, more than any value of
///   fixed size with its union index takes, and checks a length before it follows it; the careful path checks
///   each byte.
/// - `out` never passes `outEnd`: before a field is written, at least its layout's `reservation` is free,
///   which covers every field of fixed size of that record and 48 bytes for each to be written past its end;
///   whatever has a size of its own asks for it first and restores the reservation after. Where there is no
///   room the fault is `full`.
/// - Whatever the fast path finds odd it leaves to the careful one, which reads the field again from its
///   start and names the fault.
struct AvroInterpreter {
    let tables: AvroTables
    let instructions: UnsafePointer<AvroInstruction>
    let limits: AvroLimits
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let slots: UnsafeMutablePointer<Int32>
    let main: UnsafeMutablePointer<UInt8>
    var cursor: UnsafePointer<UInt8>
    var out: UnsafeMutablePointer<UInt8>
    var outEnd: UnsafeMutablePointer<UInt8>
    /// Where the next element of a history goes; swapped with `out` and `outEnd` while one is read.
    let rows: UnsafeMutablePointer<UInt8>
    var rowsOut: UnsafeMutablePointer<UInt8>
    var rowsEnd: UnsafeMutablePointer<UInt8>
    /// Whether `out` is in the histories.
    var isInRows = false
    /// Where each element of the histories begins, counted from `rows`.
    var rowStarts: [Int32] = []
    /// Which of `rowStarts` belong to each history.
    var rowRanges: [Range<Int>]
    /// The rule of the history being read, unpacked.
    var dropsNulls = false
    var sentinel = Double.nan
    var integer: Int64 = 0
    var dropsInteger = false
    var depth = 0
    /// Bytes written and taken back, of fields left out: of values that take no input (a million nulls are four
    /// bytes) they alone say how much was done.
    private var discarded = 0
    var fault = AvroFault.none
    /// Where the fault is, counted from `start`.
    var faultOffset = 0
    /// The names on the way to the fault, innermost first.
    var faultPath: [String] = []

    /// - Parameters:
    ///   - input: all bytes given; offsets in faults count from their start.
    ///   - range: where the record may lie in them.
    ///   - main: where the main document goes, `mainStart` its first byte to be written.
    ///   - rows: where the elements of the histories go.
    ///   - slots: one for each captured value, all -1.
    init(
        _ tables: AvroTables, limits: AvroLimits, input: UnsafePointer<UInt8>, range: Range<Int>,
        main: UnsafeMutableBufferPointer<UInt8>, mainStart: Int, rows: UnsafeMutableBufferPointer<UInt8>,
        slots: UnsafeMutablePointer<Int32>
    ) {
        self.tables = tables
        self.limits = limits
        self.slots = slots
        instructions = tables.instructions
        start = input
        cursor = input + range.lowerBound
        end = input + range.upperBound
        // The driver allocates both with at least some bytes, so that both have an address.
        self.main = main.baseAddress.unsafelyUnwrapped
        self.rows = rows.baseAddress.unsafelyUnwrapped
        out = self.main + mainStart
        outEnd = self.main + main.count
        rowsOut = self.rows
        rowsEnd = self.rows + rows.count
        rowRanges = Array(repeating: 0..<0, count: tables.program.histories.count)
    }

    /// Reads the outermost record into the main document, whose length and closing zero are left to the
    /// caller.
    ///
    /// - Returns: whether it went well; else `fault` says what stopped it.
    mutating func run() -> Bool { fields(of: tables.program.root) }

    /// Whether this much room is left; else the fault is `full`.
    @inline(__always)
    mutating func reserve(_ count: Int) -> Bool {
        outEnd - out >= count || fail(.full)
    }

    /// Notes a fault at the cursor; always false.
    @inline(never)
    mutating func fail(_ fault: AvroFault) -> Bool {
        self.fault = fault
        faultOffset = cursor - start
        return false
    }

    /// Notes the field in which a fault happened; always false.
    @inline(never)
    private mutating func note(_ instruction: UnsafePointer<AvroInstruction>) -> Bool {
        let first = Int(instruction.pointee.headerStart) + 1
        let name = UnsafeBufferPointer(
            start: tables.pool + first, count: max(0, Int(instruction.pointee.headerLength) - 2))
        faultPath.append(String(decoding: name, as: UTF8.self))
        return false
    }

    /// A record as an embedded document: length, elements, closing zero. The caller has written its key.
    mutating func document(_ layout: Int32) -> Bool {
        guard depth < limits.depth else { return fail(.depth) }
        depth += 1
        let first = out
        out += 4
        guard fields(of: layout) else { return false }
        depth -= 1
        close(first)
        return true
    }

    /// A record as an element of a history.
    mutating func row(_ layout: Int32) -> Bool {
        let first = out
        out += 4
        guard rowFields(of: layout) else { return false }
        close(first)
        return true
    }

    /// Writes four bytes.
    @inline(__always)
    func store(_ value: Int32, at place: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(place).storeBytes(of: value.littleEndian, as: Int32.self)
    }

    /// Writes the closing zero of a document and, where it began, its length. There is room for the zero
    /// because no field takes the 64 bytes on top of each reservation.
    @inline(__always)
    mutating func close(_ first: UnsafeMutablePointer<UInt8>) {
        out.pointee = 0
        out += 1
        store(Int32(truncatingIfNeeded: out - first), at: first)
    }

    // Two copies of the loop: nothing but histories pays for the comparisons with what is dropped.
    @inline(never)
    private mutating func fields(of layout: Int32) -> Bool { fields(of: layout, asRow: false) }
    @inline(never)
    private mutating func rowFields(of layout: Int32) -> Bool { fields(of: layout, asRow: true) }

    /// Reads all fields of a record and writes their elements.
    @inline(__always)
    private mutating func fields(of index: Int32, asRow: Bool) -> Bool {
        let layout = tables.layouts[Int(index)]
        let room = Int(layout.reservation)
        guard reserve(room) else { return false }
        // Copies that the compiler keeps in registers; written back before anything else uses them.
        var cursor = self.cursor
        var out = self.out
        let end = self.end
        var instruction = instructions + Int(layout.first)
        let last = instruction + Int(layout.count)
        while instruction < last {
            fast: do {
                let operation = instruction.pointee.operation
                guard end - cursor >= 16, operation.rawValue <= AvroOperation.record.rawValue else {
                    break fast
                }
                var at = cursor
                let length = Int(instruction.pointee.headerLength)
                UnsafeMutableRawPointer(out).storeBytes(
                    of: instruction.pointee.header, as: SIMD32<UInt8>.self)
                if instruction.pointee.isNullable {
                    let branch = at.pointee
                    at += 1
                    if branch == instruction.pointee.nullByte {
                        if !asRow || !dropsNulls {
                            out.pointee = ElementType.null.rawValue
                            out += length
                        }
                        cursor = at
                        instruction += 1
                        continue
                    }
                    guard branch == instruction.pointee.valueByte else { break fast }
                }
                let value = UnsafeMutableRawPointer(out + length)
                switch operation {
                case .float:
                    let bits = UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)
                    let number = Double(Float(bitPattern: UInt32(littleEndian: bits)))
                    at += 4
                    value.storeBytes(of: number.bitPattern.littleEndian, as: UInt64.self)
                    if !asRow || number != sentinel { out += length + 8 }
                case .double:
                    let bits = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
                    at += 8
                    value.storeBytes(of: bits, as: UInt64.self)
                    if !asRow || Double(bitPattern: UInt64(littleEndian: bits)) != sentinel {
                        out += length + 8
                    }
                case .int:
                    guard let wide = AvroVarint.read(&at), let number = Int32(exactly: wide) else {
                        break fast
                    }
                    value.storeBytes(of: number.littleEndian, as: Int32.self)
                    if !asRow || !dropsInteger || wide != integer { out += length + 4 }
                case .long:
                    guard let number = AvroVarint.read(&at) else { break fast }
                    // Stored as drivers store integers: in 32 bits where they fit.
                    value.storeBytes(of: number.littleEndian, as: Int64.self)
                    guard !asRow || !dropsInteger || number != integer else { break }
                    if let small = Int32(exactly: number) {
                        out.pointee = ElementType.int32.rawValue
                        value.storeBytes(of: small.littleEndian, as: Int32.self)
                        out += length + 4
                    } else {
                        out += length + 8
                    }
                case .boolean:
                    let flag = at.pointee
                    guard flag <= 1, !asRow || !dropsInteger || Int64(flag) != integer else { break fast }
                    at += 1
                    value.storeBytes(of: flag, as: UInt8.self)
                    out += length + 1
                case .string:
                    guard let count = AvroVarint.read(&at), count >= 0, count <= end - at,
                        outEnd - out >= length + 5 + Int(count) + room,
                        Self.copyASCII(at, to: value + 4, Int(count), end)
                    else { break fast }
                    value.storeBytes(of: Int32(truncatingIfNeeded: count + 1).littleEndian, as: Int32.self)
                    value.storeBytes(of: 0, toByteOffset: 4 + Int(count), as: UInt8.self)
                    at += Int(count)
                    out += length + 5 + Int(count)
                case .bytes:
                    guard let count = AvroVarint.read(&at), count >= 0, count <= end - at,
                        outEnd - out >= length + 5 + Int(count) + room
                    else { break fast }
                    value.storeBytes(of: Int32(truncatingIfNeeded: count).littleEndian, as: Int32.self)
                    value.storeBytes(of: 0, toByteOffset: 4, as: UInt8.self)
                    (value + 5).copyMemory(from: at, byteCount: Int(count))
                    at += Int(count)
                    out += length + 5 + Int(count)
                case .record:
                    self.cursor = at
                    self.out = out + length
                    guard document(instruction.pointee.target) else { return note(instruction) }
                    guard reserve(room) else { return false }
                    at = self.cursor
                    out = self.out
                default: break fast
                }
                cursor = at
                instruction += 1
                continue
            }
            self.cursor = cursor
            self.out = out
            guard carefully(instruction, asRow: asRow), reserve(room) else { return false }
            cursor = self.cursor
            out = self.out
            instruction += 1
        }
        self.cursor = cursor
        self.out = out
        return true
    }

    /// Copies text of which at least `count` bytes are readable, if it is ASCII; up to seven bytes past its
    /// end may be overwritten.
    ///
    /// - Returns: false where it is not ASCII or too near to the end of the input to be read in words.
    @inline(__always)
    private static func copyASCII(
        _ source: UnsafePointer<UInt8>, to target: UnsafeMutableRawPointer, _ count: Int,
        _ end: UnsafePointer<UInt8>
    ) -> Bool {
        guard end - source >= count + 8 else { return false }
        let source = UnsafeRawPointer(source)
        var high: UInt64 = 0
        var offset = 0
        while offset + 8 <= count {
            let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            high |= word
            target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        // Of the last word only the bytes that belong to the text count; little-endian puts them lowest.
        let mask = (1 as UInt64) << UInt64(8 * (count - offset)) &- 1
        high |= UInt64(littleEndian: word) & mask
        return high & 0x8080_8080_8080_8080 == 0
    }

    /// Reads one field byte by byte, or does what is not a field.
    @inline(never)
    private mutating func carefully(_ instruction: UnsafePointer<AvroInstruction>, asRow: Bool) -> Bool {
        let target = instruction.pointee.target
        switch instruction.pointee.operation {
        case .capture:
            slots[Int(target)] = Int32(truncatingIfNeeded: out - main)
            return true
        case .history:
            return history(Int(target)) || note(instruction)
        default:
            let length = Int(instruction.pointee.headerLength)
            guard reserve(length + 64) else { return false }
            let slot = out
            slot.update(from: tables.pool + Int(instruction.pointee.headerStart), count: length)
            out += length
            guard value(instruction.pointee.node, slot) else { return note(instruction) }
            if instruction.pointee.operation == .overridden || asRow && isDropped(slot, length) {
                discarded += out - slot
                guard discarded <= limits.recordBytes else { return fail(.discarded) || note(instruction) }
                out = slot
            }
            return true
        }
    }
}
