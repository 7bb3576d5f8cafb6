import Documents
import Foundation
import Testing

extension Listings {
    /// `/api/alerts` and `/api/objects`.
    @Suite struct AlertListingTests {
        private static let alert = "/api/alerts/\(AlertSamples.candid)"
        private static let object = "/api/objects/\(AlertSamples.name)"

        @Test func anAlertComesWithoutStampsUnlessAskedFor() async throws {
            let api = try RunningAPI.current
            for path in [Self.alert, Self.alert + "?cutouts=false&survey=ztf"] {
                let reply = try await api.get(path)
                #expect(reply.status == 200, "\(reply.text)")
                #expect(reply.text.contains(#""candid":1127561445515015011,"#))
                let alert = try #require(reply.data?.document)
                #expect(
                    alert.keys == [
                        "_id", "candid", "objectId", "candidate", "classifications", "coordinates",
                        "candid_str",
                    ])
                #expect(alert.string(at: "candid_str") == "1127561445515015011")
                #expect(alert.double(at: "candidate.ssdistnr") == -999)
            }
            let whole = try await api.get(Self.alert + "?cutouts=true")
            let stamp = whole.data?.document?.binary(at: "cutoutScience.stampData")
            #expect(stamp?.prefix(2) == [0x1F, 0x8B])
        }

        @Test func whatMayNotBeSeenIsNotThere() async throws {
            let api = try RunningAPI.current
            for path in [
                "/api/alerts/\(AlertSamples.partnership)", "/api/alerts/7", "/api/alerts/12345",
                "/api/alerts/99999999999999999999999", "/api/alerts/abc", "/api/alerts/-1",
                "/api/objects/ZTF20hidden", "/api/objects/ZTF20hidden/photometry", "/api/objects/nothing",
                "/api/objects/nothing/photometry?format=csv", "/api/objects/\(AlertSamples.name)?survey=wntr",
            ] {
                #expect(try await api.get(path).isError(404, "Not Found"), "\(path)")
            }
            for path in [
                "/api/alerts/\(AlertSamples.partnership)", "/api/alerts/7", "/api/objects/ZTF20hidden",
                "/api/objects/ZTF20hidden/photometry",
            ] {
                #expect(try await api.get(path, as: "partner").status == 200, "\(path)")
                #expect(try await api.get(path, as: "admin").status == 200, "\(path)")
                #expect(try await api.send("GET", path).isError(401, "Unauthorized"))
            }
        }

        @Test(arguments: [
            (alert + "?survey=lsst", "survey lsst must be one of [ztf, wntr, pgir, turbo]"),
            (alert + "?cutouts=maybe", "ValueError: cutouts maybe must be true or false"),
            (object + "?survey=", "survey  must be one of [ztf, wntr, pgir, turbo]"),
            (object + "/photometry?format=xml", "ValueError: format xml must be one of [json, csv]"),
        ])
        func whatIsAskedWronglyIsNamed(path: String, message: String) async throws {
            let reply = try await RunningAPI.current.get(path)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test func otherSurveysAreAskedByName() async throws {
            let reply = try await RunningAPI.current.get("/api/alerts/8?survey=pgir")
            #expect(reply.data?.document?.string(at: "objectId") == "PGIR20a")
            let object = try await RunningAPI.current.get("/api/objects/PGIR20a?survey=pgir")
            #expect(object.data?.document?["auxiliary"] == .null)
            let curve = try await RunningAPI.current.get("/api/objects/PGIR20a/photometry?survey=pgir")
            #expect(curve.documents.map { $0.string(at: "filter") } == ["cspjs"])
        }

        @Test func anObjectTellsItsAlertsAndWhatIsKnown() async throws {
            let api = try RunningAPI.current
            let object = try #require(try await api.get(Self.object).data?.document)
            #expect(object.string(at: "objectId") == AlertSamples.name)
            let alerts = object.documents(at: "alerts").map(\.document)
            #expect(alerts.map { $0.int64(at: "candid") } == [AlertSamples.candid, AlertSamples.candid - 9])
            #expect(alerts.first?.string(at: "candid_str") == "1127561445515015011")
            #expect(alerts.first?.double(at: "jd") == AlertSamples.jd)
            #expect(alerts.first?.double(at: "magpsf") == 18.9)
            // Those of program 3 and 2 are not counted.
            #expect(
                object["auxiliary"] == [
                    "cross_matches": ["PS1_DR1": [["_id": 5, "ra": 155.1]]], "prv_candidates": 7,
                    "fp_hists": 4,
                ])
            let partner = try #require(try await api.get(Self.object, as: "partner").data?.document)
            #expect(partner.int64(at: "alerts.0.candid") == AlertSamples.partnership)
            #expect(partner.int64(at: "auxiliary.fp_hists") == 5)
        }

