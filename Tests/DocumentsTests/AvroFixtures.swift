import Foundation
import Testing

@testable import Documents

/// Real packets, read where they lie.
enum AvroPackets {
    /// The folder with one folder for each survey: the environment variable SKIPPER_TEST_DATA, or beside the
    /// package.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SKIPPER_TEST_DATA"] {
            return URL(fileURLWithPath: path)
        }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/data").standardizedFileURL
    }()
    static let surveys = ["ztf", "winter", "pgir", "turbo"]
    static var exist: Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("ztf").path)
    }

    /// The packets of a survey in the order of their names.
    static func all(_ survey: String) throws -> [[UInt8]] {
        let folder = folder.appendingPathComponent(survey)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".avro") }.sorted()
            .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    /// Where a packet's schema and its only record lie.
    static func parts(_ packet: [UInt8]) throws -> (schema: [UInt8], body: [UInt8]) {
        try packet.withUnsafeBufferPointer { bytes in
            let container = try AvroContainer(bytes)
            var cursor = AvroCursor(bytes)
            cursor.offset = container.bodyStart
            _ = try cursor.long("count")
            let block = try cursor.bytes("block")
            return (Array(bytes[container.schema]), Array(bytes[block]))
        }
    }
}

/// Runs avro_judge.py, which answers with fastavro and pymongo.
enum AvroJudge {
    /// The chunks of its answer.
    static func ask(_ arguments: [String]) throws -> [[UInt8]] {
        guard let python = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"] else {
            throw AvroError(
                "set SKIPPER_TEST_PYTHON to a Python that has fastavro and pymongo: the judge of this test")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "avro_judge.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw AvroError("avro_judge.py \(arguments) ended with status \(process.terminationStatus)")
        }
        var chunks: [[UInt8]] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let count = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            chunks.append(Array(bytes[offset + 4..<offset + 4 + count]))
            offset += 4 + count
        }
        return chunks
    }
}

/// Takes chunks one after the other.
struct AvroChunks {
    private var chunks: ArraySlice<[UInt8]>

    init(_ chunks: [[UInt8]]) { self.chunks = chunks[...] }

    var isEmpty: Bool { chunks.isEmpty }

    mutating func next() throws -> [UInt8] {
        let chunk = chunks.popFirst()
        return try #require(chunk, "the judge said less than was expected")
    }

    mutating func text() throws -> String { String(decoding: try next(), as: UTF8.self) }

    mutating func number() throws -> Int {
        let text = try text()
        return try #require(Int(text))
    }
}

/// A generator of the same numbers for the same seed (Steele, Lea and Flood 2014, SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// An Avro record written by hand, byte by byte after the specification.
struct AvroBytes {
    var bytes: [UInt8] = []

    static func long(_ value: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        AvroVarint.append(value, to: &bytes)
        return bytes
    }

    static func text(_ value: String) -> [UInt8] { long(Int64(value.utf8.count)) + Array(value.utf8) }

    static func data(_ value: [UInt8]) -> [UInt8] { long(Int64(value.count)) + value }
}

/// A container around blocks that are encoded already.
func avroContainer(
    _ schema: String, _ blocks: [(count: Int64, bytes: [UInt8])], metadata: [(String, [UInt8])] = [],
    codec: String? = "null", marker: [UInt8] = Array(1...16)
) -> [UInt8] {
    var entries = [("avro.schema", Array(schema.utf8))] + metadata
    if let codec { entries.append(("avro.codec", Array(codec.utf8))) }
    var result: [UInt8] = Array("Obj".utf8) + [1] + AvroBytes.long(Int64(entries.count))
    for (key, value) in entries { result += AvroBytes.text(key) + AvroBytes.data(value) }
    result += [0] + marker
    for block in blocks { result += AvroBytes.long(block.count) + AvroBytes.data(block.bytes) + marker }
    return result
}
