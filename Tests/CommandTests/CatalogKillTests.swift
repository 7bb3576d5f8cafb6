import Documents
import Foundation
import Mongo
import Testing

/// Loads and index builds that are killed and begun again: the result is that of undisturbed ones.
@Suite struct CatalogKillTests {
    private static let words = [
        "part0.csv", "part1.csv.gz", "part2.csv.bz2", "--id", "id", "--type", CatalogLoadTests.types,
        "--batch", "50", "--writers", "3", "--max-rejected",
        "100000", "--rejects", "rejects.ndjson",
    ]

    /// What there is of a catalogue: its documents, its index file without the head that has load and time, its rejects.
    private struct Result: Equatable {
        let documents: [Value: Document]
        let index: [UInt8]
        let rejects: [UInt8]

        init(_ workplace: Workplace) async throws {
            documents = try await workplace.database.documents(of: "C")
            let info = try ExtendedJSON.document(
                from: try await workplace.run("skipper", "catalog", "info", "C", "--json").output)
            // The version is a digest of all that is behind the head.
            let version = info.string(at: "index.version") ?? ""
            index = Array(version.utf8) + (try workplace.read("catalogs/C.skycat")).dropFirst(16_384)
            rejects = try workplace.read("rejects.ndjson")
        }
    }

    /// The same files for all: their times are part of what a load is known by.
    private func undisturbed(_ files: String) async throws -> Result {
        var result: Result?
        try await withWorkplace { workplace in
            try copy(files, to: workplace)
            let ending = try await workplace.start("skipper", ["catalog", "load", "C"] + Self.words)
                .ending(within: .seconds(900))
            #expect(ending.code == 0, "\(ending.errors)")
            result = try await Result(workplace)
        }
        return try #require(result)
    }

    private func copy(_ files: String, to workplace: Workplace) throws {
        for name in ["part0.csv", "part1.csv.gz", "part2.csv.bz2"] {
            try FileManager.default.copyItem(
                atPath: "\(files)/\(name)", toPath: "\(workplace.folder)/\(name)")
        }
    }

    private func withFiles(_ rows: Int, _ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await CatalogLoadTests.judge(["make", folder, "\(rows)"])
        try await body(folder)
    }

    @Test func killedLoadGoesOnToTheSameResult() async throws {
        try await withFiles(24_000) { files in
            let expected = try await undisturbed(files)
            #expect(expected.documents.count > 10_000 && expected.rejects.count > 1000)
            try await withWorkplace { workplace in
                try copy(files, to: workplace)
                for share in [0.02, 0.3, 0.55, 0.8, 0.97] {
                    let load = try workplace.start("skipper", ["catalog", "load", "C"] + Self.words)
                    let goal = Int(Double(expected.documents.count) * share)
                    try await eventually("rows") {
                        let staged = try await workplace.database.countDocuments("C.loading")
                        let stored = try await workplace.database.countDocuments("C")
                        return load.end() != nil || staged > goal || stored > 0
                    }
                    load.send(SIGKILL)
                    let ending = try await load.ending()
                    #expect(ending.code == 128 + SIGKILL || ending.code == 0, "\(ending.errors)")
                    if ending.code == 0 { break }
                    // A catalogue is never seen half loaded.
                    let seen = try await workplace.database.countDocuments("C")
                    #expect(seen == 0 || seen == expected.documents.count)
                }
                let finished = try await workplace.database.findOne("catalogs", filter: ["_id": "C"]) != nil
                let last = try await workplace.start(
                    "skipper",
                    ["catalog", finished ? "index" : "load", "C"]
                        + (finished ? [] : Self.words)
                ).ending(within: .seconds(900))
                #expect(last.code == 0, "\(last.errors)")
                let found = try await Result(workplace)
                #expect(found.documents == expected.documents)
                #expect(found.index == expected.index)
                #expect(found.rejects == expected.rejects)
                #expect(try await workplace.run("skipper", "catalog", "verify", "C", "--all").code == 0)
            }
        }
    }

