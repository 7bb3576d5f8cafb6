import Documents
import Testing

/// Vectors of the MongoDB specification's BSON corpus, decimal128-1.json, as the last 17 bytes of
/// "canonical_bson": the number, little end first.
@Suite struct BSONDecimal128Tests {
    @Test(arguments: [
        ("0000000000000000000000000000007C", "NaN"), ("00000000000000000000000000000078", "Infinity"),
        ("000000000000000000000000000000F8", "-Infinity"),
        ("F2AF967ED05C82DE3297FF6FDE3CF22F", "0.000001234567890123456789012345678901234"),
        ("D2040000000000000000000000003430", "0.001234"),
        ("40EF5A07000000000000000000002A30", "0.00123400000"),
        ("01000000000000000000000000003E30", "0.1"),
        ("F2AF967ED05C82DE3297FF6FDE3CFC2F", "0.1234567890123456789012345678901234"),
        ("00000000000000000000000000004030", "0"), ("000000000000000000000000000040B0", "-0"),
        ("00000000000000000000000000003EB0", "-0.0"), ("02000000000000000000000000004030", "2"),
        ("D0070000000000000000000000003A30", "2.000"),
        ("F2AF967ED05C82DE3297FF6FDE3C4030", "1234567890123456789012345678901234"),
        ("FFFFFFFF638E8D37C087ADBE09ED0100", "9.999999999999999999999999999999999E-6143"),
        ("01000000000000000000000000000000", "1E-6176"), ("01000000000000000000000000000080", "-1E-6176"),
        ("F2AF967ED05C82DE3297FF6FDE3CF02F", "1.234567890123456789012345678901234E-7"),
        ("64000000000000000000000000002CB0", "-1.00E-8"), ("0000000000000000000000000000205F", "0E+6000"),
        ("00000000000000000000000000007A2B", "0E-611"), ("01000000000000000000000000004630", "1E+3"),
        ("1A040000000000000000000000004230", "1.050E+4"), ("69000000000000000000000000004230", "1.05E+3"),
        ("FFFFFFFFFFFFFFFFFFFFFFFFFFFF4030", "5192296858534827628530496329220095"),
        ("000000000A5BC138938D44C64D31FE5F", "1.000000000000000000000000000000000E+6144"),
        ("FFFFFFFF638E8D37C087ADBE09EDFF5F", "9.999999999999999999999999999999999E+6144"),
    ])
    func numbersAndTextsOfTheCorpus(hexadecimal: String, text: String) {
        let number = decimal(hexadecimal)
        #expect(number.description == text)
        #expect(Decimal128(text) == number)
    }

    /// What is not canonical reads as the corpus says.
    @Test(arguments: [
        ("000000000000000000000000000000FC", "NaN"), ("0000000000000000000000000000007E", "NaN"),
        ("000000000000000000000000000000FE", "NaN"), ("1200000000000000000000000000007E", "NaN"),
        ("0000000000000000000000000000106C", "0"), ("DCBA9876543210DEADBEEF00000010EC", "-0"),
        ("FFFFFFFFFFFFFFFFFFFFFFFFFFFF116C", "0E+3"),
    ])
    func numbersThatAreNotCanonical(hexadecimal: String, text: String) {
        #expect(decimal(hexadecimal).description == text)
    }

    /// 10^34 fits into the encoding's 113 bits, but counts as zero (IEEE 754-2008, 3.5.2).
    @Test func aCoefficientOf35DigitsIsZero() {
        let tooLarge: UInt128 = 10_000_000_000_000_000_000_000_000_000_000_000
        let high = UInt64(tooLarge >> 64)
        let low = UInt64(truncatingIfNeeded: tooLarge)
        #expect(Decimal128(high: 6176 << 49 | high, low: low).description == "0")
        #expect(
            Decimal128(high: 6176 << 49 | high, low: low - 1).description == String(repeating: "9", count: 34)
        )
    }

    @Test(arguments: [
        ("-100E-10", "-1.00E-8"), ("1E3", "1E+3"), ("1e+3", "1E+3"),
        ("12345689012345789012345E+12", "1.2345689012345789012345E+34"), ("nAn", "NaN"), ("-NaN", "NaN"),
        ("+1234567890123456789012345678901234", "1234567890123456789012345678901234"), ("inF", "Infinity"),
        ("+infinity", "Infinity"), ("-infiniTY", "-Infinity"), ("5.", "5"), ("00.50", "0.50"),
        ("." + String(repeating: "0", count: 998) + "1", "1E-999"),
        // Rounding exactly: zeros beyond the 34th digit, and exponents out of range that zeros can make up
        // for.
        ("1" + String(repeating: "0", count: 40), "1." + String(repeating: "0", count: 33) + "E+40"),
        ("1." + String(repeating: "0", count: 40), "1." + String(repeating: "0", count: 33)),
        ("1E+6112", "1.0E+6112"), ("10E-6177", "1E-6176"), ("0E+9999", "0E+6111"), ("0E-9999", "0E-6176"),
        ("0E+99999999999999999999", "0E+6111"),
    ])
    func textsThatAreNotCanonical(text: String, canonical: String) {
        #expect(Decimal128(text)?.description == canonical)
    }

    @Test(arguments: [
        "", ".", "-", "E5", "1E", "1E+", "1.2.3", "12x", "0x10", " 1", "1 ", "1,5", "--1", "Infinit", "NaN1",
        "1e1.5",
        "12345678901234567890123456789012345", "1E+6145", "1E-6177", "11E-6177", "1E+99999999999999999999",
        "0.12345678901234567890123456789012345",
    ])
    func whatIsNoDecimalOrWouldBeRoundedIsRefused(text: String) {
        #expect(Decimal128(text) == nil)
    }

    private func decimal(_ hexadecimal: String) -> Decimal128 {
        let words = bytes(hexadecimal: hexadecimal).reversed().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return Decimal128(high: UInt64(words >> 64), low: UInt64(truncatingIfNeeded: words))
    }
}
