import Documents

/// Random documents and bytes for tests, the same for the same seed.
enum BSONSamples {
    /// SplitMix64 (Steele, Lea, Flood, 2014).
    struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    private static let texts = [
        "", "jd", "candidate", "é", "€uro", "𝄞", "a\"b\\c", "line\nbreak\u{1}", "objectId", "$gt",
    ]

    /// A document with up to eight elements of all types.
    static func document(_ generator: inout Generator, depth: Int = 3) -> Document {
        var writer = DocumentWriter()
        for index in 0..<Int.random(in: 0...8, using: &generator) {
            writer.append(text(&generator) + "\(index)", value(&generator, depth: depth))
        }
        return writer.finish()
    }

    /// One of the texts.
    static func text(_ generator: inout Generator) -> String { texts.randomElement(using: &generator) ?? "" }

    /// A value of any type; documents and arrays only while there is depth left.
    static func value(_ generator: inout Generator, depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 23 : 19), using: &generator) {
        case 0: .double(Double(bitPattern: generator.next() & ~(1 << 62)))
        case 1: .double(Double.random(in: -30...30, using: &generator))
        case 2: .string(text(&generator))
        case 3: .binary(subtype: [0, 4, 5, 128].randomElement(using: &generator) ?? 0, bytes(20, &generator))
        case 4: .undefined
        case 5:
            ObjectID((0..<12).map { _ in UInt8(truncatingIfNeeded: generator.next()) }).map { .objectID($0) }
                ?? .null
        case 6: .bool(Bool.random(using: &generator))
        case 7: .datetime(Int64.random(in: -1...253_402_300_800_000, using: &generator))
        case 8: .datetime(Int64(bitPattern: generator.next()))
        case 9: .null
        case 10: .regularExpression(pattern: text(&generator), options: "imx")
        case 11: .dbPointer(text(&generator), ObjectID(repeatElement(7, count: 12)) ?? ObjectID.zero)
        case 12: .javaScript(text(&generator))
        case 13: .symbol(text(&generator))
        case 14: .javaScriptWithScope(text(&generator), document(&generator, depth: depth - 1))
        case 15: .int32(Int32(truncatingIfNeeded: generator.next()))
        case 16: .timestamp(seconds: UInt32(truncatingIfNeeded: generator.next()), increment: 1)
        case 17: .int64(Int64(bitPattern: generator.next()))
        case 18: Bool.random(using: &generator) ? .minKey : .maxKey
        case 19: .decimal128(high: 0x3040_0000_0000_0000, low: generator.next())
        case 20: .document(document(&generator, depth: depth - 1))
        default:
            .list(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(&generator, depth: depth - 1)
                })
        }
    }

    /// Up to so many random bytes.
    static func bytes(_ limit: Int, _ generator: inout Generator) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
            UInt8(truncatingIfNeeded: generator.next())
        }
    }

    /// The bytes with one to three of them changed, dropped, or doubled.
    static func mutated(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(bytes[index], at: index)
            case 2: bytes.removeLast(Int.random(in: 0..<min(bytes.count, 8), using: &generator))
            case 3: bytes[index] = [0, 1, 4, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            default: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
            }
        }
        return bytes
    }
}

extension ObjectID {
    /// Twelve zeros.
    static var zero: ObjectID {
        guard let id = ObjectID(repeatElement(0, count: 12)) else {
            preconditionFailure("twelve bytes are an id")
        }
        return id
    }
}

/// The bytes that hexadecimal digits mean; other characters are passed over.
func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Two hexadecimal digits for every byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return text
}
