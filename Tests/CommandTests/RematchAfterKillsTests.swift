import Catalogs
import Documents
import Foundation
import Mongo
import Sky
import Testing

/// `skipper catalog rematch` as a process, also one that is killed.
@Suite struct RematchAfterKillsTests {
    private static let objects: Int64 = 1500
    /// Two catalogues that are all there is to match with.
    private static let rules = """
        {"ZTF": {\(CrossMatchRules.kowalski.catalogs(of: "ZTF").map { "\"\($0.catalog)\": null" }.joined(separator: ", ")),
          "First": {"cone_search_radius": 2, "projection": {"_id": 1, "mag": 1}},
          "Second": {"cone_search_radius": 1, "distances": true, "projection": {"mag": 1}}}}
        """
    private static let settings = ["SKIPPER_DATABASE__XMATCH": rules]

    private func name(_ number: Int64) -> String {
        "ZTF26"
            + String(format: "%07lld", number).map {
                String(UnicodeScalar(UInt8(97 + ($0.wholeNumberValue ?? 0))))
            }.joined()
    }

    private func position(_ number: Int64) -> (ra: Double, dec: Double) {
        (Double(number) * 0.2, Double(number % 170) - 85)
    }

    /// Objects as Kowalski has them, with matches of no version, and two alerts each: the later is half an arcsecond away.
    private func fill(_ database: Database) async throws {
        var objects: [Document] = []
        var alerts: [Document] = []
        for number in 0..<Self.objects {
            let (ra, dec) = position(number)
            let matches: Value =
                number % 3 == 0
                ? ["First": [["_id": 1, "mag": "old"]], "Kept": []] : number % 3 == 1 ? [:] : nil
            objects.append(["_id": .string(name(number)), "cross_matches": matches, "prv_candidates": []])
            for later in 0..<2 as Range<Int64> {
                alerts.append([
                    "_id": .int64(number * 2 + later), "candid": .int64(number * 2 + later),
                    "objectId": .string(name(number)),
                    "candidate": [
                        "jd": .double(2_461_000.5 + Double(later)), "ra": .double(ra),
                        "dec": .double(dec + Double(later) * 0.5 / 3600),
                    ],
                ])
            }
        }
        _ = try await database.insert("ZTF_alerts_aux_recent", objects)
        _ = try await database.insert("ZTF_alerts", alerts)
    }

    /// A row 0.4 arcseconds from every object but each seventh, whose distance from the first alert tells it apart.
    private func build(_ name: String, shift: Double, in folder: String, created: Int64 = 0) throws {
        let rows = (0..<Self.objects).filter { $0 % 7 != 0 }.map { number in
            let (ra, dec) = position(number)
            return CatalogFixtures.row(
                number, ra: ra, dec: dec - shift / 3600, ["mag": .double(Double(number) / 10)])
        }
        try CatalogFixtures.build(name, rows, fields: nil, in: folder, created: created)
    }

    private func matched(_ database: Database) async throws -> [Value: Document] {
        try await database.documents(of: "ZTF_alerts_aux_recent")
    }

    private func withFilled(_ body: (Workplace, Database) async throws -> Void) async throws {
        try await withWorkplace { workplace in
            let catalogs = workplace.folder + "/catalogs"
            try build("First", shift: 0.4, in: catalogs)
            try build("Second", shift: -0.7, in: catalogs)
            let undisturbed = try Database(
                MongoSettings(
                    uri: ConnectionString(try TestEnvironment.mongodb), database: "\(workplace.name)-u"))
            do {
                try await fill(workplace.database)
                try await fill(undisturbed)
                try await body(workplace, undisturbed)
                try await undisturbed.drop()
            } catch {
                // What went wrong in the test itself says more.
                try? await undisturbed.drop()
                await undisturbed.close()
                throw error
            }
            await undisturbed.close()
        }
    }

