import Documents
import Testing

/// Random documents of all types, with PyMongo as the judge of both directions.
@Suite struct ExtendedJSONPyMongoTests {
    /// One document as PyMongo has it.
    struct Sample {
        let bytes: [UInt8]
        let canonical: [UInt8]
        let relaxed: [UInt8]
    }

    static func samples(seed: Int, count: Int) throws -> [Sample] {
        try PyMongo.lines(["generate", "\(seed)", "\(count)"]).map { line in
            let parts = line.split(separator: "\t").map { bytes(hexadecimal: String($0)) }
            return Sample(bytes: parts[0], canonical: parts[1], relaxed: parts[2])
        }
    }

    @Test(arguments: [1, 2, 3])
    func weWriteWhatPyMongoWrites(seed: Int) throws {
        for sample in try Self.samples(seed: seed, count: 400) {
            let document = try Document(validating: sample.bytes)
            #expect(text(ExtendedJSON.bytes(of: document, mode: .canonical)) == text(sample.canonical))
            #expect(text(ExtendedJSON.bytes(of: document, mode: .relaxed)) == text(sample.relaxed))
        }
    }

    @Test(arguments: [4, 5, 6])
    func weReadWhatPyMongoWrites(seed: Int) throws {
        for sample in try Self.samples(seed: seed, count: 400) {
            let canonical = try ExtendedJSON.document(from: sample.canonical)
            #expect(hexadecimal(canonical.bytes) == hexadecimal(sample.bytes), "\(text(sample.canonical))")
        }
    }

    @Test func pyMongoReadsWhatWeWrite() throws {
        let samples = try Self.samples(seed: 7, count: 400)
        let ours = try samples.map {
            ExtendedJSON.bytes(of: try Document(validating: $0.bytes), mode: .canonical)
        }
        let read = try PyMongo.lines(["loads"], input: ours)
        #expect(read.count == samples.count)
        for (sample, line) in zip(samples, read) { #expect(line == hexadecimal(sample.bytes)) }
    }

    @Test func pyMongoReadsOurRelaxedTextAsWeDo() throws {
        let samples = try Self.samples(seed: 8, count: 400)
        let ours = try samples.map { ExtendedJSON.bytes(of: try Document(validating: $0.bytes)) }
        let read = try PyMongo.lines(["loads"], input: ours)
        #expect(read.count == ours.count)
        for (relaxed, line) in zip(ours, read) {
            #expect(hexadecimal(try ExtendedJSON.document(from: relaxed).bytes) == line, "\(text(relaxed))")
        }
    }

    /// A byte changed anywhere: what we let pass, PyMongo must be able to read.
    @Test func whatPassesOurCheckPyMongoCanRead() throws {
        var generator = BSONSamples.Generator(seed: 9)
        let samples = try Self.samples(seed: 9, count: 1500)
        let mutated = samples.map { BSONSamples.mutated($0.bytes, &generator) }
        let passed = mutated.filter { (try? Document.validate($0)) != nil }
        #expect(passed.count > 100)
        for (bytes, verdict) in zip(passed, try PyMongo.lines(["bson"], input: passed)) {
            #expect(verdict == "ok", "\(hexadecimal(bytes))")
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
