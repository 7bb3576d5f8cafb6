import Foundation
import Testing

/// docs/threat-model.md names a test for each thing that it says cannot be done.
@Suite struct ThreatModelTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL

    /// The rows of the tables whose first column is "cannot", each with its last column.
    private func rows() throws -> [(claim: String, tests: [String])] {
        let text = try String(contentsOf: Self.root.appending(path: "docs/threat-model.md"), encoding: .utf8)
        var rows: [(String, [String])] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isInside = false
                continue
            }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.first == "cannot" {
                isInside = true
            } else if isInside, let first = cells.first, let last = cells.last, !first.hasPrefix("---") {
                rows.append((first, last.matches(of: /`([^`]+)`/).map { String($0.1) }))
            }
        }
        return rows
    }

    /// The text of every file of tests with an ending, without those that are not tests.
    private func sources(_ ending: String) throws -> [String: String] {
        let folder = Self.root.appending(path: "Tests")
        var sources: [String: String] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        for name in names where name.hasSuffix(ending) {
            sources[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        return sources
    }

    @Test func eachNamedTestExists() throws {
        let rows = try rows()
        #expect(rows.count > 30)
        let swift = try sources(".swift").values
        let python = try sources(".py")
        for (claim, tests) in rows {
            #expect(!tests.isEmpty, "no test for: \(claim)")
            for name in tests {
                if name.contains("::") {
                    let parts = name.split(separator: ":").map(String.init)
                    let file = try #require(
                        python["RedTeam/\(parts[0])"], "no file \(parts[0]) for: \(claim)")
                    #expect(file.contains("\ndef \(parts.last ?? "")("), "no \(name) for: \(claim)")
                } else {
                    let parts = name.split(separator: "/").map(String.init)
                    let isThere =
                        parts.count == 2
                        && swift.contains { text in
                            guard let suite = text.range(of: "struct \(parts[0]) ") else { return false }
                            guard let test = text[suite.upperBound...].range(of: "func \(parts[1])(") else {
                                return false
                            }
                            // Marked as a test, on its line or on those before.
                            return text[suite.upperBound..<test.lowerBound].suffix(4000).contains("@Test")
                        }
                    #expect(isThere, "no \(name) for: \(claim)")
                }
            }
        }
    }
}