    private func rematch(
        _ workplace: Workplace, _ words: String..., in database: String? = nil
    ) async throws -> ChildProcess.Ending {
        var settings = Self.settings
        if let database { settings["SKIPPER_DATABASE__DB"] = database }
        return try await workplace.start("skipper", ["catalog", "rematch"] + words, settings: settings)
            .ending(
                within: .seconds(600))
    }

    /// What is there afterwards is also what arithmetic says.
    @Test func killedOnesLeaveWhatAnUndisturbedOneDoes() async throws {
        try await withFilled { workplace, undisturbed in
            let calm = try await rematch(workplace, in: undisturbed.name)
            #expect(calm.code == 0, "\(calm.errors)")
            #expect(calm.output == "ZTF: \(Self.objects) objects, \(Self.objects) brought up to date\n")
            for share in [0.1, 0.4] {
                let process = try workplace.start("skipper", ["catalog", "rematch"], settings: Self.settings)
                // The one before may have left a lease that has to end first.
                let deadline = ContinuousClock.now + .seconds(600)
                while process.end() == nil, ContinuousClock.now < deadline {
                    let done = try await workplace.database.countDocuments(
                        "ZTF_alerts_aux_recent", filter: ["cross_match_versions": ["$exists": true]])
                    if Double(done) > Double(Self.objects) * share { break }
                    try await Task.sleep(for: .milliseconds(5))
                }
                process.send(SIGKILL)
                #expect(
                    try await process.ending().code == 128 + SIGKILL, "\(process.output) \(process.errors)")
            }
            let partly = try await matched(workplace.database)
            #expect(partly.values.contains { !$0.exists(at: "cross_match_versions") })
            // The newest come first.
            let undone = partly.values.filter { !$0.exists(at: "cross_match_versions") }.compactMap {
                $0.string(at: "_id")
            }
            let done = partly.values.filter { $0.exists(at: "cross_match_versions") }.compactMap {
                $0.string(at: "_id")
            }
            #expect((undone.max() ?? "") < (done.max() ?? "") && (undone.min() ?? "") < (done.min() ?? ""))
            let last = try await rematch(workplace)
            #expect(last.code == 0, "\(last.errors)")
            let found = try await matched(workplace.database)
            #expect(found == (try await matched(undisturbed)))
            for number in [0, 1, 2, 3, 7, 700, 1499] as [Int64] {
                try check(found[.string(name(number))], number)
            }
        }
    }

    private func check(_ object: Document?, _ number: Int64) throws {
        let object = try #require(object)
        let mag = Value.double(Double(number) / 10)
        let isThere = number % 7 != 0
        #expect(object["cross_matches.First"] == (isThere ? [["_id": .int64(number), "mag": mag]] : []))
        #expect(
            object["cross_matches.Second"]
                == (isThere
                    ? [["_id": .int64(number), "mag": mag, "coordinates": ["distance_arcsec": 0.7]]] : []))
        #expect(object["cross_matches.Kept"] == (number % 3 == 0 ? [] : nil))
        #expect(object.document(at: "cross_match_versions")?.keys == ["First", "Second"])
    }

    /// Only what is named, only what has changed, one object, everything; and what cannot be done is said.
    @Test func whatIsNamedIsDone() async throws {
        try await withFilled { workplace, _ in
            let first = try await rematch(workplace, "First")
            #expect(
                first.code == 0 && first.output.hasSuffix(", \(Self.objects) brought up to date\n"),
                "\(first.errors)")
            let before = try await matched(workplace.database)
            #expect(before.values.allSatisfy { $0.document(at: "cross_match_versions")?.keys == ["First"] })
            let one = try await rematch(workplace, "--object", name(5))
            #expect(one.output == "\(name(5)): brought up to date\n", "\(one.errors)")
            let again = try await rematch(workplace, "--object", name(5))
            #expect(again.output == "\(name(5)): up to date already\n")
            try check(try await matched(workplace.database)[.string(name(5))], 5)
            let rest = try await rematch(workplace)
            #expect(
                rest.output == "ZTF: \(Self.objects) objects, \(Self.objects - 1) brought up to date\n",
                "\(rest.errors)")

            try build("Second", shift: 0.2, in: workplace.folder + "/catalogs")
            let replaced = try await rematch(workplace)
            #expect(replaced.output == "ZTF: \(Self.objects) objects, \(Self.objects) brought up to date\n")
            let second = try await matched(workplace.database)[.string(name(5))]
            #expect(second?["cross_matches.Second.0.coordinates.distance_arcsec"] == 0.2)
            #expect(
                try await rematch(workplace).output == "ZTF: \(Self.objects) objects, 0 brought up to date\n")

            let unknown = try await rematch(workplace, "Third")
            #expect(unknown.code == 1 && unknown.errors.contains("Third is not matched with objects of ZTF"))
            let nobody = try await rematch(workplace, "--object", "ZTF26zzzzzzz")
            #expect(nobody.code == 1 && nobody.errors.contains("there is no object 'ZTF26zzzzzzz'"))
            let survey = try await rematch(workplace, "--survey", "X")
            #expect(survey.code == 2 && survey.errors.contains("--survey must be one of ZTF"))
        }
    }

    /// A second one on the same survey is refused while the first is alive.
    @Test func oneAtATime() async throws {
        try await withFilled { workplace, _ in
            // Somebody who is at work: the lease goes on.
            let lease = Task {
                while !Task.isCancelled {
                    _ = try await workplace.database.bulkWrite(
                        "catalog_rematches",
                        [
                            .updateOne(
                                filter: ["_id": "ZTF"],
                                update: .pipeline([
                                    [
                                        "$set": [
                                            "lease": [
                                                "worker": "other", "until": ["$add": ["$$NOW", 60_000]],
                                            ]
                                        ]
                                    ]
                                ]), upsert: true)
                        ])
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            try await eventually("the lease of the other") {
                try await workplace.database.countDocuments("catalog_rematches", filter: [:]) == 1
            }
            let refused = try await rematch(workplace)
            lease.cancel()
            _ = await lease.result
            #expect(refused.code == 1, "\(refused.output)")
            #expect(refused.errors.contains("another process brings the cross-matches of ZTF up to date"))
            #expect(
                try await workplace.database.countDocuments(
                    "ZTF_alerts_aux_recent", filter: ["cross_match_versions": ["$exists": true]]) == 0)
        }
    }

    /// A catalogue that fails for some objects is said, and those objects are done when it is repaired.
    @Test func whatFailedIsDoneLater() async throws {
        try await withFilled { workplace, undisturbed in
            #expect(try await rematch(workplace, in: undisturbed.name).code == 0)
            let catalogs = workplace.folder + "/catalogs"
            try CatalogFixtures.damage("First", in: catalogs) { bytes in
                let text = Array("ra 100.0".utf8)
                if let place = bytes.firstRange(of: text) { bytes[place.lowerBound] ^= 1 }
            }
            let damaged = try await rematch(workplace)
            #expect(
                damaged.code == 1 && damaged.errors.contains("a catalogue failed for "), "\(damaged.errors)")
            #expect(damaged.errors.contains("First"))
            let lacking = try await matched(workplace.database).values.filter {
                $0["cross_match_versions.First"] == nil
            }
            #expect(!lacking.isEmpty && lacking.count < Int(Self.objects))
            // What had been matched by somebody else is as it was.
            #expect(
                lacking.allSatisfy {
                    $0["cross_matches.First"] == nil || $0["cross_matches.First.0.mag"] == "old"
                })
            try build("First", shift: 0.4, in: catalogs, created: 7)
            let repaired = try await rematch(workplace)
            #expect(repaired.output.hasSuffix(" \(lacking.count) brought up to date\n"), "\(repaired.errors)")
            let found = try await matched(workplace.database)
            let expected = try await matched(undisturbed)
            for (id, object) in found {
                for field in ["cross_matches.First", "cross_matches.Second", "cross_match_versions.First"] {
                    #expect(object[Path(field)] == expected[id]?[Path(field)])
                }
            }
        }
    }
}
