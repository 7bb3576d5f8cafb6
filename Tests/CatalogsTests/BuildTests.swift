import Catalogs
import Documents
import Foundation
import Sky
import TestSupport
import Testing

@Suite struct BuildTests {
    private static func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// 1,024 bytes are a run for every few rows: hundreds of runs, merged two at a time.
    @Test func bytesDependOnTheRowsAlone() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        let rows = try sampleRows(3000, seed: seed)
        try await withFolder { folder in
            let expected = try build(rows, folder + "/a.skycat")
            for memory in [1024, 10_000, 300_000, 1 << 30] {
                let path = "\(folder)/\(memory).skycat"
                let description = try build(rows.shuffled(using: &generator), path, memory: memory)
                #expect(description == expected)
                #expect(try Self.bytes(path) == Self.bytes(folder + "/a.skycat"), "seed \(seed), \(memory)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.allSatisfy { $0.hasSuffix(".skycat") })
        }
    }

    @Test func versionDependsOnRowsAndFieldsOnly() async throws {
        let rows = try sampleRows(200, seed: 1)
        try await withFolder { folder in
            let path = folder + "/a.skycat"
            let first = try build(rows, path)
            let again = try build(rows, path, name: "other", load: "second", created: 5)
            #expect(again.version == first.version)
            #expect(again.name == "other" && again.load == "second" && again.created == 5)
            #expect(try CatalogIndex(path: path).description == again)
            var versions = Set([first.version])
            #expect(versions.insert(try build(rows, path, fields: nil).version).inserted)
            #expect(versions.insert(try build(rows, path, fields: []).version).inserted)
            #expect(versions.insert(try build(rows, path, fields: ["name", "other"]).version).inserted)
            #expect(versions.insert(try build(rows.dropLast(), path).version).inserted)
            var changed = rows
            changed[100] = SampleRow(100, rows[100].position, [("name", "y")])
            #expect(versions.insert(try build(changed, path).version).inserted)
            for version in versions { #expect(version.utf8.count == 16 && UInt64(version, radix: 16) != nil) }
        }
    }

    @Test func everyDocumentIsFoundAgainAtItsPlace() async throws {
        let rows = try sampleRows(2000, seed: 2)
        try await withFolder { folder in
            let path = folder + "/a.skycat"
            let description = try build(rows, path, memory: 50_000)
            let index = try CatalogIndex(path: path)
            #expect(description.rows == rows.count && index.description == description)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(description.bytes == size)
            var progress: [Int] = []
            try index.verify { progress.append($0) }
            #expect(progress == progress.sorted() && progress.last == description.bytes)
            var documents = Set((0..<rows.count).compactMap { try? index.document(of: $0) })
            for row in rows {
                let matches = try index.matches(within: 0, of: row.position)
                #expect(matches.contains { $0.document == row.document && $0.separation == 0 })
                #expect(documents.remove(row.document) != nil)
            }
            for row in [-1, rows.count, Int.max, Int.min] {
                let error = #expect(throws: CatalogIndexError.self) { try index.document(of: row) }
                #expect(error?.fault == .request)
            }
        }
    }

    @Test func catalogueWithoutRowsFindsNothing() async throws {
        try await withFolder { folder in
            let path = folder + "/none.skycat"
            #expect(try build([], path).rows == 0)
            let index = try CatalogIndex(path: path)
            #expect(try found(index, 180, try Coordinates(ra: 1, dec: 2)).isEmpty)
            try index.verify { _ in }
        }
    }

    @Test func allOfTheSkyIsARadiusToo() async throws {
        let rows = try sampleRows(500, seed: 3)
        try await withFolder { folder in
            try build(rows, folder + "/a.skycat")
            let index = try CatalogIndex(path: folder + "/a.skycat")
            let center = try Coordinates(ra: 200, dec: -40)
            #expect(try found(index, 180, center) == (0..<500).map(Int64.init))
            #expect(try found(index, .infinity, center).count == 500)
            #expect(try found(index, -1, center).isEmpty)
            #expect(try found(index, .nan, center).isEmpty)
            for radius in [20.0, 90, 150, 179] {
                let expected = rows.indices.filter { rows[$0].position.separation(from: center) <= radius }
                #expect(try found(index, radius, center) == expected.map(Int64.init))
            }
        }
    }

    @Test func answersDoNotDependOnWhatIsExpected() async throws {
        let rows = try sampleRows(2000, seed: 12)
        try await withFolder { folder in
            try build(rows, folder + "/a.skycat")
            let centers =
                rows.map(\.position) + [try Coordinates(ra: 3, dec: 90), try Coordinates(ra: 0, dec: -90)]
            for radius in [-1, 0, 2.0 / 3600, 0.5, 3, .infinity, .nan] {
                let index = try CatalogIndex(path: folder + "/a.skycat")
                index.expect(centers, within: radius)
                for center in centers.prefix(30) {
                    let expected = rows.indices.filter {
                        rows[$0].position.separation(from: center) <= radius
                    }
                    #expect(try found(index, radius, center) == expected.map(Int64.init))
                }
            }
        }
    }

    @Test func documentWithoutIdIsRefused() async throws {
        try await withFolder { folder in
            let builder = try CatalogBuilder(
                path: folder + "/a.skycat", name: "a", load: "", fields: nil, scratch: folder)
            let error = #expect(throws: CatalogIndexError.self) {
                try builder.add(try Coordinates(ra: 0, dec: 0), ["name": "x"])
            }
            #expect(error?.fault == .request)
        }
    }

