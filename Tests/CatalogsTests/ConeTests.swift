import Catalogs
import Documents
import Foundation
import Mongo
import Sky
import TestSupport
import Testing

/// The rows of random cones, as MongoDB finds them and as extended precision computes them for every row.
@Suite struct ConeTests {
    /// What cones_judge.py has written.
    private struct Judgement {
        let rows: [Double]
        let documents: Data
        let cones: [Double]
        /// For each cone the rows inside, those within 10⁻⁹ rad of its edge left out, and these.
        let inside: [[Int64]]
        let edge: [[Int64]]
        /// Rows outside by up to the size of an S2 leaf cell: MongoDB asks whether the circle touches a point's cell.
        let beyond: [[Int64]]
        /// The distances of the rows inside, in radians.
        let separations: [Double]

        var coneCount: Int { cones.count / 3 }
        var rowCount: Int { rows.count / 2 }

        init(seed: UInt64, rows: Int, cones: Int, _ folder: String) async throws {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("cones_judge.py").path
            let ending = try await ChildProcess(
                try TestEnvironment.python, [script, "\(seed)", "\(rows)", "\(cones)", folder]
            ).ending(within: .seconds(1800))
            guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
            self.rows = try Self.numbers(folder + "/rows", as: Double.self)
            self.cones = try Self.numbers(folder + "/cones", as: Double.self)
            documents = try Data(contentsOf: URL(fileURLWithPath: folder + "/documents"))
            inside = Self.lists(try Self.numbers(folder + "/inside", as: Int32.self))
            edge = Self.lists(try Self.numbers(folder + "/edge", as: Int32.self))
            beyond = Self.lists(try Self.numbers(folder + "/beyond", as: Int32.self))
            separations = try Self.numbers(folder + "/separations", as: Double.self)
        }

        private static func numbers<Number: BitwiseCopyable>(_ path: String, as: Number.Type) throws
            -> [Number]
        {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return data.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
        }

        /// Lists, each after its length.
        private static func lists(_ numbers: [Int32]) -> [[Int64]] {
            var lists: [[Int64]] = []
            var place = 0
            while place < numbers.count {
                let end = place + 1 + Int(numbers[place])
                lists.append(numbers[(place + 1)..<end].map(Int64.init))
                place = end
            }
            return lists
        }

        func center(_ cone: Int) throws -> Coordinates {
            try Coordinates(ra: cones[3 * cone], dec: cones[3 * cone + 1])
        }

        func radius(_ cone: Int) -> Double { cones[3 * cone + 2] }

        func document(_ row: Int) -> Document {
            let size = documents.count / rowCount
            return Document(trusted: Array(documents[row * size..<(row + 1) * size]))
        }
    }

