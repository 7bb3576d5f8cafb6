import Testing

@testable import Simulation

@Suite struct StampTests {
    @Test func fitsFileHoldsBigEndianPixels() {
        var pixels = [Float](repeating: 0, count: 63 * 63)
        pixels[0] = 1
        pixels[1] = -2.5
        pixels[63 * 63 - 1] = .nan
        let bytes = FITSImage.bytes(of: pixels)
        #expect(bytes.count == 7 * 2880)
        #expect(bytes[2880..<2888].elementsEqual([0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0]))
        #expect(bytes[(2880 + 63 * 63 * 4 - 4)...].prefix(5).elementsEqual([0x7F, 0xC0, 0, 0, 0]))
        #expect(
            bytes[..<80].elementsEqual(
                ("SIMPLE  =                    T" + String(repeating: " ", count: 50)).utf8))
    }

    @Test func gzipStreamIsReusedWithoutTrace() throws {
        let text = Array("the same bytes twice, the same bytes twice".utf8)
        var stream = try GzipStream(searching: false)
        let first = try stream.compress(text)
        _ = try stream.compress([UInt8](repeating: 7, count: 100_000))
        #expect(try stream.compress(text) == first)
        #expect(first.prefix(4).elementsEqual([0x1F, 0x8B, 8, 0]) && first[4..<8].allSatisfy { $0 == 0 })
        #expect(try stream.compress([]).count == 20)
    }

    @Test func noiseIsNormal() {
        var stream = RandomStream(seed: 3, .stamp)
        var walk = NoiseTable(seed: 3).walk(&stream)
        let numbers = (0..<32_768).map { _ in Double(walk.next()) }
        let mean = numbers.reduce(0, +) / 32_768
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 32_768
        // Four sigma of the mean and of the variance of 32,768 numbers.
        #expect(abs(mean) < 4 / 181.0)
        #expect(abs(variance - 1) < 4 * 1.4142 / 181)
        let within = Double(numbers.count { abs($0) < 1 }) / 32_768
        #expect(abs(within - 0.6827) < 0.011)
    }
}
