/// Twelve bytes that identify a document.
public struct ObjectID: Sendable, Hashable, CustomStringConvertible {
    /// The bytes in their order.
    public let bytes: [12 of UInt8]

    /// From twelve bytes; nil for any other count.
    public init?(_ source: some Collection<UInt8>) {
        guard source.count == 12 else { return nil }
        var bytes = [12 of UInt8](repeating: 0)
        for (index, byte) in source.enumerated() { bytes[index] = byte }
        self.bytes = bytes
    }

    /// From 24 hexadecimal digits of either case; nil for anything else.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 24 else { return nil }
        var bytes = [12 of UInt8](repeating: 0)
        for index in 0..<12 {
            guard let high = Hexadecimal.value(of: digits[2 * index]),
                let low = Hexadecimal.value(of: digits[2 * index + 1])
            else { return nil }
            bytes[index] = high << 4 | low
        }
        self.bytes = bytes
    }

    /// The bytes as an array.
    public var array: [UInt8] { bytes.indices.map { bytes[$0] } }

    /// 24 hexadecimal digits.
    public var description: String {
        String(
            decoding: array.flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0 & 15)] },
            as: UTF8.self)
    }

    /// Whether both have the same bytes.
    public static func == (left: ObjectID, right: ObjectID) -> Bool {
        for index in left.bytes.indices where left.bytes[index] != right.bytes[index] { return false }
        return true
    }

    /// Mixes in the bytes.
    public func hash(into hasher: inout Hasher) {
        for index in bytes.indices { hasher.combine(bytes[index]) }
    }
}
