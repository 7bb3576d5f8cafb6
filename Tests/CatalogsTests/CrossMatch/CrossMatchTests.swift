import Documents
import Sky
import TestSupport
import Testing

@testable import Catalogs

/// Rules, catalogues and what becomes of both.
@Suite struct CrossMatchTests {
    private func rule(_ catalog: String, _ settings: Document = [:]) throws -> CatalogRule {
        try CatalogRule(
            catalog: catalog, radius: 2, filter: settings.document(at: "filter") ?? [:],
            projection: settings.document(at: "projection") ?? [:],
            addsDistances: settings.bool(at: "distances") ?? false)
    }

    private let here: Coordinates

    init() throws { here = try Coordinates(ra: 359.9999, dec: 20) }

    /// Rows north of a position, so many hundredths of an arcsecond.
    private func rows(_ hundredths: [Int64]) -> [Document] {
        hundredths.map { distance in
            CatalogFixtures.row(
                distance, ra: 359.9999, dec: 20 + Double(distance) / 360_000,
                ["mag": .double(Double(distance)), "kind": distance % 2 == 0 ? "even" : "odd"])
        }
    }

    @Test func nearestComeFirstAndTheFilterAndTheProjectionHold() throws {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        try CatalogFixtures.build("a", rows([150, 3, 50, 201, 50_000, 120]), fields: nil, in: folder.path)
        let match = CrossMatch(
            [
                try rule("a"),
                try rule(
                    "a", ["filter": ["kind": "even"], "projection": ["_id": 1, "mag": 1], "distances": true]),
                try rule("a", ["projection": ["_id": 0, "kind": 1]]),
            ], in: CatalogFolder(path: folder.path))
        let found = match.matches(at: [here, try Coordinates(ra: 100, dec: 20)])
        #expect(found.objects[0].catalogs[0].documents.map { $0.int64(at: "_id") } == [3, 50, 120, 150])
        #expect(found.objects[0].catalogs[0].documents == rows([3, 50, 120, 150]))
        #expect(
            found.objects[0].catalogs[1].documents == [
                ["_id": .int64(50), "mag": 50.0, "coordinates": ["distance_arcsec": 0.5]],
                ["_id": .int64(120), "mag": 120.0, "coordinates": ["distance_arcsec": 1.2]],
                ["_id": .int64(150), "mag": 150.0, "coordinates": ["distance_arcsec": 1.5]],
            ])
        #expect(found.objects[0].catalogs[2].documents.first == ["kind": "odd"])
        #expect(found.objects[1].catalogs.map(\.documents.count) == [0, 0, 0])
        #expect(found.faults == [] && found.missing == [])
    }

    @Test func whatIsNotThereAndWhatFailsHasNoKey() throws {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        let description = try CatalogFixtures.build("a", rows([3]), fields: nil, in: folder.path)
        try CatalogFixtures.build("few", rows([3]), fields: ["mag"], in: folder.path)
        try CatalogFixtures.build("cut", rows([3]), fields: nil, in: folder.path)
        try CatalogFixtures.build("bad", rows([3, 50]), fields: nil, in: folder.path)
        try damage("cut", in: folder.path) { $0.removeLast(100) }
        let match = CrossMatch(
            [
                try rule("a"), try rule("absent"), try rule("few", ["projection": ["kind": 1, "mag": 1]]),
                try rule("cut"),
                try rule("bad", ["filter": ["$expr": ["$gt": [["$divide": [1, "$kind"]], 0]]]]),
            ], in: CatalogFolder(path: folder.path))
        let found = match.matches(at: [here, here])
        for object in found.objects {
            #expect(object.document == ["a": .list(rows([3]).map { .document($0) })])
            #expect(object.versions == ["a": .string(description.version)])
        }
        #expect(found.missing == ["absent"])
        #expect(found.faults.map(\.catalog).sorted() == ["bad", "cut", "few"])
        #expect(found.faults.map(\.positions) == [2, 2, 2])
        let reasons = Dictionary(uniqueKeysWithValues: found.faults.map { ($0.catalog, $0.reason) })
        #expect(reasons["few"] == "the index lacks kind: run skipper catalog index few")
        #expect(reasons["bad"]?.hasPrefix("the filter fails on a row: ") == true)
        #expect(reasons["cut"]?.hasPrefix(CatalogFolder.path(of: "cut", in: folder.path)) == true)
        #expect(Set(match.loaded.map(\.name)) == ["a", "bad"])
    }

    /// An altered document gives nothing; the positions that do not need it are answered.
    @Test func alteredDocumentFailsForItsPositionsOnly() throws {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        var rows = rows([3])
        for number in 1...20_000 as ClosedRange<Int64> {
            rows.append(
                CatalogFixtures.row(
                    1_000_000 + number, ra: Double(number) / 100, dec: -40,
                    ["text": .string("far away \(number)")]))
        }
        try CatalogFixtures.build("a", rows, fields: nil, in: folder.path)
        try damage("a", in: folder.path) { bytes in
            let text = Array("ra 359.9999".utf8)
            guard let place = bytes.firstRange(of: text) else { return }
            bytes[place.lowerBound] ^= 1
        }
        let match = CrossMatch([try rule("a")], in: CatalogFolder(path: folder.path))
        let found = match.matches(at: [here, try Coordinates(ra: 100, dec: -40)])
        #expect(found.objects[0].catalogs == [])
        #expect(found.objects[1].count == 1)
        #expect(found.faults.map(\.positions) == [1])
    }

    @Test func replacedAndRemovedFilesAreSeen() throws {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        let match = CrossMatch([try rule("a")], in: CatalogFolder(path: folder.path))
        #expect(match.matches(at: [here]).missing == ["a"])
        let first = try CatalogFixtures.build("a", rows([3]), fields: nil, in: folder.path)
        #expect(match.matches(at: [here]).objects[0].versions == ["a": .string(first.version)])
        let second = try CatalogFixtures.build("a", rows([3, 4]), fields: nil, in: folder.path)
        #expect(first.version != second.version)
        #expect(match.matches(at: [here]).objects[0].versions == ["a": .string(second.version)])
    }

    @Test func partsOfABatchAreTheBatch() throws {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        try CatalogFixtures.build("a", rows([3]), fields: nil, in: folder.path)
        let match = CrossMatch([try rule("a"), try rule("b")], in: CatalogFolder(path: folder.path))
        let there = try Coordinates(ra: 1, dec: 1)
        var parts = CrossMatchBatch()
        parts.append(match.matches(at: [here]))
        parts.append(match.matches(at: [there, here]))
        let whole = match.matches(at: [here, there, here])
        #expect(parts.objects == whole.objects && whole.objects.map(\.count) == [1, 0, 1])
        #expect(parts.missing == ["b"] && parts.loaded == whole.loaded && whole.matches == ["a": 2])
    }

    private func damage(_ name: String, in folder: String, _ change: (inout [UInt8]) -> Void) throws {
        try CatalogFixtures.damage(name, in: folder, change)
    }
}
