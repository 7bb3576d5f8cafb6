import Documents
import Testing

/// The check of untrusted bytes. Vectors are from the MongoDB specification's BSON corpus, "decodeErrors", or
/// made by hand from bsonspec.org.
@Suite struct BSONValidationTests {
    @Test(arguments: [
        // top.json
        "0100000000", "0400000000", "05000000", "0500000001", "05000000FF", "0500000070",
        "00000000000000000000",
        "1200000002666F6F0004000000626172", "1200000002666F6F00040000006261720000DEADBEEF",
        "1300000002666F6F00040000006261720000", "1100000002666F6F00040000006261720000", "07000000000000",
        "07000000800000", "1200000002666F",
        // dbpointer.json
        "1A0000000C6100FFFFFFFF620056E1FC72E0C917E9C471416100",
        "1A0000000C610000000000620056E1FC72E0C917E9C471416100",
        "1A0000000C610002000000626256E1FC72E0C917E9C471416100",
        "160000000C61000300000061620056E1FC72E0C91700",
        "1A0000000C61000300000061620056E1FC72E0C917E9C4716100",
        "1A0000000C610002000000E90056E1FC72E0C917E9C471416100",
        // binary.json
        "1D000000057800FF0000000573FFD26444B34C6990E8E7D1DFC035D400", "0D000000057800FFFFFFFF0000",
        "13000000057800060000000203000000FFFF00", "13000000057800060000000201000000FFFF00",
        "130000000578000600000002FFFFFFFFFFFF00",
        // regex.json
        "0F0000000B610061006300696D0000", "100000000B61006162630069006D0000",
        // empty input, and too few bytes for a length
        "", "05", "050000",
    ])
    func faultyBytesOfTheCorpusAreRefused(hexadecimal: String) {
        #expect(throws: BSONError.self) { try Document(validating: bytes(hexadecimal: hexadecimal)) }
    }

    @Test(arguments: [
        "0500000000", "0F00000010246B6579002A00000000", "0D000000057800000000000000",
        "13000000057800060000000202000000FFFF00", "1A0000000C610002000000620056E1FC72E0C917E9C471416100",
        "1B0000000C610003000000C3A90056E1FC72E0C917E9C471416100", "0A0000000B6100000000",
        "180000001364000000000000000000000000000000007C00",
    ])
    func soundBytesOfTheCorpusPass(hexadecimal: String) throws {
        #expect(try Document(validating: bytes(hexadecimal: hexadecimal)).keys.count <= 1)
    }

    /// One fault each, made in a sound document, with the place where it is to be found.
    @Test func errorsNameOffsetAndPath() throws {
        // 0: length 28; 4: type 3; 5: "a"; 7: length 20; 11: type 4; 12: "b"; 14: length 12; 18: type 8;
        // 19: "0"; 21: true; 22: type 10; 23: "n"; 25: closing zeros.
        let sound = bytes(hexadecimal: "1c000000 036100 14000000 046200 0c000000 083000 01 0a6e00 00 00 00")
        try Document.validate(sound)
        func fault(at index: Int, _ byte: UInt8) -> String? {
            var faulty = sound
            faulty[index] = byte
            return faultOf { () throws(BSONError) in try Document.validate(faulty) }
        }
        #expect(
            fault(at: 21, 2) == "21|a.b.0|truth value is neither 0 nor 1"
        )
        #expect(fault(at: 22, 0x14) == "22|a.b|unknown type 20")
        #expect(fault(at: 23, 0xFF) == "23|a.b|invalid UTF-8")
        #expect(fault(at: 7, 22) == "7|a|document reaches too far")
        #expect(fault(at: 14, 13) == "14|a.b|document reaches too far")
        #expect(fault(at: 0, 29) == "0||document reaches too far")
    }

    @Test func depthIsLimitedToTheNumberGiven() throws {
        func nested(_ levels: Int) -> Document {
            var document = Document()
            for _ in 1..<levels { document = ["a": .document(document)] }
            return document
        }
        try Document.validate(nested(100).bytes)
        #expect(throws: BSONError.self) { try Document.validate(nested(101).bytes) }
        try Document.validate(nested(3).bytes, maximumDepth: 3)
        #expect(throws: BSONError.self) { try Document.validate(nested(4).bytes, maximumDepth: 3) }
        // The walk keeps its own stack, so that a caller who allows any depth gets an answer and not a crash.
        try Document.validate(nested(2000).bytes, maximumDepth: .max)
        #expect(throws: BSONError.self) {
            try Document.validate(
                (["c": .javaScriptWithScope("", nested(3))] as Document).bytes, maximumDepth: 3)
        }
    }

    @Test func codeWithScopeMustFillItsLength() throws {
        let sound = (["c": .javaScriptWithScope("f", ["x": 1])] as Document).bytes
        try Document.validate(sound)
        for change in [1, 255] as [UInt8] {
            for index in [7, 11] {  // The value's length, and that of the code in it.
                var faulty = sound
                faulty[index] &+= change
                #expect(throws: BSONError.self) { try Document.validate(faulty) }
            }
        }
    }

    @Test func aSliceIsCheckedByItself() throws {
        let document: Document = ["jd": 2_459_000.5]
        let padded = [1, 2, 3] + document.bytes + [4]
        try Document.validate(padded[3..<(padded.count - 1)])
        let fault = faultOf { () throws(BSONError) in try Document.validate(padded[3...]) }
        #expect(fault == "0||document ends before the bytes do")
    }

    @Test(arguments: [
        "C3 A9", "E2 82 AC", "F0 9D 84 9E", "41 41 41 41 41 41 41 41 C3 A9", "7F", "EF BB BF", "F4 8F BF BF",
    ])
    func textsInUTF8Pass(hexadecimal: String) throws { try Document.validate(string(hexadecimal)) }

    /// Overlong forms, surrogates, beyond U+10FFFF, cut sequences: RFC 3629, sections 3 and 4.
    @Test(arguments: [
        "C0 80", "C1 BF", "E0 80 80", "ED A0 80", "F4 90 80 80", "F8 88 80 80 80", "80", "C3", "E2 82", "FF",
        "41 41 41 41 41 41 41 41 C3", "41 41 41 41 41 41 41 41 41 FE",
    ])
    func textsNotInUTF8AreRefused(hexadecimal: String) {
        #expect(throws: BSONError.self) { try Document.validate(string(hexadecimal)) }
    }

    @Test func errorsReadAsASentence() {
        #expect { try Document.validate([5, 0, 0, 0, 1]) } throws: { error in
            "\(error)" == "invalid BSON at byte 4: no closing zero"
        }
        #expect { try Document.validate([9, 0, 0, 0, 8, 0x61, 0, 3, 0]) } throws: { error in
            "\(error)" == "invalid BSON at byte 7 in 'a': truth value is neither 0 nor 1"
        }
    }

    /// The error's parts; nil if there is none.
    private func faultOf(_ body: () throws(BSONError) -> Void) -> String? {
        do throws(BSONError) {
            try body()
            return nil
        } catch {
            return "\(error.offset)|\(error.path)|\(error.reason)"
        }
    }

    /// A document with one string of these bytes.
    private func string(_ hexadecimal: String) -> [UInt8] {
        let text = bytes(hexadecimal: hexadecimal)
        let element = [2, 0x73, 0, UInt8(text.count + 1), 0, 0, 0] + text + [0, 0]
        return [UInt8(element.count + 4), 0, 0, 0] + element
    }
}
