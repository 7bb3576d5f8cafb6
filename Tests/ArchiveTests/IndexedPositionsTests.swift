import Catalogs
import Documents
import Foundation
import Mongo
import Service
import Sky
import TestSupport
import Testing

@testable import Archive

/// `cone_search` and `near` with indexes on this host against the same without, which ask mongod about everything.
@Suite struct IndexedPositionsTests {
    private static let user = User(name: "ada", programs: [1], isAdmin: false)
    private static let reader = QueryReader(defaultTime: 300_000, longestTime: 3_600_000)

    /// What both runners are asked, and the counts of the one with indexes.
    private struct Bench {
        let indexed: QueryRunner
        let plain: QueryRunner
        let metrics: Metrics
        let folder: String
        let database: Database

        func count(_ name: String) -> Int {
            for line in metrics.prometheusText().split(separator: "\n")
            where line.hasPrefix("positions_\(name)_total ") {
                return line.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? -1
            }
            return 0
        }

        /// All documents of an answer, by catalogue and position; or what is wrong.
        private func answer(_ runner: QueryRunner, _ query: Query) async -> Result<[[Int: [Document]]], Fault>
        {
            do {
                guard case .positions(var search) = try await runner.run(query, for: user) else {
                    return .failure(Fault(text: "no positions"))
                }
                var found = search.query.catalogs.map { _ in [Int: [Document]]() }
                var last = (-1, -1)
                _ = try await search.run { piece in
                    for (position, document) in piece.documents {
                        // In the order of the request.
                        if (piece.catalog, position) < last { throw Fault(text: "out of order") }
                        last = (piece.catalog, position)
                        found[piece.catalog][position, default: []].append(document.document)
                    }
                    return true
                }
                return .success(found)
            } catch { return .failure(Fault(text: "\(error)")) }
        }

        struct Fault: Error, Equatable { let text: String }

