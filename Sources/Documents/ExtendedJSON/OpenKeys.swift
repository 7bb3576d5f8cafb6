/// The keys of the objects that are open while JSON is read: where they lie, and whether one may stand twice.
struct OpenKeys {
    /// What was noticed about an object's keys.
    struct Marks {
        /// Two of them may be equal: their hashes are.
        var mayRepeat = false
        /// The type wrapper whose key came first.
        var wrapper: Wrapper?
    }

    private struct Level {
        /// Where the key of the element lies that is being read; negative before the first.
        var keyStart = -1
        /// Where the object's hashes begin.
        let firstHash: Int
        /// One bit for each hash that has come: most new keys need no further look.
        var seen: UInt64 = 0
        var marks = Marks()
    }

    /// An object with more keys is looked through at its end, by sorting.
    private static let comparedOneByOne = 64
    private var levels: [Level] = []
    private var hashes: [UInt64] = []

    /// How many objects and arrays are open.
    var depth: Int { levels.count }

    /// An object or array begins.
    mutating func open() { levels.append(Level(firstHash: hashes.count)) }

    /// An element begins, whose key will be at an offset.
    mutating func enter(at keyStart: Int) { levels[levels.count - 1].keyStart = keyStart }

    /// A key of the innermost object is complete.
    mutating func note(_ key: RawSpan, mayBeWrapper: Bool) {
        let last = levels.count - 1
        let hash = Self.hash(key)
        let bit = UInt64(1) << (hash >> 58)
        let count = hashes.count - levels[last].firstHash
        if levels[last].seen & bit != 0, count < Self.comparedOneByOne, !levels[last].marks.mayRepeat {
            for index in levels[last].firstHash..<hashes.count where hashes[index] == hash {
                levels[last].marks.mayRepeat = true
            }
        }
        levels[last].seen |= bit
        hashes.append(hash)
        if mayBeWrapper, levels[last].marks.wrapper == nil { levels[last].marks.wrapper = Wrapper(key: key) }
    }

    /// The innermost object or array ends; returns what was noticed about its keys.
    mutating func close() -> Marks {
        guard let level = levels.popLast() else { return Marks() }
        var marks = level.marks
        if !marks.mayRepeat, hashes.count - level.firstHash > Self.comparedOneByOne {
            let sorted = hashes[level.firstHash...].sorted()
            marks.mayRepeat = zip(sorted, sorted.dropFirst()).contains { $0 == $1 }
        }
        hashes.removeLast(hashes.count - level.firstHash)
        return marks
    }

    /// The dotted path of the element that is being read.
    func path(in output: RawSpan) -> String {
        levels.filter { $0.keyStart >= 0 }.map { level in
            let end = output.firstZero(from: level.keyStart, before: output.byteCount)
            return output.extracting(level.keyStart..<min(end, output.byteCount)).withUnsafeBytes {
                String(decoding: $0, as: UTF8.self)
            }
        }.joined(separator: ".")
    }

    /// A multiplicative hash of eight bytes at a time. Whoever makes keys collide on purpose gains a closer
    /// look at the object, which takes linear time.
    private static func hash(_ key: RawSpan) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: key.byteCount)
        var index = 0
        while index &+ 8 <= key.byteCount {
            hash = mix(hash, key.load64(at: index))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < key.byteCount {
            rest = rest << 8 | UInt64(key.byte(at: index))
            index &+= 1
        }
        return mix(hash, rest)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

extension OutputBytes {
    /// Rewrites the document at `start`, the last thing written, so that of equal keys the last value
    /// remains, at the place of the first.
    mutating func keepLastOfEqualKeys(from start: Int) {
        let document = Document(trusted: copy(from: start))
        var last: [ArraySlice<UInt8>: Element] = [:]
        for element in document.elements { last[element.keyBytes] = element }
        var writer = DocumentWriter(capacity: document.bytes.count)
        for element in document.elements {
            if let value = last.removeValue(forKey: element.keyBytes) { writer.append(value) }
        }
        truncate(to: start)
        append(contentsOf: writer.finish().bytes)
    }
}