    /// The stages behind the rows: each is told on standard error when it begins.
    @Test(arguments: [
        "counting the rows", "giving C its name", "entering C into the registry", "sorting and writing",
    ])
    func loadKilledAfterTheRowsGoesOn(stage: String) async throws {
        try await withFiles(3000) { files in
            let expected = try await undisturbed(files)
            try await withWorkplace { workplace in
                try copy(files, to: workplace)
                let load = try workplace.start("skipper", ["catalog", "load", "C"] + Self.words)
                try await eventually("the stage") { load.errors.contains(stage) || load.end() != nil }
                load.send(SIGKILL)
                _ = try await load.ending()
                let isLoaded = try await workplace.database.countDocuments("catalog_loads") == 0
                let words = isLoaded ? ["catalog", "index", "C"] : ["catalog", "load", "C"] + Self.words
                let last = try await workplace.start("skipper", words).ending(within: .seconds(900))
                #expect(last.code == 0, "\(last.errors)")
                #expect(try await Result(workplace) == expected)
            }
        }
    }

    @Test func killedReplacementLeavesTheOldCatalogueReadable() async throws {
        try await withFiles(9000) { files in
            let expected = try await undisturbed(files)
            try await withWorkplace { workplace in
                try copy(files, to: workplace)
                try workplace.write(Array("id,ra,dec\n1,10,20\n".utf8), to: "old.csv")
                let old = try await workplace.run("skipper", "catalog", "load", "C", "old.csv", "--id", "id")
                #expect(old.code == 0, "\(old.errors)")
                let before = try await workplace.database.documents(of: "C")
                let load = try workplace.start("skipper", ["catalog", "load", "C", "--replace"] + Self.words)
                try await eventually("rows") {
                    let staged = try await workplace.database.countDocuments("C.loading")
                    return staged > 2000 || load.end() != nil
                }
                #expect(try await workplace.database.documents(of: "C") == before)
                load.send(SIGKILL)
                _ = try await load.ending()
                #expect(try await workplace.database.documents(of: "C") == before)
                // The old index file goes on to be one of the old catalogue.
                #expect(try await workplace.run("skipper", "catalog", "verify", "C", "--all").code == 0)
                let last = try await workplace.start(
                    "skipper", ["catalog", "load", "C", "--replace"] + Self.words
                )
                .ending(within: .seconds(900))
                #expect(last.code == 0, "\(last.errors)")
                #expect(try await Result(workplace) == expected)
            }
        }
    }

    @Test func killedIndexIsMadeAgain() async throws {
        try await withFiles(20_000) { files in
            let expected = try await undisturbed(files)
            try await withWorkplace { workplace in
                try copy(files, to: workplace)
                let load = try await workplace.start(
                    "skipper", ["catalog", "load", "C", "--no-index"] + Self.words
                )
                .ending(within: .seconds(900))
                #expect(load.code == 0, "\(load.errors)")
                let folder = "\(workplace.folder)/catalogs"
                for delay in [0, 40, 120, 300, 700] {
                    let index = try workplace.start("skipper", ["catalog", "index", "C", "--memory", "1"])
                    try await eventually("the build") {
                        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                        return !names.isEmpty || index.end() != nil
                    }
                    try await Task.sleep(for: .milliseconds(delay))
                    index.send(SIGKILL)
                    _ = try await index.ending()
                }
                let last = try await workplace.run("skipper", "catalog", "index", "C", "--memory", "1")
                #expect(last.code == 0, "\(last.errors)")
                #expect(try await Result(workplace) == expected)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["C.skycat"])
            }
        }
    }

    /// A load that is under way is not begun a second time.
    @Test func twoLoadsOfOneCatalogueAreNotMixed() async throws {
        try await withFiles(24_000) { files in
            try await withWorkplace { workplace in
                try copy(files, to: workplace)
                let load = try workplace.start("skipper", ["catalog", "load", "C"] + Self.words)
                try await eventually("rows") {
                    let staged = try await workplace.database.countDocuments("C.loading")
                    return staged > 0 || load.end() != nil
                }
                let second = try await workplace.start("skipper", ["catalog", "load", "C"] + Self.words)
                    .ending()
                if load.end() == nil || second.errors.contains("is being loaded") {
                    #expect(
                        second.code == 1
                            && second.errors.contains("C is being loaded by process \(load.identifier)"))
                }
                #expect(try await load.ending(within: .seconds(900)).code == 0)
            }
        }
    }
}
