import Documents
import Mongo
import Sky
import TestSupport
import Testing

@testable import Archive

/// Several at the same time, in several processes as far as the database can tell.
@Suite struct AssociationConcurrencyTests {
    private typealias Make = AssociationFixtures

    /// The same database through connections of its own, as another process has it.
    private func withSecond<Result>(
        _ database: Database, _ body: (Database) async throws -> Result
    ) async throws -> Result {
        var settings = MongoSettings(
            uri: ConnectionString(try TestEnvironment.mongodb), database: database.name)
        settings.poolSize = 8
        let second = try Database(settings)
        do {
            let result = try await body(second)
            await second.close()
            return result
        } catch {
            await second.close()
            throw error
        }
    }

    /// Pairs a little apart, many of them across a border of cells.
    @Test func twoWhoSeeANewSourceMakeOneObject() async throws {
        try await Make.withAssociations { database in
            try await withSecond(database) { second in
                var random = SplitMix(state: 11)
                for round in 0..<40 {
                    let ra = Double.random(in: 0..<360, using: &random)
                    let dec = Double.random(in: -89...89, using: &random)
                    let names = try await withThrowingTaskGroup(of: String.self) { group in
                        for task in 0..<8 {
                            let source = try Make.source(
                                "Z\(round)-\(task)", ra, dec + Double(task) * 0.2 / 3600)
                            let associations = Make.associations(task % 2 == 0 ? database : second)
                            group.addTask { try await associations.objects(of: [source])[0] }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(Set(names).count == 1)
                }
                let objects = try await Make.check(database)
                #expect(objects.count == 40)
                for (_, object) in try await database.documents(of: "associations") {
                    #expect(object["oids"]?.list?.count == 8)
                }
            }
        }
    }

    /// An object that two see for the first time at places of which each would have an object of its own.
    @Test func oneNameOfASurveyIsOfOneObject() async throws {
        try await Make.withAssociations { database in
            try await withSecond(database) { second in
                for round in 0..<30 {
                    let names = try await withThrowingTaskGroup(of: String.self) { group in
                        for task in 0..<6 {
                            let source = try Make.source("Z\(round)", Double(round * 7 + task), 10)
                            let associations = Make.associations(task % 2 == 0 ? database : second)
                            group.addTask { try await associations.objects(of: [source])[0] }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(Set(names).count == 1)
                }
                #expect(try await Make.check(database).count == 30)
            }
        }
    }

    /// Whole batches of the same crowded field, from two sides, in different orders. Which objects there are depends on
    /// who comes first, but every source is of the object of its name or of one within the radius, and what was said once
    /// is said again.
    @Test func batchesOfOneField() async throws {
        try await Make.withAssociations { database in
            try await withSecond(database) { second in
                var random = SplitMix(state: 12)
                let sources = try (0..<240).map { index in
                    try Make.source(
                        "Z\(index % 150)", 359.999 + .random(in: 0...0.0009, using: &random),
                        .random(in: -0.006...0.006, using: &random), candid: Int64(index))
                }
                let orders = (0..<6).map { _ in sources.shuffled(using: &random) }
                let said = try await withThrowingTaskGroup(of: [String: Set<String>].self) { group in
                    for (task, order) in orders.enumerated() {
                        let associations = Make.associations(task % 2 == 0 ? database : second)
                        group.addTask {
                            var said: [String: Set<String>] = [:]
                            for start in stride(from: 0, to: order.count, by: 40) {
                                let batch = Array(order[start..<(start + 40)])
                                for (source, aid) in zip(batch, try await associations.objects(of: batch)) {
                                    said[source.objectID ?? "", default: []].insert(aid)
                                }
                            }
                            return said
                        }
                    }
                    return try await group.reduce(into: [:]) { all, one in
                        all.merge(one) { $0.union($1) }
                    }
                }
                #expect(said.count == 150 && said.values.allSatisfy { $0.count == 1 })
                let objects = try await Make.check(database)
                #expect(Set(said.values.joined()) == Set(objects.keys))
                for (name, aids) in said {
                    let aid = try #require(aids.first)
                    let place = try #require(objects[aid])
                    let nearest = sources.filter { $0.objectID == name }.map {
                        $0.coordinates.separation(from: place) * 3600
                    }.min()
                    #expect(try #require(nearest) <= 1.5)
                }
            }
        }
    }

    /// Whoever is stopped in the middle leaves all of a batch or nothing, and whoever comes next finishes it.
    @Test func thoseWhoAreStoppedLeaveNothingHalfDone() async throws {
        try await Make.withAssociations { database in
            var random = SplitMix(state: 13)
            let sources = try (0..<200).map { index in
                try Make.source(
                    "Z\(index)", 120 + .random(in: 0...0.02, using: &random),
                    .random(in: 0...0.02, using: &random))
            }
            for round in 0..<20 {
                try await withSecond(database) { second in
                    let part = Array(sources[(round * 10)..<(round * 10 + 10)])
                    let associations = Make.associations(second)
                    let stopped = Task { try await associations.objects(of: part) }
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...12_000, using: &random)))
                    stopped.cancel()
                    _ = await stopped.result
                }
                for (_, object) in try await database.documents(of: "associations") {
                    #expect(object["oids"]?.list?.isEmpty == false)
                }
                try await Make.check(database)
            }
            let names = try await Make.associations(database).objects(of: sources)
            #expect(try await Make.associations(database).objects(of: sources) == names)
            let objects = try await Make.check(database)
            #expect(Set(names) == Set(objects.keys))
        }
    }
}
