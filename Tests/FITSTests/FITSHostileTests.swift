import Foundation
import Testing

@testable import FITS

/// Whatever bytes are given: an answer or a `FITSError`, within the limits.
@Suite struct FITSHostileTests {
    static let limits = FITSLimits(bytes: 1 << 20, values: 1 << 16, units: 8, cards: 200)

    @Test func anEmptyFileAndForeignBytesAreErrors() {
        for bytes in [[], [0x1F], [0x1F, 0x8B], Array("SIMPLE".utf8), [UInt8](repeating: 0x20, count: 5760)] {
            #expect(throws: FITSError.self) { try FITSFile(bytes) }
        }
    }

    @Test func everyTruncationIsAnErrorOrWhole() throws {
        let whole = FITSFixtures.image(width: 50, height: 60, data: [UInt8](repeating: 7, count: 3000))
        for count in stride(from: 0, to: whole.count, by: 7) {
            do {
                let image = try FITSFile(Array(whole[..<count])).image()
                // Only padding is missing.
                #expect(count >= 2880 + 3000)
                #expect(image.values == [Double](repeating: 7, count: 3000))
            } catch {
                #expect(count < 2880 + 3000, "\(error)")
            }
        }
    }

    /// Sizes that a header claims and the bytes do not have, the product of which may overflow.
    @Test(arguments: [
        ("3", "1000000000"), ("9223372036854775807", "9223372036854775807"), ("4294967296", "4294967296"),
        ("-3", "-3"), ("9223372036854775807", "1"), ("99999999999999999999", "1"), ("1.5", "2"), ("T", "2"),
        ("0", "5"),
        ("5", "0"), ("'3'", "3"), ("", ""),
    ])
    func claimedSizesAreErrors(width: String, height: String) {
        let head = FITSFixtures.header([
            "SIMPLE  =                    T", "BITPIX  =                  -64",
            "NAXIS   =                    2", "NAXIS1  = \(width)", "NAXIS2  = \(height)",
        ])
        let bytes = head + [UInt8](repeating: 0, count: 2880)
        #expect(throws: FITSError.self) { try FITSFile(bytes, limits: Self.limits).image() }
    }