        /// Asks both; expects the same.
        func compare(
            _ type: String, _ query: Value, _ kwargs: Value = [:],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let read = try reader.read(
                ["query_type": .string(type), "query": query, "kwargs": kwargs], for: user)
            let (one, other) = (await answer(indexed, read), await answer(plain, read))
            let isSorted = type == "near" || kwargs.document?.element(key: "sort") != nil
            switch (one, other) {
            case (.success(let one), .success(let other)):
                #expect(one.count == other.count, sourceLocation: sourceLocation)
                for (one, other) in zip(one, other) {
                    #expect(
                        one.keys.sorted() == other.keys.sorted(), "\(query) \(kwargs)",
                        sourceLocation: sourceLocation)
                    for (position, documents) in one {
                        let expected = other[position] ?? []
                        let isSame =
                            isSorted
                            ? documents.map(\.bytes) == expected.map(\.bytes)
                            : documents.map(\.bytes).sorted(by: precedes)
                                == expected.map(\.bytes).sorted(by: precedes)
                        #expect(isSame, "\(type) \(query) \(kwargs)", sourceLocation: sourceLocation)
                    }
                }
            case (.failure(let one), .failure(let other)):
                #expect(one == other, sourceLocation: sourceLocation)
            default: Issue.record("\(one) but \(other): \(query)", sourceLocation: sourceLocation)
            }
        }
    }

    private static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.lexicographicallyPrecedes(other)
    }

    private static let centers: [(ra: Double, dec: Double)] = [
        (0, 90), (123.4, -90), (0, 0), (359.9999, 10), (180, -45), (45, 41.8), (200, 3),
    ]

    /// A position around one of the centres.
    private static func place(_ random: inout SplitMix, spread: Double = 0.02) throws -> Coordinates {
        let center = centers[Int.random(in: 0..<centers.count, using: &random)]
        let dec = max(-90, min(90, center.dec + .random(in: -spread...spread, using: &random)))
        let width = min(180, spread / max(1e-6, cos(dec * .pi / 180)))
        return try Coordinates(
            folding: center.ra + .random(in: -width...width, using: &random), dec: dec)
    }

    private func withBench(_ body: (Bench, inout SplitMix, [Coordinates]) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withDatabase { database in
            var random = SplitMix(state: 77)
            var places: [Coordinates] = []
            for catalog in ["stars", "galaxies", "partial"] {
                var documents: [Document] = []
                for number in 0..<1500 {
                    let place = try Self.place(&random)
                    if catalog == "stars" { places.append(place) }
                    var writer = DocumentWriter()
                    writer.append(
                        "_id", catalog == "galaxies" ? .string("g\(number)") : .integer(Int64(number)))
                    writer.append("mag", .double(Double(Int.random(in: 0..<100, using: &random)) / 4))
                    if Bool.random(using: &random) {
                        writer.append("z", .double(.random(in: 0...1, using: &random)))
                    }
                    writer.append(
                        "tags", .list((0..<Int.random(in: 0...3, using: &random)).map { .string("t\($0)") }))
                    writer.append("inner", ["a": .integer(Int64(number % 7)), "b": "text"])
                    writer.append(
                        "coordinates",
                        [
                            "radec_geojson": [
                                "type": "Point",
                                "coordinates": [.double(place.geojsonLongitude), .double(place.dec)],
                            ], "l": 1.5,
                        ])
                    documents.append(writer.finish())
                }
                _ = try await database.insert(catalog, documents)
                try await database.createIndexes(
                    catalog, [Index(keys: ["coordinates.radec_geojson": "2dsphere", "_id": 1])])
                try await CatalogueRegistry(database).put(
                    CatalogueEntry(
                        name: catalog, load: "first", rows: 1500, loadedAt: 0, columns: [], files: [],
                        state: .loaded))
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let isPartial = catalog == "partial"
                let builder = try CatalogBuilder(
                    path: CatalogFolder.path(of: catalog, in: folder), name: catalog, load: "first",
                    fields: isPartial ? ["mag", "inner.a"] : nil, memory: 1 << 24, scratch: folder)
                // As the database cuts them down.
                let stored = try await database.find(
                    catalog,
                    options: FindOptions(
                        projection: isPartial
                            ? ["mag": 1, "inner.a": 1, "coordinates.radec_geojson": 1] : nil))
                for try await document in stored {
                    let longitude = try #require(
                        document.double(at: "coordinates.radec_geojson.coordinates.0"))
                    let dec = try #require(document.double(at: "coordinates.radec_geojson.coordinates.1"))
                    try builder.add(try Coordinates(folding: longitude + 180, dec: dec), document)
                }
                _ = try builder.finish(created: 0)
            }
            try await database.createIndexes("stars", [Index(name: "by_mag", keys: ["mag": 1])])
            let metrics = Metrics()
            let local = LocalCatalogs(folder: folder, database, metrics: metrics, log: .silent)
            let bench = Bench(
                indexed: QueryRunner(database, surveys: Archive.surveys, indexes: local),
                plain: QueryRunner(database, surveys: Archive.surveys), metrics: metrics, folder: folder,
                database: database)
            try await body(bench, &random, places)
        }
    }

    private static let filters: [Value] = [
        [:], [:], ["mag": ["$lt": 12]], ["$or": [["mag": 3.25], ["mag": ["$gt": 20]]]],
        ["z": ["$exists": false]],
        ["inner.a": ["$in": [1, 2, 3]]], ["tags": "t1"], ["tags": ["$size": 2]],
        ["inner": ["a": 3, "b": "text"]],
        ["$expr": ["$gt": ["$mag", 10]]], ["coordinates.l": 1.5],
        ["$nor": [["inner.a": 0], ["mag": ["$mod": [2, 0]]]]],
        ["_id": ["$gte": 100]], ["mag": ["$type": "double"]], ["tags": ["$elemMatch": ["$eq": "t2"]]],
        ["coordinates.radec_geojson.type": "Point"], ["$comment": "x"],
    ]
    private static let projections: [Value] = [
        nil, nil, ["_id": 1], ["mag": 0], ["_id": 0, "mag": 1], ["mag": 1, "inner.a": 1],
        ["x": ["$add": ["$mag", 1]]],
        ["inner": 1], ["coordinates": 0], ["tags": ["$slice": 1]], ["inner.b": 1], ["_id": 0],
        ["inner": ["a": 1]], ["mag": true, "coordinates.radec_geojson": 1],
    ]

    @Test(arguments: [UInt64(1), 2, 3]) func answersAreTheSame(seed: UInt64) async throws {
        try await withBench { bench, _, places in
            var random = SplitMix(state: seed)
            for round in 0..<40 {
                var positions: [(String, Value)] = []
                for number in 0..<[1, 3, 40, 300][round % 4] {
                    var place = try Self.place(&random)
                    if number % 5 == 0 { place = try #require(places.randomElement(using: &random)) }
                    positions.append(("p\(number)", [.double(place.ra), .double(place.dec)]))
                }
                var radec = DocumentWriter()
                for (key, pair) in positions { radec.append(key, pair) }
                var catalogs = DocumentWriter()
                for catalog in ["stars", "galaxies", "partial", "nowhere"]
                where Int.random(in: 0..<3, using: &random) > 0 {
                    catalogs.append(
                        catalog,
                        [
                            "filter": Self.filters.randomElement(using: &random) ?? [:],
                            "projection": Self.projections.randomElement(using: &random) ?? nil,
                        ])
                }
                var kwargs = DocumentWriter()
                if Int.random(in: 0..<3, using: &random) == 0 {
                    kwargs.append("limit", .integer(.random(in: 1...40, using: &random)))
                }
                let hasSort = Int.random(in: 0..<5, using: &random) == 0
                if hasSort {
                    kwargs.append("sort", [["mag", 1], ["_id", 1]])
                    if Bool.random(using: &random) { kwargs.append("skip", .integer(2)) }
                }
                if Int.random(in: 0..<3, using: &random) == 0 {
                    kwargs.append("distance_arcsec", .bool(true))
                }
                if Int.random(in: 0..<4, using: &random) == 0 { kwargs.append("filter_first", .bool(true)) }
                let radii: [Double] = [0, 0.5, 5, 60, 300, 4000]
                let radius = radii.randomElement(using: &random) ?? 1
                let (names, words) = (Value.document(catalogs.finish()), kwargs.finish())
                let isNear = round % 2 == 0
                if isNear {
                    var near = DocumentWriter()
                    near.append("radec", document: radec.finish())
                    near.append("catalogs", names)
                    near.append("max_distance", .double(radius))
                    if Bool.random(using: &random) { near.append("min_distance", .double(radius / 5)) }
                    near.append("distance_units", string: "arcsec")
                    try await bench.compare("near", .document(near.finish()), .document(words))
                } else {
                    // What a limit leaves of an unordered set is anything.
                    let isOpen = words.element(key: "limit") != nil && !hasSort
                    try await bench.compare(
                        "cone_search",
                        [
                            "object_coordinates": [
                                "cone_search_radius": .double(radius), "cone_search_unit": "arcsec",
                                "radec": .document(radec.finish()),
                            ], "catalogs": names,
                        ], isOpen ? [:] : .document(words))
                }
            }
            #expect(bench.count("answered_from_index") > 1000)
            #expect(bench.count("asked_beside_index") > 100)
        }
    }

    private func cone(_ radius: Double, _ place: Coordinates, _ parts: Value) -> Value {
        [
            "object_coordinates": [
                "cone_search_radius": .double(radius), "cone_search_unit": "arcsec",
                "radec": [[.double(place.ra), .double(place.dec)]],
            ], "catalogs": parts,
        ]
    }

    /// Exactly at a row's distance.
    @Test func edgesAreTheDatabases() async throws {
        try await withBench { bench, random, places in
            for _ in 0..<150 {
                let (place, star) = (
                    try Self.place(&random), try #require(places.randomElement(using: &random))
                )
                let separation = place.separation(from: star)
                guard separation > 0, separation < 0.9 else { continue }
                let pair: Value = [[.double(place.ra), .double(place.dec)]]
                try await bench.compare("cone_search", cone(separation * 3600, place, ["stars": [:]]))
                try await bench.compare(
                    "near",
                    [
                        "radec": pair, "catalogs": ["stars": [:]], "max_distance": .double(separation),
                        "distance_units": "deg",
                    ])
                try await bench.compare(
                    "near",
                    [
                        "radec": pair, "catalogs": ["stars": [:]], "min_distance": .double(separation),
                        "max_distance": .double(separation + 0.01), "distance_units": "deg",
                    ])
            }
            #expect(bench.count("asked_beside_index") > 0)
        }
    }

    @Test func faultsOfFiltersAreTheDatabases() async throws {
        try await withBench { bench, _, places in
            let parts: [Value] = [
                ["filter": ["mag": ["$in": 5]]],
                ["filter": ["$expr": ["$divide": [1, ["$subtract": ["$mag", "$mag"]]]]]],
                ["projection": ["mag": 1, "z": 0]], ["filter": ["mag": ["$regex": "("]]],
                ["projection": ["x": ["$divide": [1, 0]]]],
                ["filter": ["coordinates.radec_geojson": ["$geoWithin": ["$centerSphere": [[0, 0], 0.1]]]]],
            ]
            for part in parts {
                try await bench.compare("cone_search", cone(600, places[0], ["stars": part]))
                // Where nothing is.
                try await bench.compare(
                    "cone_search", cone(1, try Coordinates(ra: 77, dec: 70), ["stars": part]))
            }
            try await bench.compare("cone_search", cone(600, places[0], ["stars": [:]]), ["hint": "by_mag"])
            try await bench.compare("cone_search", cone(600, places[0], ["stars": [:]]), ["hint": "no such"])
        }
    }

    /// Of another load, without an entry, or damaged.
    @Test func indexesThatAreNotOfTheLoadAreNotLookedAt() async throws {
        try await withBench { bench, _, places in
            let query = cone(
                600, places[3], ["stars": [:], "galaxies": [:], "partial": ["projection": ["mag": 1]]])
            try await bench.compare("cone_search", query)
            #expect(bench.count("answered_from_index") == 3)
            _ = try await bench.database.bulkWrite(
                "catalogs",
                [.updateOne(filter: ["_id": "stars"], update: .operators(["$set": ["load": "newer"]]))])
            try await bench.compare("cone_search", query)
            #expect(bench.count("answered_from_index") == 5)
            _ = try await bench.database.bulkWrite("catalogs", [.deleteOne(filter: ["_id": "galaxies"])])
            try await bench.compare("cone_search", query)
            #expect(bench.count("answered_from_index") == 6)
            // Another file in its place, as an operator might copy one.
            let path = bench.folder + "/partial.skycat"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for place in stride(from: 8192, to: bytes.count, by: 512) { bytes[place] ^= 0xFF }
            try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
            try await bench.compare("cone_search", query)
            #expect(bench.count("answered_from_index") == 6)
            try FileManager.default.removeItem(atPath: path)
            try await bench.compare("cone_search", query)
            #expect(bench.count("answered_from_index") == 6)
        }
    }
}
