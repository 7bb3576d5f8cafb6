import Catalogs
import Documents
import Foundation
import Sky
import TestSupport
import Testing

@Suite struct CatalogFolderTests {
    @Test func fileIsOpenedOnceAndAgainWhenItIsReplaced() async throws {
        try await withFolder { path in
            let folder = CatalogFolder(path: path)
            #expect(try folder.index("stars") == nil)
            let file = CatalogFolder.path(of: "stars", in: path)
            #expect(file == path + "/stars.skycat")
            let rows = try sampleRows(200, seed: 8)
            try build(rows, file, load: "first")
            let first = try #require(try folder.index("stars"))
            #expect(first.description.load == "first")
            #expect(try folder.index("stars") === first)
            try build(rows.prefix(50), file, load: "second")
            let second = try #require(try folder.index("stars"))
            #expect(second.description.load == "second" && second.description.rows == 50)
            // The file that is no longer there answers to those who have it.
            let center = try Coordinates(ra: 0, dec: 0)
            #expect(try found(first, 180, center) == (0..<200).map(Int64.init))
            #expect(try found(second, 180, center) == (0..<50).map(Int64.init))
            try FileManager.default.removeItem(atPath: file)
            #expect(try folder.index("stars") == nil)
            #expect(try found(second, 180, center).count == 50)
        }
    }

    @Test func damagedFileIsAnErrorUntilItIsReplaced() async throws {
        try await withFolder { path in
            let folder = CatalogFolder(path: path)
            let file = CatalogFolder.path(of: "stars", in: path)
            try Data(repeating: 1, count: 50_000).write(to: URL(fileURLWithPath: file))
            for _ in 0..<2 {
                let error = #expect(throws: CatalogIndexError.self) { try folder.index("stars") }
                #expect(error?.fault == .damaged && error?.path == file)
            }
            try build(sampleRows(10, seed: 9), file)
            #expect(try folder.index("stars")?.description.rows == 10)
        }
    }

    @Test func namesAreThoseOfTheFiles() async throws {
        try await withFolder { path in
            #expect(CatalogFolder(path: path + "/none").names().isEmpty)
            for name in ["b.skycat", "a.b.skycat", "b.skycat.building", ".skycat", ".x.skycat", "other"] {
                try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            }
            #expect(CatalogFolder(path: path).names() == ["a.b", "b"])
        }
    }

    @Test(arguments: ["", "../a", "a/b", ".a", "a\0b", String(repeating: "x", count: 300)])
    func otherNamesHaveNoIndex(name: String) async throws {
        try await withFolder { path in
            try FileManager.default.createDirectory(atPath: path + "/a", withIntermediateDirectories: true)
            try build(sampleRows(10, seed: 1), path + "/a/b.skycat")
            try build(sampleRows(10, seed: 1), path + "/a.skycat")
            #expect(try CatalogFolder(path: path).index(name) == nil)
            #expect(try CatalogFolder(path: path + "/a").index(name) == nil)
        }
    }

    /// Several threads at once, while the file is replaced again and again.
    @Test func anyNumberOfTasksMayAsk() async throws {
        try await withFolder { path in
            let rows = try sampleRows(300, seed: 10)
            let file = CatalogFolder.path(of: "stars", in: path)
            try build(rows, file)
            let folder = CatalogFolder(path: path)
            let center = try Coordinates(ra: 83.6331, dec: 22.0145)
            let expected = try found(try #require(try folder.index("stars")), 1, center)
            #expect(expected.count > 100)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask { @concurrent in
                        for _ in 0..<100 {
                            guard let index = try folder.index("stars"),
                                try found(index, 1, center) == expected
                            else { return false }
                        }
                        return true
                    }
                }
                for _ in 0..<20 { try build(rows, file) }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }
}
