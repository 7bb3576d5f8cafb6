import Documents

/// The name of a field, prepared for being looked for.
struct Name: Sendable, Hashable {
    /// The name itself.
    let text: String
    /// Its first eight bytes, little end first, zeros beyond.
    let head: UInt64
    /// The last eight bytes of a longer one; zero for others.
    let tail: UInt64
    /// How many bytes it has.
    let count: Int

    init(_ text: String) {
        self.text = text
        var (head, tail): (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            if count < 8 { head |= UInt64(byte) << UInt64(8 * count) }
            tail = tail >> 8 | UInt64(byte) << 56
            count += 1
        }
        self.head = head
        self.tail = count > 8 ? tail : 0
        self.count = count
    }

    /// What names are told apart by, without their text.
    struct Marks: Sendable {
        let head: UInt64
        let tail: UInt64
        let count: Int

        /// Whether they are all that can be known of the name.
        @inline(__always)
        var areComplete: Bool { count <= 16 }
    }

    /// What it is told apart by from others.
    var marks: Marks { Marks(head: head, tail: tail, count: count) }

    /// Whether both have the same bytes: strings that only look alike are different names.
    @inline(__always)
    static func == (left: Name, right: Name) -> Bool {
        guard left.head == right.head, left.tail == right.tail, left.count == right.count else {
            return false
        }
        return left.count <= 16 || left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(head)
        hasher.combine(tail)
        hasher.combine(count)
    }

    /// The position in an array that the name means, nil where it is not a plain number: no sign, no leading zero.
    var arrayIndex: Int? {
        guard count > 0, count < 10, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            count == 1 || head & 0xFF != 0x30
        else { return nil }
        return Int(text)
    }
}