    @Test func onlyOneProcessMakesAnIndexAtATime() async throws {
        try await withFolder { folder in
            let path = folder + "/a.skycat"
            let first = try CatalogBuilder(path: path, name: "a", load: "", fields: nil, scratch: folder)
            let error = #expect(throws: CatalogIndexError.self) {
                try CatalogBuilder(path: path, name: "a", load: "", fields: nil, scratch: folder)
            }
            #expect(error?.reason.contains("another process") == true)
            #expect(try first.finish(created: 0).rows == 0)
            // The name is free again.
            #expect(try build(sampleRows(10, seed: 4), path).rows == 10)
        }
    }

    @Test func whatAKilledBuildLeftIsRemoved() async throws {
        try await withFolder { folder in
            let path = folder + "/a.skycat"
            let rows = try sampleRows(300, seed: 5)
            try build(rows, folder + "/expected.skycat")
            try Data(repeating: 7, count: 1 << 20).write(to: URL(fileURLWithPath: path + ".building"))
            try Data(repeating: 7, count: 1 << 10).write(
                to: URL(fileURLWithPath: folder + "/.skycat-run-1-2"))
            try build(rows, path, memory: 1024)
            #expect(try Self.bytes(path) == Self.bytes(folder + "/expected.skycat"))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(left == ["a.skycat", "expected.skycat"])
        }
    }

    private struct Stop: Error {}

    @Test func buildThatIsStoppedLeavesTheOldFile() async throws {
        try await withFolder { folder in
            let path = folder + "/a.skycat"
            try build(sampleRows(10, seed: 6), path)
            let before = try Self.bytes(path)
            do {
                let builder = try CatalogBuilder(
                    path: path, name: "a", load: "", fields: nil, scratch: folder)
                let position = try Coordinates(ra: 0, dec: 0)
                for id in 0..<70_000 { try builder.add(position, ["_id": .int32(Int32(id))]) }
                #expect(throws: Stop.self) { try builder.finish(created: 0) { _ in throw Stop() } }
            }
            #expect(try Self.bytes(path) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.skycat"])
        }
    }

    @Test func folderThatIsNotThereIsSaid() {
        let error = #expect(throws: CatalogIndexError.self) {
            try CatalogBuilder(path: "/nowhere/a.skycat", name: "a", load: "", fields: nil, scratch: "/tmp")
        }
        #expect(error?.fault == .system)
        #expect(error?.description == "/nowhere/a.skycat.building: cannot create: No such file or directory")
    }
}