    @Test(arguments: [
        "PCOUNT  =  9223372036854775807", "GCOUNT  =  9223372036854775807",
        "GCOUNT  =                   -1", "GCOUNT  =                    0",
        "PCOUNT  =                   -1", "ZIMAGE  =                    T", "BITPIX  =                   12",
    ])
    func claimedSizesOfGroupsAreErrors(card: String) {
        let bytes = FITSFixtures.header(
            [card] + [
                "SIMPLE  =                    T", "BITPIX  =                    8",
                "NAXIS   =                    2", "NAXIS1  = 10", "NAXIS2  = 10",
            ])
        let ordered = FITSFixtures.header([
            "SIMPLE  =                    T", card, "BITPIX  =                    8",
            "NAXIS   =                    2", "NAXIS1  = 10", "NAXIS2  = 10",
        ])
        for bytes in [bytes, ordered] {
            #expect(throws: FITSError.self) {
                try FITSFile(bytes + [UInt8](repeating: 0, count: 2880)).image()
            }
        }
    }

    @Test func limitsAreKept() throws {
        let image = FITSFixtures.image(width: 100, height: 50, data: [UInt8](repeating: 7, count: 5000))
        #expect(throws: FITSError.self) { try FITSFile(image, limits: FITSLimits(bytes: 5000)) }
        #expect(throws: FITSError.self) { try FITSFile(image, limits: FITSLimits(values: 4999)).image() }
        #expect(try FITSFile(image, limits: FITSLimits(values: 5000)).image().values.count == 5000)
        let extensions = FITSFixtures.header([
            "XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0",
        ])
        let many = image + [[UInt8]](repeating: extensions, count: 200).joined()
        #expect(throws: FITSError.self) { try FITSFile(many, limits: FITSLimits(units: 200)) }
        #expect(try FITSFile(many, limits: FITSLimits(units: 201)).units.count == 201)
        #expect(throws: FITSError.self) { try FITSFile(many, limits: FITSLimits(units: 201, cards: 300)) }
        let cards = FITSFixtures.header(["SIMPLE  = T"] + [String](repeating: "COMMENT", count: 5000))
        #expect(throws: FITSError.self) { try FITSFile(cards, limits: Self.limits) }
    }

    /// Ten gigabytes of zeros in ten megabytes.
    @Test func whatInflatesWithoutEndIsAnError() async throws {
        let member = try await FITSFixtures.gzip([UInt8](repeating: 0, count: 10 << 20))
        #expect(member.count < 20_000)
        #expect(throws: FITSError.self) { try FITSFile(member, limits: Self.limits) }
        let bomb = [UInt8]([[UInt8]](repeating: member, count: 1024).joined())
        #expect(throws: FITSError.self) { try FITSFile(bomb, limits: Self.limits) }
    }

    @Test func gzipIsReadAndItsDamageIsAnError() async throws {
        let image = FITSFixtures.image(width: 10, height: 10, data: Array(0..<100))
        let packed = try await FITSFixtures.gzip(image)
        let expected = (0..<100).map(Double.init)
        #expect(try FITSFile(packed).image().values == expected)
        #expect(try FITSFile(packed + [0, 0, 0]).image().values == expected)
        // Members behind one another are one file (RFC 1952, section 2.2).
        let parts =
            try await FITSFixtures.gzip(Array(image[..<100])) + FITSFixtures.gzip(Array(image[100...]))
        #expect(try FITSFile(parts).image().values == expected)
        for count in 2..<packed.count {
            #expect(throws: FITSError.self) { try FITSFile(Array(packed[..<count])) }
        }
        var damaged = packed
        damaged[packed.count - 6] ^= 1
        #expect(throws: FITSError.self) { try FITSFile(damaged) }
        #expect(throws: FITSError.self) { try FITSFile(packed + [1]) }
    }

    /// cfitsio would take these for instructions if they ever were a file's name.
    @Test func namesInHeadersAreOnlyText() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("fits-\(UUID().uuidString)")
            .path
        let image = FITSFixtures.image(
            width: 10, height: 10,
            further: ["EXTNAME = '!\(path)[col X]'", "FILENAME= 'http://127.0.0.1:1/x'"].map {
                String($0.prefix(80))
            },
            data: Array(0..<100))
        #expect(try FITSFile(image).image().values.count == 100)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Some thousand mutations of files with images and a table; more where SKIPPER_TEST_MUTATIONS says so.
    @Test func mutatedFilesNeverCrash() throws {
        let asked = ProcessInfo.processInfo.environment["SKIPPER_TEST_MUTATIONS"].flatMap { Int($0) }
        var mutations = FITSMutations(seed: 20_260_101)
        let samples = [
            FITSFixtures.image(width: 9, height: 7, data: Array(0..<63)), FITSMutations.scaledImage,
            FITSMutations.table,
        ]
        var read = 0
        for _ in 0..<(asked ?? 1500) {
            let bytes = mutations.mutated(samples)
            // What it says is no matter, only that it says something.
            if let file = try? FITSFile(bytes, limits: Self.limits) { read += Self.readEverything(file) }
        }
        // Else the mutations were too wild to test anything.
        #expect(read > 250)
    }

    /// Reads all that can be read; how much could.
    private static func readEverything(_ file: FITSFile) -> Int {
        var read = 0
        for number in file.units.indices {
            if let image = try? file.image(number) {
                read += 1
                _ = image.fileBytes()
            }
            guard let table = try? file.table(number) else { continue }
            for column in table.columns {
                if (try? table.doubles(column.name)) != nil { read += 1 }
                if (try? table.integers(column.name, null: 0)) != nil { read += 1 }
                if (try? table.strings(column.name)) != nil { read += 1 }
                _ = try? table.doubles(column.name, rows: 1..<2)
            }
        }
        return read
    }
}
