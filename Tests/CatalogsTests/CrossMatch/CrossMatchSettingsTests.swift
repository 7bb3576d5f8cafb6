import Documents
import Foundation
import Service
import TestSupport
import Testing

@testable import Catalogs

/// The setting `database.xmatch`.
@Suite struct CrossMatchSettingsTests {
    private func load(_ text: String, environment: [String: String] = [:]) throws -> CrossMatchRules {
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        let path = folder.path + "/config.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try Configuration.load(
            files: [.required(path)], environment: environment, declared: CrossMatchSettings.all)[
                CrossMatchSettings.rules]
    }

    private func rule(_ text: String, _ catalog: String, of survey: String = "ZTF") throws -> CatalogRule? {
        try load(text).catalogs(of: survey).first { $0.catalog == catalog }
    }

    /// The rule's values, to be compared.
    private func values(_ rule: CatalogRule) -> [String] {
        [
            rule.catalog, "\(rule.radius) \(rule.unit)", "\(rule.filter)", "\(rule.projection)",
            "\(rule.addsDistances)", rule.distance.map { "\($0)" } ?? "",
        ]
    }

    /// The table of Kowalski's configuration: catalogue, radius for ZTF, PGIR and WNTR, 0 for none, and how many fields.
    @Test(arguments: [
        ("2MASS_PSC", [2, 8, 2], 3), ("AllWISE", [2, 8, 5], 9), ("Gaia_DR2", [2, 8, 0], 5),
        ("Gaia_EDR3", [2, 8, 2], 5), ("Gaia_DR2_WD", [2, 0, 0], 6), ("PS1_STRM", [2, 8, 2], 7),
        ("galaxy_redshifts_20200522", [2, 8, 2], 3), ("GALEX", [2, 8, 2], 5), ("IGAPS_DR2", [2, 8, 2], 9),
        ("LAMOST_DR5_v3", [2, 8, 2], 9), ("PS1_DR1", [2, 8, 2], 10), ("CLU_20190625", [300, 300, 300], 10),
        ("NED_BetaV3", [300, 0, 0], 16), ("milliquas", [2, 0, 0], 3),
    ])
    func defaultIsKowalskis(catalog: String, radii: [Double], fields: Int) throws {
        for (survey, radius) in zip(["ZTF", "PGIR", "WNTR"], radii) {
            let rule = CrossMatchRules.kowalski.catalogs(of: survey).first { $0.catalog == catalog }
            guard radius > 0 else {
                #expect(rule == nil)
                continue
            }
            #expect(rule?.radius == radius && rule?.unit == .arcsec && rule?.filter == [:])
            let hidesID = ["GALEX", "IGAPS_DR2"].contains(catalog)
            #expect(rule?.projection.int64(at: "_id") == (hidesID ? 0 : 1))
            #expect(rule?.projection.element(key: "coordinates.radec_str")?.int64 == 1)
            #expect(rule?.projection.keys.count == fields + 2)
        }
        #expect(CrossMatchRules.kowalski.surveys.map(\.catalogs.count) == [14, 11, 10, 0])
        let low = ["ZTF", "PGIR", "WNTR"].map { survey in
            CrossMatchRules.kowalski.catalogs(of: survey).first { $0.catalog == "CLU_20190625" }?.distance
        }
        #expect(low.map { $0?.lowDistance } == [300, 300, 5] && low.allSatisfy { $0?.measure == .redshift })
        let ned = CrossMatchRules.kowalski.catalogs(of: "ZTF").first { $0.catalog == "NED_BetaV3" }?.distance
        #expect(
            ned == DistanceRule(field: "DistMpc", measure: .megaparsecs, atDistance: 30, lowDistance: 300))
        #expect(LargeGalaxy.all.count == 2)
    }

    @Test func exampleGivesTheDefault() throws {
        let rules = try load(ExampleConfiguration.yaml(CrossMatchSettings.all))
        #expect(rules.surveys.map(\.name) == CrossMatchRules.kowalski.surveys.map(\.name))
        for (one, other) in zip(rules.surveys, CrossMatchRules.kowalski.surveys) {
            #expect(one.catalogs.map(values) == other.catalogs.map(values))
        }
        // So does what is printed of other rules.
        let text = """
            database: {xmatch: {PGIR: null, TURBO: {new: {cone_search_radius: 0.5, cone_search_unit: deg,
              filter: {$or: [{a: {$gt: 1.5}}, {"b.c": {$in: [x, '1', null, true]}}]}, projection: {"a": 1, _id: 0},
              distances: yes, use_distance: true, distance_value: d.x, distance_method: Mpc, cm_at_distance: 20.5,
              cm_low_distance: 7}}}}
            """
        let other = try load(text)
        let printed =
            "database:\n  xmatch:\n"
            + other.yaml(unit: .none).split(separator: "\n").map { "    \($0)\n" }.joined()
        let again = try load(printed)
        #expect(again.catalogs(of: "TURBO").map(values) == other.catalogs(of: "TURBO").map(values))
        #expect(other.catalogs(of: "PGIR").isEmpty)
    }

    @Test func whatIsGivenTakesThePlaceOfTheSameKey() throws {
        let rule = try #require(
            try rule("database: {xmatch: {ZTF: {AllWISE: {cone_search_radius: 3.5}}}}", "AllWISE"))
        let standard = try #require(
            CrossMatchRules.kowalski.catalogs(of: "ZTF").first { $0.catalog == "AllWISE" })
        #expect(rule.radius == 3.5 && rule.projection == standard.projection)
        #expect(rule.degrees == 3.5 / 3600)
        let changed = try load(
            "database: {xmatch: {ZTF: {AllWISE: null, milliquas: {filter: {Qpct: {$gte: 90}}}, Mine: {cone_search_radius: 1}}}}"
        )
        let names = changed.catalogs(of: "ZTF").map(\.catalog)
        #expect(names.count == 14 && !names.contains("AllWISE") && names.last == "Mine")
        #expect(
            changed.catalogs(of: "ZTF").first { $0.catalog == "milliquas" }?.filter
                == ["Qpct": ["$gte": 90]])
        #expect(changed.catalogs(of: "PGIR").count == 11)
        // The environment over the file.
        let json = #"{"ZTF": {"Mine": {"cone_search_unit": "arcmin"}, "GALEX": null}}"#
        let over = try load(
            "database: {xmatch: {ZTF: {Mine: {cone_search_radius: 1}}}}",
            environment: ["SKIPPER_DATABASE__XMATCH": json])
        #expect(over.catalogs(of: "ZTF").last.map { [$0.radius, $0.degrees] } == [1, 1 / 60.0])
        #expect(!over.catalogs(of: "ZTF").map(\.catalog).contains("GALEX"))
    }

    /// Types as YAML has them, and those of Extended JSON.
    @Test func filtersHaveTheTypesOfTheirText() throws {
        let rule = try rule(
            """
            database:
              xmatch:
                ZTF:
                  New:
                    cone_search_radius: 1
                    filter:
                      a: 1
                      b: 1.0
                      c: '1'
                      d: [true, null, x, 1e3, -.5, 12345678901]
                      e: {$gt: {$date: '2020-01-01T00:00:00Z'}}
                      f: ~
            """, "New")
        #expect(
            rule?.filter == [
                "a": 1, "b": 1.0, "c": "1", "d": [true, nil, "x", 1000.0, -0.5, .int64(12_345_678_901)],
                "e": ["$gt": .datetime(1_577_836_800_000)], "f": nil,
            ])
    }

    @Test(arguments: [
        ("{ZTX: {}}", "ZTX", "no such survey, there are ZTF, PGIR, WNTR, TURBO"),
        ("{ZTF: 5}", "ZTF", "not a mapping of catalogues"),
        ("{ZTF: {GALEX: 2}}", "ZTF.GALEX", "not a mapping of cone_search_radius, "),
        ("{ZTF: {GALEX: {cone_search_radius: -1}}}", "ZTF.GALEX.cone_search_radius", "not a number above 0"),
        ("{ZTF: {GALEX: {cone_search_radius: [2]}}}", "ZTF.GALEX.cone_search_radius", "not a number above 0"),
        ("{ZTF: {GALEX: {cone_search_radius: nan}}}", "ZTF.GALEX.cone_search_radius", "not a number above 0"),
        (
            "{ZTF: {GALEX: {cone_search_radius: 18001}}}", "ZTF.GALEX.cone_search_radius",
            "not above 0 and at most"
        ),
        (
            "{ZTF: {GALEX: {cone_search_unit: deg, cone_search_radius: 5.1}}}",
            "ZTF.GALEX.cone_search_radius", "not above 0"
        ),
        (
            "{ZTF: {GALEX: {cone_search_unit: feet}}}", "ZTF.GALEX.cone_search_unit",
            "not one of arcsec, arcmin, deg, rad"
        ),
        ("{ZTF: {GALEX: {radius: 1}}}", "ZTF.GALEX.radius", "no such key, there are cone_search_radius, "),
        ("{ZTF: {GALEX: {filter: 1}}}", "ZTF.GALEX.filter", "not a mapping"),
        ("{ZTF: {GALEX: {filter: {$or: [{a: 1}, {b: {$gtt: 1}}]}}}}", "ZTF.GALEX.filter.", "$gtt"),
        ("{ZTF: {GALEX: {filter: {$where: 'true'}}}}", "ZTF.GALEX.filter", "$where"),
        (
            "{ZTF: {GALEX: {filter: {a: {$date: yesterday}}}}}", "ZTF.GALEX.filter.a",
            "time data 'yesterday' does not match"
        ),
        (
            "{ZTF: {GALEX: {projection: {a: 1, b: 0}}}}", "ZTF.GALEX.projection.b",
            "fields are to be kept or left out, not both"
        ),
        (
            "{ZTF: {GALEX: {projection: {a: {$nonsense: 1}}}}}", "ZTF.GALEX.projection.a",
            "not supported: operator $nonsense"
        ),
        ("{ZTF: {GALEX: {distances: maybe}}}", "ZTF.GALEX.distances", "not true or false"),
        (
            "{ZTF: {GALEX: {use_distance: true}}}", "ZTF.GALEX.distance_value",
            "must be given where use_distance is true"
        ),
        (
            "{ZTF: {GALEX: {use_distance: true, distance_value: D, cm_at_distance: 1, cm_low_distance: 1}}}",
            "ZTF.GALEX.distance_method", "must be given"
        ),
        (
            "{ZTF: {NED_BetaV3: {distance_method: miles}}}", "ZTF.NED_BetaV3.distance_method",
            "not one of redshift, z, distance, mpc"
        ),
        ("{ZTF: {New: {filter: {}}}}", "ZTF.New.cone_search_radius", "must be given"),
        ("{ZTF: {'a.b': {cone_search_radius: 1}}}", "ZTF.a.b", "a catalogue's name has letters"),
        ("{ZTF: {'../x': {cone_search_radius: 1}}}", "ZTF.../x", "a catalogue's name has letters"),
        ("{ZTF: {A: null, A: {cone_search_radius: 1}}}", "ZTF.A", "given twice"),
        ("{ZTF: {GALEX: {filter: {}, filter: {a: 1}}}}", "ZTF.GALEX.filter", "given twice"),
    ])
    func faultsNameTheWholeKey(text: String, place: String, reason: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try load("database:\n  xmatch: \(text)") }
        let fault = try #require(error?.faults.first)
        #expect(error?.faults.count == 1 && fault.line == 2)
        #expect(fault.key.hasPrefix("database.xmatch." + place), "\(fault)")
        #expect(fault.reason.contains(reason), "\(fault)")
    }

    @Test func everyFaultIsSaid() {
        let text = "database: {xmatch: {X: {}, ZTF: {GALEX: {cone_search_radius: 0, distances: 2}, B: {}}}}"
        let error = #expect(throws: ConfigurationError.self) { try load(text) }
        #expect(
            error?.faults.map(\.key) == [
                "database.xmatch.X", "database.xmatch.ZTF.GALEX.cone_search_radius",
                "database.xmatch.ZTF.GALEX.distances", "database.xmatch.ZTF.B.cone_search_radius",
            ])
    }

    @Test func indexHasTheFieldsOfAllSurveys() throws {
        let rules = try load(
            """
            database:
              xmatch:
                ZTF:
                  A: {cone_search_radius: 1, projection: {_id: 1, mag: 1, coordinates.radec_str: 1}, filter: {class.name: x}}
                  W: {cone_search_radius: 1, projection: {}}
                  E: {cone_search_radius: 1, projection: {a: 0}}
                  F: {cone_search_radius: 1, projection: {a: $b}}
                  G: {cone_search_radius: 1, projection: {a: 1}, filter: {$expr: {$gt: [$x, 1]}}}
                PGIR:
                  A: {cone_search_radius: 1, projection: {class.name: 1, z: true}, filter: {$or: [{k.0: 1}, {$and: [{m: 2}]}]}}
            """)
        #expect(rules.storedFields(of: "A") == ["class", "coordinates.radec_str", "k", "m", "mag", "z"])
        for name in ["W", "E", "F", "G", "unknown"] {
            #expect(rules.storedFields(of: name) == nil, "\(name)")
        }
        #expect(
            rules.storedFields(of: "CLU_20190625") == [
                "a", "b2a", "coordinates.radec_str", "dec", "mstar", "name", "pa", "ra", "sfr_fuv", "sfr_ha",
                "z",
            ])
    }
}
