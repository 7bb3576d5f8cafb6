import Documents
import Foundation
import Sky
import TestSupport
import Testing

@testable import Catalogs

/// Galaxies that a position belongs to by their distances, as a program has it that knows the formulas only.
@Suite struct DistanceJudgeTests {
    private static func judge(_ arguments: String...) async throws -> [String] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("distance_judge.py").path
        let ending = try await ChildProcess(try TestEnvironment.python, [script] + arguments).ending(
            within: .seconds(600))
        guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
        return ending.lines
    }

    /// The rule that a case is for.
    private func rule(_ description: Document) throws -> CatalogRule {
        let field = try #require(description.string(at: "field"))
        return try CatalogRule(
            catalog: "galaxies", radius: 300,
            projection: [
                "coordinates.radec_str": 1, "name": 1, "ra": 1, "dec": 1, "mstar": 1, field: 1,
            ],
            distance: DistanceRule(
                field: field,
                measure: description.string(at: "method") == "redshift" ? .redshift : .megaparsecs,
                atDistance: try #require(description.double(at: "at")),
                lowDistance: try #require(description.double(at: "low"))))
    }

    /// Redshifts and megaparsecs, near and far, at the poles and at right ascension 0; distances that say nothing; and
    /// the large galaxies, inside and outside of their ellipses.
    @Test(arguments: [1, 2])
    func galaxiesAreThoseOfTheFormulas(seed: Int) async throws {
        let cases = try await Self.judge("\(seed)")
        #expect(cases.count == 5)
        for text in cases {
            let one = try ExtendedJSON.document(from: text)
            let folder = try CatalogFixtures.folder()
            defer { folder.remove() }
            let rows = (one.array(at: "rows") ?? []).compactMap(\.document)
            _ = try CatalogFixtures.build("galaxies", rows, fields: nil, in: folder.path)
            let match = CrossMatch(
                [try rule(try #require(one.document(at: "rule")))], in: CatalogFolder(path: folder.path))
            let positions = try (one.array(at: "positions") ?? []).map { position in
                try Coordinates(
                    ra: try #require(position.list?.first?.double),
                    dec: try #require(position.list?.last?.double))
            }
            let expected = (one.array(at: "expected") ?? []).map { $0.list ?? [] }
            #expect(positions.count > 1000 && expected.count == positions.count)
            let batch = match.matches(at: positions)
            #expect(batch.faults == [] && batch.missing == [])
            for (place, object) in batch.objects.enumerated() {
                let found = try #require(object.catalogs.first).documents
                let wanted = expected[place].compactMap(\.document)
                if found != wanted, found.map(Self.sorted) != wanted.map(Self.sorted) {
                    Issue.record("\(positions[place]): \(found), not \(wanted); \(one["rule"] ?? .null)")
                    return
                }
            }
            // There is something of every kind.
            let ids = expected.joined().compactMap { $0.document?.int64(at: "_id") }
            for id in [596_900, 597_543] as [Int64] {
                let count = ids.count { $0 == id }
                #expect(count > 50 && count < 400)
            }
            #expect(Set(ids).count > 60)
            #expect(expected.contains { $0.count > 1 } && expected.contains { $0.isEmpty })
        }
    }

    /// The document with its top-level fields by name: the judge has a large galaxy's own field where it fits.
    private static func sorted(_ document: Document) -> Document {
        var writer = DocumentWriter()
        for element in document.elements.sorted(by: { $0.key < $1.key }) { writer.append(element) }
        return writer.finish()
    }

    @Test func roundingIsPythons() async throws {
        let lines = try await Self.judge("--round", "7")
        #expect(lines.count > 60_000)
        for line in lines {
            let words = line.split(separator: " ")
            let number = try #require(Double(words[0]))
            let expected = try #require(Double(words[1]))
            if number.toHundredths != expected {
                Issue.record("\(number) is rounded to \(number.toHundredths), not \(expected)")
            }
        }
    }

    /// The specification's own values, and the rules' limits by arithmetic.
    @Test func circlesAreThoseOfKowalski() throws {
        func isInside(_ dec: Double) throws -> Bool {
            let folder = try CatalogFixtures.folder()
            defer { folder.remove() }
            let row = CatalogFixtures.row(1, ra: 10, dec: dec, ["ra": 10.0, "dec": .double(dec), "z": 0.001])
            _ = try CatalogFixtures.build("g", [row], fields: nil, in: folder.path)
            let rule = try CatalogRule(
                catalog: "g", radius: 600,
                distance: DistanceRule(field: "z", measure: .redshift, atDistance: 30, lowDistance: 300))
            let match = CrossMatch([rule], in: CatalogFolder(path: folder.path))
            return try match.matches(at: [Coordinates(ra: 10, dec: 0)]).objects[0].count == 1
        }
        #expect(try isInside(0.05))
        #expect(try !isInside(0.09))
        let redshift = DistanceRule(field: "z", measure: .redshift, atDistance: 30, lowDistance: 300)
        #expect(redshift.radius(at: 0.009) == 300 / 3600.0)
        #expect(abs(redshift.radius(at: 0.01) - 150 / 3600.0) < 1e-15)
        #expect(abs(redshift.radius(at: 0.05) - 30 / 3600.0) < 1e-15)
        let distance = DistanceRule(field: "D", measure: .megaparsecs, atDistance: 30, lowDistance: 300)
        #expect(distance.radius(at: 39) == 300 / 3600.0)
        // An angle so small is its tangent: 30 kpc at 100 Mpc are 0.0003 radians.
        #expect(abs(distance.radius(at: 100) - 0.0003 * 180 / .pi) < 1e-9)
    }
}
