import Documents
import Testing

/// Bytes that nobody checked: whatever they are, reading them answers something and ends.
@Suite struct BSONGarbageTests {
    @Test(arguments: 0..<6)
    func randomBytesAreReadWithoutATrap(seed: UInt64) {
        var generator = BSONSamples.Generator(seed: seed)
        for _ in 0..<1500 { exercise(BSONSamples.bytes(60, &generator), &generator) }
    }

    @Test(arguments: 0..<6)
    func damagedDocumentsAreReadWithoutATrap(seed: UInt64) {
        var generator = BSONSamples.Generator(seed: seed)
        for _ in 0..<800 {
            let document = BSONSamples.document(&generator)
            exercise(BSONSamples.mutated(document.bytes, &generator), &generator)
        }
    }

    /// Every byte of one document with all types, set to every interesting value.
    @Test func everyByteOfADocumentWithAllTypesCanBeWrong() {
        var generator = BSONSamples.Generator(seed: 1)
        let sound = bytes(hexadecimal: BSONWriterTests.allTypes)
        for index in sound.indices {
            for byte in [0, 1, 4, 13, 0x0F, 0x80, 0xFF] as [UInt8] {
                var faulty = sound
                faulty[index] = byte
                exercise(faulty, &generator)
            }
            exercise(Array(sound[..<index]), &generator)
        }
    }

    /// Deeper than any thread's stack would bear.
    @Test func depthIsNoMatter() {
        let level: [UInt8] = [3, 0x61, 0]
        let depth = 200_000
        var bytes: [UInt8] = []
        for rest in (1...depth).reversed() {
            let length = UInt32(rest * 8 + 5)
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + level
        }
        bytes += [5, 0, 0, 0] + [UInt8](repeating: 0, count: depth + 1)
        let document = Document(trusted: bytes)
        #expect(document.exists(at: "a.a.a"))
        #expect(ExtendedJSON.bytes(of: document).count == 6 * depth + 2)
        #expect(throws: BSONError.self) { try Document.validate(bytes) }
        #expect(throws: Never.self) { try Document.validate(bytes, maximumDepth: .max) }
    }

    /// Everything that can be read, and what must hold of it whatever the bytes are.
    private func exercise(_ bytes: [UInt8], _ generator: inout BSONSamples.Generator) {
        let document = Document(trusted: bytes)
        read(document.view, depth: 0)
        _ = document.keys
        for path in ["", "a", "0", "jd0", "candidate1.jd0", "Array.1", "CodeWithScope", "."] as [Path] {
            read(document, path)
        }
        let isSound = (try? Document.validate(bytes)) != nil
        let json = ExtendedJSON.bytes(
            of: document, mode: Bool.random(using: &generator) ? .relaxed : .canonical)
        // Always JSON; wrappers may be faulty, because keys of the document may look like them.
        #expect(throws: Never.self, "\(hexadecimal(bytes))") {
            try ExtendedJSON.document(from: json, wrappers: .literal)
        }
        if isSound {
            var writer = DocumentWriter()
            for element in document.elements { writer.append(element) }
            #expect(writer.finish().bytes == bytes)
        }
    }

    private func read(_ document: DocumentView, depth: Int) {
        for element in document.elements {
            _ = (
                element.key, element.value, element.double, element.int64, element.string, element.valueBytes
            )
            var writer = DocumentWriter()
            writer.append(element)
            writer.append(element, as: "other")
            writer.append("copy", element.value)
            #expect(writer.finish().keys.count == 3)
            if let view = element.view, depth < 50 { read(view, depth: depth + 1) }
        }
        for view in document.documents { _ = (view.document, view.isEmpty, view.double(at: "jd")) }
    }

    private func read(_ document: Document, _ path: Path) {
        _ = (
            document[path], document.element(at: path)?.key, document.exists(at: path),
            document.isNull(at: path)
        )
        _ = (document.double(at: path), document.int64(at: path), document.bool(at: path))
        _ = (document.datetime(at: path), document.string(at: path), document.objectID(at: path))
        _ = (document.binary(at: path), document.document(at: path), document.array(at: path))
        for view in document.documents(at: path) { _ = view.document }
    }
}