        /// Days from `AlertSamples.jd`, source, magnitude, its error, flux, its error, whether positive, candid.
        private static let lightCurve: [(Double, String, [Double?], Bool?, Int64?)] = [
            (-6, "prv_candidates", [nil, nil, nil, nil], nil, nil),
            // A fifth of 10^(-0.4 (20.4 - 23.9)) microjansky.
            (-5, "prv_candidates", [nil, nil, nil, pow(10, 1.4) / 5], nil, nil),
            (-3, "prv_candidates", [18.9, 0.1, -100, 9.210_340_371_976_184], false, 3),
            (-2, "alert", [18.9, 0.1, 100, 9.210_340_371_976_184], true, AlertSamples.candid - 9),
            (-2, "fp_hists", [18.9, 0.108_573_620_475_812_9, 100, 10], true, nil),
            (-1, "fp_hists", [nil, nil, -5, 10], false, nil),
            (0, "alert", [18.9, 0.1, 100, 9.210_340_371_976_184], true, AlertSamples.candid),
        ]

        @Test func aLightCurveHasEachMeasurementOnce() async throws {
            let reply = try await RunningAPI.current.get(Self.object + "/photometry")
            let rows = reply.documents
            try #require(rows.count == Self.lightCurve.count, "\(reply.text)")
            for (row, (days, source, numbers, isPositive, candid)) in zip(rows, Self.lightCurve) {
                #expect(row.double(at: "jd") == AlertSamples.jd + days)
                #expect(row.double(at: "mjd") == AlertSamples.jd + days - 2_400_000.5)
                #expect(row.string(at: "source") == source)
                for (column, number) in zip(["mag", "magerr", "flux", "fluxerr"], numbers) {
                    let given = row.double(at: Path(column))
                    #expect((given == nil) == (number == nil), "\(column) of \(row)")
                    if let given, let number { #expect(abs(given - number) < 1e-9 * abs(number), "\(row)") }
                }
                #expect(row.bool(at: "isdiffpos") == isPositive)
                #expect(row.int64(at: "candid") == candid)
                #expect(row.string(at: "candid_str") == candid.map(String.init))
                #expect(row.string(at: "filter") == "ztfg" && row.int64(at: "programid") == 1)
            }
            #expect(rows[0]["diffmaglim"] == .null && rows[1].double(at: "diffmaglim") == 20.4)
            #expect(rows[2].double(at: "ra") == 155 && rows[2].double(at: "dec") == -42)
            let partner = try await RunningAPI.current.get(Self.object + "/photometry", as: "partner")
                .documents
            #expect(partner.count == 8)
            #expect(partner.last?.string(at: "filter") == "ztfr" && partner.last?.double(at: "flux") == -100)
        }

        @Test func theTableHasTheSameRows() async throws {
            let api = try RunningAPI.current
            let table = try await api.get(Self.object + "/photometry?format=csv")
            #expect(table.type == "text/csv; charset=utf-8; header=present")
            let rows = try await api.get(Self.object + "/photometry?format=json").documents
            // Python reads the table as it reads any other.
            let script = """
                import csv, json, sys
                table = list(csv.reader(sys.stdin))
                assert all(len(line) == len(table[0]) for line in table)
                print(json.dumps([dict(zip(table[0], line)) for line in table[1:]]))
                """
            let printed = try await python(script, input: table.text)
            let read = try ExtendedJSON.value(from: printed).list ?? []
            try #require(read.count == rows.count)
            for (line, row) in zip(read.compactMap(\.document), rows) {
                #expect(line.keys == row.keys)
                for element in row.elements {
                    let cell = line.string(at: Path(element.key)) ?? "?"
                    switch element.value {
                    case .null: #expect(cell == "")
                    case .bool(let truth): #expect(cell == (truth ? "true" : "false"))
                    case .string(let text): #expect(cell == text)
                    case let number: #expect(Double(cell) == number.double || Int64(cell) == number.int64)
                    }
                }
            }
        }
    }
}
