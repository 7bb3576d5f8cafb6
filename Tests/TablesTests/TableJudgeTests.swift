import Documents
import Foundation
import Tables
import TestSupport
import Testing

/// Python's csv and json and astropy decide what a file holds.
@Suite struct TableJudgeTests {
    struct Layout: Decodable {
        let delimiter: String
        let types: [String: String]
        let lines: Bool
    }

    @Test(arguments: ["1", "20260711", "77"])
    func oddFilesAreReadAsByPython(seed: String) async throws {
        try await withFolder { folder in
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("tables_judge.py").path
            let ending = try await ChildProcess(
                try TestEnvironment.python, [script, "make", folder, seed]
            ).ending(within: .seconds(600))
            #expect(ending.code == 0, "\(ending.errors.suffix(3000))")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let tables = names.filter { !$0.hasSuffix(".expected") && !$0.hasSuffix(".layout") }.sorted()
            #expect(tables.count == 92)
            for name in tables { try compare("\(folder)/\(name)", "seed \(seed), \(name)") }
        }
    }

    private func compare(_ path: String, _ what: String) throws {
        let format = TableLayout.Format.allCases.first { path.contains(".\($0.rawValue)") }
        var layout = TableLayout(try #require(format))
        var hasLines = true
        if layout.format == .csv {
            let written = try JSONDecoder().decode(
                Layout.self, from: Data(contentsOf: URL(fileURLWithPath: path + ".layout")))
            layout.delimiter = try #require(written.delimiter.utf8.first)
            layout.types = written.types.compactMapValues { ColumnType(rawValue: $0) }
            hasLines = written.lines
        }
        let plan = try TableReader.plan([path], layout)
        let reader = try TableReader(path, layout)
        let expected = try String(contentsOfFile: path + ".expected", encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        var (row, faults) = (0, 0)
        while let piece = try reader.next(700) {
            #expect(piece.firstRow == row + 1, "\(what)")
            let rows = piece.rows(plan)
            #expect(rows.count == piece.count)
            for found in rows {
                guard row < expected.count, faults < 3 else { break }
                var isEqual = found.number == row + 1
                if hasLines, layout.format == .csv {
                    isEqual = isEqual && "\(found.line)" == expected[row][0]
                }
                switch found.content {
                case .rejected: isEqual = isEqual && expected[row][1] == "rejected"
                case .document(let document):
                    let isDocument = expected[row][1] != "rejected"
                    isEqual =
                        try isEqual && isDocument && ExtendedJSON.document(from: expected[row][1]) == document
                }
                if !isEqual {
                    faults += 1
                    Issue.record(
                        "\(what), row \(row + 1), line \(found.line): \(found.content), not \(expected[row])")
                }
                row += 1
            }
        }
        #expect(row == expected.count, "\(what)")
    }
}

/// Lends a folder; nothing of it is left afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tables-\(UUID().uuidString)")
        .path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        // What a test leaves in the system's temporary folder does no harm.
        try? FileManager.default.removeItem(atPath: folder)
    }
    return try await body(folder)
}
