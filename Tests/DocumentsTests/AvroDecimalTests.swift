import Testing

@testable import Documents

/// Vectors of the BSON specification's decimal128 corpus (decimal128-1.json), as high and low halves.
@Suite struct AvroDecimalTests {
    @Test(
        arguments: [
            ([], 0, 0x3040_0000_0000_0000, 0),
            ([0x01], 0, 0x3040_0000_0000_0000, 1),
            ([0xFF], 0, 0xB040_0000_0000_0000, 1),
            // "0.1"
            ([0x01], 1, 0x303E_0000_0000_0000, 1),
            // "0.001234"
            ([0x04, 0xD2], 6, 0x3034_0000_0000_0000, 1234),
            // "123456789012"
            ([0x1C, 0xBE, 0x99, 0x1A, 0x14], 0, 0x3040_0000_0000_0000, 0x1C_BE99_1A14),
            // "0.1234567890123456789012345678901234"
            (
                [0x3C, 0xDE, 0x6F, 0xFF, 0x97, 0x32, 0xDE, 0x82, 0x5C, 0xD0, 0x7E, 0x96, 0xAF, 0xF2], 34,
                0x2FFC_3CDE_6FFF_9732, 0xDE82_5CD0_7E96_AFF2
            ),
        ] as [([UInt8], Int, UInt64, UInt64)])
    func decimalsHaveTheirPublishedBits(bytes: [UInt8], scale: Int, high: UInt64, low: UInt64) {
        #expect(AvroDecimal.value(bytes, scale: scale) == .decimal128(high: high, low: low))
        #expect(
            AvroDecimal.bytes(high: high, low: low, scale: scale, size: nil) == (bytes.isEmpty ? [0] : bytes))
    }

    @Test func moreThan34DigitsAreText() {
        // 10^34 = 0x1ED09BEAD87C0378D8E6400000000; one less still fits.
        let tenToThe34: [UInt8] = [
            0x01, 0xED, 0x09, 0xBE, 0xAD, 0x87, 0xC0, 0x37, 0x8D, 0x8E, 0x64, 0, 0, 0, 0,
        ]
        #expect(AvroDecimal.value(tenToThe34, scale: 0) == .text("1" + String(repeating: "0", count: 34)))
        #expect(AvroDecimal.value(tenToThe34, scale: 36) == .text("0.01" + String(repeating: "0", count: 34)))
        var oneLess = tenToThe34
        oneLess.replaceSubrange(10..., with: [0x63, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(
            AvroDecimal.value(oneLess, scale: 0)
                == .decimal128(high: 0x3041_ED09_BEAD_87C0, low: 0x378D_8E63_FFFF_FFFF))
        // -2^127
        #expect(
            AvroDecimal.value([0x80] + [UInt8](repeating: 0, count: 15), scale: 2)
                == .text("-1701411834604692317316873037158841057.28"))
        #expect(
            AvroDecimal.value([1], scale: 6177) == .text("0." + String(repeating: "0", count: 6176) + "1"))
    }

    @Test func aFixedIsFilledWithTheSign() {
        #expect(
            AvroDecimal.bytes(high: 0xB040_0000_0000_0000, low: 1, scale: 0, size: 4) == [255, 255, 255, 255])
        #expect(AvroDecimal.bytes(high: 0x3040_0000_0000_0000, low: 128, scale: 0, size: 2) == [0, 128])
        #expect(AvroDecimal.bytes(high: 0x3040_0000_0000_0000, low: 128, scale: 0, size: 1) == nil)
        // 0.1 does not fit scale 0; 1 is 10 at scale 1; infinity is no integer.
        #expect(AvroDecimal.bytes(high: 0x303E_0000_0000_0000, low: 1, scale: 0, size: nil) == nil)
        #expect(AvroDecimal.bytes(high: 0x3040_0000_0000_0000, low: 1, scale: 1, size: nil) == [10])
        #expect(AvroDecimal.bytes(high: 0x7800_0000_0000_0000, low: 0, scale: 0, size: nil) == nil)
    }
}
