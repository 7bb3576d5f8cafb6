import Foundation
import Mongo
import Sky
import TestSupport
import Testing

@testable import Archive

/// The simplest thing that does the same: all objects in a list, one source after the other.
private struct Model {
    private var objects: [(place: Coordinates, names: Set<String>)] = []
    let radius: Double

    init(radius: Double) { self.radius = radius }

    /// The angle by haversines, in 80-bit numbers; arcseconds.
    private static func separation(_ one: Coordinates, _ other: Coordinates) -> Float80 {
        let degree = Float80.pi / 180
        let (dec, otherDec) = (Float80(one.dec) * degree, Float80(other.dec) * degree)
        let up = sinl((otherDec - dec) / 2)
        let right = sinl((Float80(other.ra) - Float80(one.ra)) * degree / 2)
        return 2 * asinl((up * up + cosl(dec) * cosl(otherDec) * right * right).squareRoot()) / degree
            * 3600
    }

    /// The number of a source's object.
    mutating func object(_ source: AssociationSource) -> Int {
        if let id = source.objectID, let known = objects.firstIndex(where: { $0.names.contains(id) }) {
            return known
        }
        let separations = objects.map { Self.separation($0.place, source.coordinates) }
        var number = objects.count
        if let nearest = separations.indices.min(by: { separations[$0] < separations[$1] }),
            separations[nearest] <= Float80(radius)
        {
            number = nearest
        } else {
            objects.append((source.coordinates, []))
        }
        if let id = source.objectID { objects[number].names.insert(id) }
        return number
    }

    func place(_ number: Int) -> Coordinates { objects[number].place }
}

/// Batches of sources against the model.
@Suite struct AssociationModelTests {
    private typealias Make = AssociationFixtures

    /// Crowded places where arithmetic is hard.
    private static let fields: [(ra: Double, dec: Double)] = [
        (150, 2), (0, 0), (0, 45), (30, 89.9995), (30, -89.9995), (45, 41.81), (315, -41.81),
    ]

    @Test(arguments: [(seed: UInt64(1), radius: 1.5), (2, 0.5), (3, 5), (4, 20)])
    func isWhatTheModelDoes(seed: UInt64, radius: Double) async throws {
        try await Make.withAssociations { database in
            var random = SplitMix(state: seed)
            var model = Model(radius: radius)
            let associations = Make.associations(database, radius: radius)
            var names: [Int: String] = [:]
            var candid: Int64 = 0
            for _ in 0..<25 {
                var batch: [AssociationSource] = []
                for _ in 0..<Int.random(in: 1...60, using: &random) {
                    candid += 1
                    let field = Self.fields[Int.random(in: 0..<Self.fields.count, using: &random)]
                    let dec = max(
                        -90, min(90, field.dec + .random(in: -1...1, using: &random) * radius * 6 / 3600))
                    let width = min(180, radius * 6 / 3600 / cos(dec * .pi / 180))
                    let ra = (field.ra + .random(in: -1...1, using: &random) * width + 360)
                        .truncatingRemainder(dividingBy: 360)
                    let hasName = Bool.random(using: &random)
                    batch.append(
                        try Make.source(
                            hasName ? "Z\(Int.random(in: 0..<400, using: &random))" : nil, ra, dec,
                            candid: candid
                        ))
                }
                let found = try await associations.objects(of: batch)
                for (source, aid) in zip(batch, found) {
                    let number = model.object(source)
                    let expected = names[number] ?? aid
                    #expect(aid == expected)
                    if names.updateValue(expected, forKey: number) == nil {
                        // A new one, whose name is that of its place.
                        let plain = AssociationNumber(source.coordinates)
                        let possible = (0..<100).map { plain.name(year: 2026, duplicate: $0) }
                        #expect(possible.contains(aid) && model.place(number) == source.coordinates)
                    }
                }
            }
            #expect(Set(names.values).count == names.count)
            let stored = try await Make.check(database, radius: radius)
            #expect(stored.count == names.count)
        }
    }
}
