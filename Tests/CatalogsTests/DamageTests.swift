import Catalogs
import Documents
import Foundation
import Sky
import TestSupport
import Testing

/// An altered file is refused, or answers what the right one answers; never anything else.
@Suite struct DamageTests {
    /// A small index, questions that reach every row, and the right answers.
    private struct Sample {
        let bytes: Data
        let cones: [(center: Coordinates, radius: Double)]
        let answers: [[Document]]

        init(_ folder: String, seed: UInt64) throws {
            let rows = try sampleRows(400, seed: seed)
            let path = folder + "/sound.skycat"
            try build(rows, path)
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            var generator = SplitMix(state: seed)
            cones = (0..<12).map { number in
                let row = rows[Int.random(in: 0..<rows.count, using: &generator)]
                return (row.position, [1e-7, 0.01, 5, 60][number % 4])
            }
            let index = try CatalogIndex(path: path)
            answers = try cones.map { try index.matches(within: $0.radius, of: $0.center).map(\.document) }
        }

        /// Asks a file; nil where it is refused before the first question.
        func ask(_ path: String) -> [Result<[Document], CatalogIndexError>]? {
            guard let index = try? CatalogIndex(path: path) else { return nil }
            return cones.map { cone in
                Result { () throws(CatalogIndexError) in
                    try index.matches(within: cone.radius, of: cone.center)
                }.map { $0.map(\.document) }
            }
        }
    }

    /// What an index refuses to open.
    private func refusal(_ bytes: Data, _ folder: String) throws -> CatalogIndexError? {
        let path = folder + "/damaged.skycat"
        try bytes.write(to: URL(fileURLWithPath: path))
        return #expect(throws: CatalogIndexError.self) { try CatalogIndex(path: path) }
    }

    @Test func fileOfAnotherLengthIsRefused() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await withFolder { folder in
            let sample = try Sample(folder, seed: seed)
            var generator = SplitMix(state: seed)
            let count = sample.bytes.count
            var lengths = [
                0, 1, 8, 23, 24, 4095, 4096, 4097, 16_384, count - 1, count - 4, count - 4096,
            ]
            for _ in 0..<100 { lengths.append(Int.random(in: 0..<count, using: &generator)) }
            for length in lengths {
                let error = try refusal(sample.bytes.prefix(length), folder)
                #expect(error?.fault == .damaged, "\(length) bytes, seed \(seed)")
                #expect(error?.reason.contains("short") == true, "\(error?.reason ?? "")")
            }
            for more in [1, 4, 4096] {
                let error = try refusal(sample.bytes + Data(repeating: 0, count: more), folder)
                #expect(error?.reason.contains("too long") == true)
            }
        }
    }

    /// Bytes everywhere: what is not noticed at once is so by the question that needs it, and by `verify` in any case.
    @Test func alteredByteNeverGivesAnotherAnswer() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await withFolder { folder in
            let sample = try Sample(folder, seed: seed)
            var generator = SplitMix(state: seed)
            var (atOpening, byQuestions, wrong) = (0, 0, 0)
            let path = folder + "/altered.skycat"
            // All of the header's fields, and random bytes of all parts.
            let places =
                Array(0..<64)
                + (0..<400).map { _ in Int.random(in: 0..<sample.bytes.count, using: &generator) }
            for place in places {
                var bytes = sample.bytes
                bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
                try bytes.write(to: URL(fileURLWithPath: path))
                guard let answers = sample.ask(path) else {
                    atOpening += 1
                    continue
                }
                var isNoticed = false
                for (answer, expected) in zip(answers, sample.answers) {
                    switch answer {
                    case .success(let documents): if documents != expected { wrong += 1 }
                    case .failure(let error):
                        isNoticed = true
                        #expect(error.fault == .damaged && error.reason.contains("altered"))
                    }
                }
                byQuestions += isNoticed ? 1 : 0
                let index = try CatalogIndex(path: path)
                let error = #expect(throws: CatalogIndexError.self, "byte \(place), seed \(seed)") {
                    try index.verify { _ in }
                }
                #expect(error?.fault == .damaged)
            }
            #expect(wrong == 0, "seed \(seed)")
            #expect(
                atOpening > 64 && byQuestions > 50, "\(atOpening) at opening, \(byQuestions) by questions")
        }
    }

    @Test func otherFilesAreNoIndexes() async throws {
        try await withFolder { folder in
            let text = try refusal(Data(repeating: 65, count: 100_000), folder)
            #expect(text?.reason == "is not a catalogue's index")
            var later = try Sample(folder, seed: 1).bytes
            later[8] = 2
            #expect(try refusal(later, folder)?.reason.contains("format 2") == true)
            let error = #expect(throws: CatalogIndexError.self) { try CatalogIndex(path: folder) }
            #expect(error?.reason == "is not a regular file")
            let none = #expect(throws: CatalogIndexError.self) { try CatalogIndex(path: folder + "/none") }
            #expect(none?.fault == .system)
        }
    }
}
