/// Arrays, maps and histories: whatever comes in counted blocks.
extension AvroInterpreter {
    /// What is left of an array or a map.
    private struct Blocks {
        /// The least bytes of one item.
        let least: Int
        /// Items of the blocks begun so far.
        var total = 0
        /// Where the current block must end; nil where it does not say its size.
        var end: UnsafePointer<UInt8>?
    }

    /// How many items the next block has, 0 after the last; nil with the fault noted.
    private mutating func next(_ blocks: inout Blocks) -> Int? {
        if let expected = blocks.end, expected != cursor {
            _ = fail(.blockSize)
            return nil
        }
        blocks.end = nil
        guard var count = long() else { return nil }
        if count < 0 {
            // A negative count says that the block's size in bytes follows.
            guard let size = length() else { return nil }
            blocks.end = cursor + size
            guard count != .min else {
                _ = fail(.items)
                return nil
            }
            count = -count
        }
        guard count <= limits.items - blocks.total else {
            _ = fail(.items)
            return nil
        }
        guard blocks.least == 0 || count <= (end - cursor) / blocks.least else {
            _ = fail(.count)
            return nil
        }
        blocks.total += Int(count)
        return Int(count)
    }

    /// An array, whose keys are "0", "1", … The caller has written its own key.
    mutating func array(_ node: AvroNode) -> Bool {
        guard depth < limits.depth else { return fail(.depth) }
        depth += 1
        let first = out
        out += 4
        var blocks = Blocks(least: Int(node.second))
        var index = 0
        while true {
            guard let count = next(&blocks) else { return false }
            if count == 0 { break }
            for _ in 0..<count {
                guard reserve(64) else { return false }
                let slot = out
                out += 1
                putIndex(index)
                guard value(node.first, slot) else {
                    faultPath.append(String(index))
                    return false
                }
                index += 1
            }
        }
        guard reserve(64) else { return false }
        depth -= 1
        close(first)
        return true
    }

    /// A map as a document. Keys that come twice are kept twice, as they are.
    mutating func map(_ node: AvroNode) -> Bool {
        guard depth < limits.depth else { return fail(.depth) }
        depth += 1
        let first = out
        out += 4
        var blocks = Blocks(least: Int(node.second))
        while true {
            guard let count = next(&blocks) else { return false }
            if count == 0 { break }
            for _ in 0..<count {
                guard reserve(64) else { return false }
                let slot = out
                out += 1
                guard key() else { return false }
                let name = slot + 1
                guard value(node.first, slot) else {
                    faultPath.append(String(cString: name))
                    return false
                }
            }
        }
        guard reserve(64) else { return false }
        depth -= 1
        close(first)
        return true
    }

    /// A history: null or an array of records, each a document of its own.
    mutating func history(_ index: Int) -> Bool {
        let rule = tables.program.histories[index]
        dropsNulls = rule.dropsNulls
        sentinel = rule.sentinel
        integer = rule.integer ?? 0
        dropsInteger = rule.integer != nil
        swapOutputs()
        defer { if fault == .none { swapOutputs() } }
        var node = tables.nodes[Int(rule.node)]
        if node.kind == .union {
            guard let branch = branch(of: node) else { return false }
            node = tables.nodes[Int(branch)]
        }
        let first = rowStarts.count
        if node.kind == .array {
            var blocks = Blocks(least: Int(node.second))
            let layout = tables.nodes[Int(node.first)].first
            while true {
                guard let count = next(&blocks) else { return false }
                if count == 0 { break }
                for _ in 0..<count {
                    guard reserve(64) else { return false }
                    rowStarts.append(Int32(truncatingIfNeeded: out - rows))
                    guard row(layout) else {
                        faultPath.append(String(rowStarts.count - 1 - first))
                        return false
                    }
                }
            }
        }
        rowRanges[index] = first..<rowStarts.count
        return true
    }

    /// Whether a history drops the element at `slot`, whose value begins `length` bytes after.
    func isDropped(_ slot: UnsafeMutablePointer<UInt8>, _ length: Int) -> Bool {
        let value = UnsafeRawPointer(slot + length)
        switch ElementType(rawValue: slot.pointee) {
        case .null: return dropsNulls
        case .double:
            return Double(bitPattern: UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))) == sentinel
        case .int32:
            return dropsInteger && Int64(Int32(littleEndian: value.loadUnaligned(as: Int32.self))) == integer
        case .int64:
            return dropsInteger && Int64(littleEndian: value.loadUnaligned(as: Int64.self)) == integer
        case .bool: return dropsInteger && Int64(value.load(as: UInt8.self)) == integer
        default: return false
        }
    }

    private mutating func swapOutputs() {
        swap(&out, &rowsOut)
        swap(&outEnd, &rowsEnd)
        isInRows.toggle()
    }

    /// The key of an array's element with its closing zero; at most 20 bytes.
    private mutating func putIndex(_ index: Int) {
        var digits = 1
        var bound = 10
        while index >= bound {
            digits += 1
            bound *= 10
        }
        var rest = index
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            out[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
            rest = quotient
        }
        out[digits] = 0
        out += digits + 1
    }
}