    /// 10,300 cones over 1,000 to 1,000,000 rows.
    @Test(arguments: [(1_000, 3_700), (10_000, 3_600), (100_000, 2_400), (1_000_000, 600)])
    func conesHoldTheRowsThatTheyHoldInMongoDB(rows: Int, cones: Int) async throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        try await withFolder { folder in
            let judgement = try await Judgement(seed: seed, rows: rows, cones: cones, folder)
            #expect(judgement.rowCount == rows && judgement.coneCount == cones)
            let path = folder + "/rows.skycat"
            let builder = try CatalogBuilder(
                path: path, name: "rows", load: "", fields: [], memory: 1 << 24, scratch: folder)
            for row in 0..<rows {
                let position = try Coordinates(ra: judgement.rows[2 * row], dec: judgement.rows[2 * row + 1])
                try builder.add(position, judgement.document(row))
            }
            #expect(try builder.finish(created: 0).rows == rows)
            let index = try CatalogIndex(path: path)
            let theirs = try await withDatabase { database in
                try await Self.fill(database, judgement)
                return try await Self.ask(database, judgement)
            }
            try Self.compare(index, judgement, theirs, "seed \(seed), \(rows) rows")
        }
    }

    private static func compare(
        _ index: CatalogIndex, _ judgement: Judgement, _ theirs: [[Int64]], _ where_: String
    ) throws {
        var (inside, edgeCones, edgeRows, different, beyond) = (0, 0, 0, 0, 0)
        for cone in 0..<judgement.coneCount {
            let matches = try index.matches(within: judgement.radius(cone), of: try judgement.center(cone))
            let ours = matches.map { $0.document.int64(at: "_id") ?? -1 }
            let edge = Set(judgement.edge[cone])
            let expected = judgement.inside[cone]
            let left = Set(ours).subtracting(edge)
            let more = Set(theirs[cone]).intersection(judgement.beyond[cone])
            let right = Set(theirs[cone]).subtracting(edge).subtracting(more)
            if left != Set(expected) || right != Set(expected) || Set(ours).count != ours.count {
                Issue.record(
                    """
                    \(where_), cone \(cone) of \(judgement.radius(cone)) degrees around \(try judgement.center(cone)): \
                    of \(expected.count) rows are not found \(Set(expected).subtracting(left)), by MongoDB not \
                    \(Set(expected).subtracting(right)); others found \(left.subtracting(expected)), by MongoDB \
                    \(right.subtracting(expected))
                    """)
            }
            let distances = Dictionary(
                uniqueKeysWithValues: zip(
                    expected, judgement.separations[inside..<inside + expected.count]))
            let areNear = zip(matches, ours).allSatisfy { match, id in
                abs(match.separation * .pi / 180 - (distances[id] ?? match.separation * .pi / 180)) < 2e-15
            }
            let areSorted = zip(matches, matches.dropFirst()).allSatisfy { $0.separation <= $1.separation }
            if !areNear || !areSorted { Issue.record("\(where_), cone \(cone): distances or their order") }
            inside += expected.count
            edgeRows += edge.count
            edgeCones += edge.isEmpty ? 0 : 1
            different +=
                Set(ours).intersection(edge).symmetricDifference(edge.intersection(theirs[cone])).count
            beyond += more.count
        }
        print(
            """
            \(where_): \(judgement.coneCount) cones with \(inside) rows; besides \(edgeRows) rows within 1e-9 rad of the \
            edge of \(edgeCones) cones, \(different) of them seen differently by MongoDB, which has \(beyond) more from \
            up to 2.28e-9 rad outside
            """)
        #expect(inside > judgement.coneCount && edgeRows > judgement.coneCount / 10)
    }

    // MARK: MongoDB

    private static func fill(_ database: Database, _ judgement: Judgement) async throws {
        for start in stride(from: 0, to: judgement.rowCount, by: 20_000) {
            let batch = (start..<min(start + 20_000, judgement.rowCount)).map(judgement.document)
            let result = try await database.insert("rows", batch)
            #expect(result.inserted == batch.count)
        }
        try await database.createIndexes(
            "rows", [Index(keys: ["coordinates.radec_geojson": "2dsphere"])])
    }

    /// The rows of each cone: many cones in one pipeline.
    private static func ask(_ database: Database, _ judgement: Judgement) async throws -> [[Int64]] {
        var found = [[Int64]](repeating: [], count: judgement.coneCount)
        for start in stride(from: 0, to: judgement.coneCount, by: 100) {
            let cones = start..<min(start + 100, judgement.coneCount)
            var pipeline = try Self.stages(judgement, start)
            for cone in cones.dropFirst() {
                let stages = Value.list(try Self.stages(judgement, cone).map { .document($0) })
                pipeline.append(["$unionWith": ["coll": "rows", "pipeline": stages]])
            }
            for try await document in try await database.aggregate("rows", pipeline: pipeline) {
                guard let cone = document.int64(at: "_id"), let ids = document.arrayView(at: "ids") else {
                    continue
                }
                found[Int(cone)] = ids.elements.map { $0.int64 ?? -1 }
            }
        }
        return found
    }

    private static func stages(_ judgement: Judgement, _ cone: Int) throws -> [Document] {
        let center = try judgement.center(cone)
        let circle: Value = [
            [.double(center.geojsonLongitude), .double(center.dec)],
            .double(judgement.radius(cone) * (.pi / 180)),
        ]
        return [
            ["$match": ["coordinates.radec_geojson": ["$geoWithin": ["$centerSphere": circle]]]],
            ["$group": ["_id": ["$literal": .int32(Int32(cone))], "ids": ["$push": "$_id"]]],
        ]
    }
}
