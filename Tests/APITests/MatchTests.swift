import Archive
import Catalogs
import Documents
import Foundation
import HTTP
import Mongo
import Sky
import Testing

/// `POST /api/xmatch` by the real process, with a catalogue that is indexed on its host and the same without.
@Suite struct MatchTests {
    /// A process whose folder of indexes has one of the catalogue `near`; `far` has the same rows and no index.
    private func withCatalogues(
        _ settings: [String: String] = [:], _ body: (RunningAPI) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withAPI(settings: settings.merging(["SKIPPER_CATALOGS__FOLDER": folder]) { $1 }) { api in
            try await api.add("reader", programs: [1])
            var random = SplitMix(state: 4)
            let builder = try CatalogBuilder(
                path: CatalogFolder.path(of: "near", in: folder), name: "near", load: "a", fields: nil,
                memory: 1 << 22, scratch: folder)
            var documents: [Document] = []
            for number in 0..<2000 {
                let place = try Self.place(&random)
                let document: Document = [
                    "_id": .integer(Int64(number)), "mag": .double(Double(number % 97) / 4),
                    "name": .string(number % 3 == 0 ? "a, \"quoted\" one" : "star \(number)"),
                    "coordinates": [
                        "radec_geojson": [
                            "type": "Point",
                            "coordinates": [.double(place.geojsonLongitude), .double(place.dec)],
                        ]
                    ],
                ]
                documents.append(document)
                try builder.add(place, document)
            }
            _ = try builder.finish(created: 1_700_000_000_000)
            for catalog in ["near", "far"] {
                _ = try await api.database.insert(catalog, documents)
                try await api.database.createIndexes(
                    catalog, [Index(keys: ["coordinates.radec_geojson": "2dsphere", "_id": 1])])
            }
            _ = try await api.database.insert(
                "catalogs",
                [
                    [
                        "_id": "near", "load": "a", "rows": 2000, "loaded_at": .datetime(1_600_000_000_000),
                        "columns": ["mag", "name"],
                    ]
                ])
            try await body(api)
        }
    }

    private static let centers: [(Double, Double)] = [(0, 90), (5, -90), (0, 0), (359.9999, 30), (200, -50)]

    private static func place(_ random: inout SplitMix) throws -> Coordinates {
        let center = centers[Int.random(in: 0..<centers.count, using: &random)]
        let dec = max(-90, min(90, center.1 + .random(in: -0.02...0.02, using: &random)))
        let width = min(180, 0.02 / max(1e-6, cos(dec * .pi / 180)))
        return try Coordinates(folding: center.0 + .random(in: -width...width, using: &random), dec: dec)
    }

    private func post(
        _ api: RunningAPI, _ body: String, query: String = "", as user: String = "reader",
        _ headers: HeaderFields = [:]
    ) async throws -> Reply {
        try await api.send(
            "POST", "/api/xmatch\(query)", token: try RunningAPI.token(user), headers: headers, body: body)
    }

    /// One `$nearSphere` for each position by PyMongo, distances by astropy.
    private static let judge = #"""
        import csv, io, json, random, sys
        import numpy, pymongo, requests
        from astropy.coordinates import SkyCoord
        port, token, uri, name = sys.argv[1:]
        random.seed(9)
        db = pymongo.MongoClient(uri)[name]
        rows = list(db.near.find())
        places = []
        for row in random.sample(rows, 50):
            ra, dec = row["coordinates"]["radec_geojson"]["coordinates"]
            places.append(((ra + 180) % 360, max(-90, min(90, dec + random.uniform(-1, 1) / 3600))))
        places += [(random.uniform(0, 360), random.uniform(-90, 90)) for _ in range(10)]
        url = f"http://127.0.0.1:{port}/api/xmatch"

        def expected(catalog, place, radius, filter, limit):
            where = {"coordinates.radec_geojson": {"$nearSphere": [place[0] - 180, place[1]],
                                                   "$maxDistance": radius / 3600 * 3.141592653589793 / 180}}
            return list(db[catalog].find({**filter, **where}).limit(limit))

        pairs = []

        def note(place, row, distance):
            ra, dec = row["coordinates"]["radec_geojson"]["coordinates"]
            pairs.append((*place, ra + 180, dec, float(distance)))

        found = 0
        for radius, filter, limit in [(3, {}, 0), (200, {"mag": {"$lt": 10}}, 0), (100, {}, 1), (60, {"name": {"$regex": "7"}}, 3)]:
            own = {"radius": radius / 60, "unit": "arcmin", "filter": filter}
            if limit == 1: own["nearest_only"] = True
            elif limit: own["limit"] = limit
            body = {"catalogs": {"near": own, "far": {**own, "radius": radius, "unit": "arcsec"}},
                    "positions": {f"p{i}": list(p) for i, p in enumerate(places)}}
            answer = requests.post(url, json=body, headers={"Authorization": token})
            assert answer.status_code == 200, answer.text[:500]
            data = answer.json()["data"]
            at = 0
            for catalog in ["near", "far"]:
                for i, place in enumerate(places):
                    for row in expected(catalog, place, radius, filter, limit):
                        one = data[at]
                        at += 1
                        assert (one["catalog"], one["position"], one["name"]) == (catalog, i, f"p{i}"), one
                        assert one["match"] == row, (one, row)
                        note(place, row, one["distance_arcsec"])
                        assert (one["ra"], one["dec"]) == place
            assert at == len(data), (at, len(data))
            found += at

        # The same as tables.
        lines = "id,RA,Dec,other\r\n" + "".join(f'"o,{i}",{p[0]!r},{p[1]!r},x\r\n' for i, p in enumerate(places))
        for accept in ["application/json", "text/csv"]:
            answer = requests.post(url, params={"catalogs": "near", "radius": "100", "projection": '{"mag": 1, "name": 1}'},
                                   data=lines, headers={"Authorization": token, "Content-Type": "text/csv; charset=utf-8", "Accept": accept})
            assert answer.status_code == 200, answer.text[:500]
            if accept == "text/csv":
                assert answer.headers["Content-Type"].startswith("text/csv")
                header = answer.text.split("\r\n")[0]
                assert header == "position,name,ra,dec,distance_arcsec,_id,mag,name", header
                table = list(csv.reader(io.StringIO(answer.text, newline="")))[1:]
            else:
                table = [[str(o["position"]), o["name"], o["ra"], o["dec"], o["distance_arcsec"], o["match"]["_id"], o["match"]["mag"], o["match"]["name"]]
                         for o in answer.json()["data"]]
            at = 0
            for i, place in enumerate(places):
                for row in expected("near", place, 100, {}, 0):
                    one = table[at]
                    at += 1
                    assert (one[0], one[1], float(one[2]), float(one[3])) == (str(i), f"o,{i}", *place), one
                    assert (int(one[5]), float(one[6]), one[7]) == (row["_id"], row["mag"], row["name"]), (one, row)
                    note(place, row, one[4])
            assert at == len(table) > 60
        ra, dec, other_ra, other_dec, told = numpy.array(pairs).T
        real = SkyCoord(ra, dec, unit="deg").separation(SkyCoord(other_ra, other_dec, unit="deg")).arcsec
        assert numpy.abs(real - told).max() < 1e-6
        print("all is well", found > 600)
        """#

    @Test func matchesAreThoseOfTheDatabase() async throws {
        try await withCatalogues { api in
            let arguments = [
                String(api.port), try RunningAPI.token("reader"), try TestEnvironment.mongodb,
                api.database.name,
            ]
            #expect(try await python(Self.judge, arguments) == "all is well True\n")
            let line = try await api.send("GET", "/metrics").text.split(separator: "\n").first {
                $0.hasPrefix("positions_answered_from_index_total ")
            }
            let count = line?.split(separator: " ").last.flatMap { Double($0) }
            #expect(try #require(count) > 200)
        }
    }

    /// Five megabytes of body; every row of the catalogue is found where it is.
    @Test func manyPositionsGoAtATime() async throws {
        try await withCatalogues { api in
            var random = SplitMix(state: 4)
            var expected = 0
            let body = try (0..<100_000).map { number in
                let place =
                    number < 2000
                    ? try Self.place(&random)
                    : try Coordinates(
                        ra: .random(in: 20...100, using: &random), dec: .random(in: 5...20, using: &random))
                if number < 2000 { expected += 1 }
                return "[\(place.ra), \(place.dec)]"
            }.joined(separator: ", ")
            let request =
                #"{"catalogs": ["near"], "nearest_only": true, "radius": 0.01, "positions": [\#(body)]}"#
            #expect(request.utf8.count > 3 << 20)
            let reply = try await post(api, request)
            #expect(reply.status == 200, "\(reply.text.prefix(300))")
            let places = reply.documents.compactMap { $0.int64(at: "position") }
            #expect(places == (0..<Int64(expected)).map { $0 })
            #expect(reply.documents.allSatisfy { $0.string(at: "name") == nil })

            let one = try await post(
                api, #"{"catalogs": ["near"], "positions": [\#(body), [1, 1]]}"#)
            #expect(one.isError(400, "ValueError: positions are more than 100000; ask for fewer at a time"))
            let far = try await post(api, #"{"catalogs": ["near", "far"], "positions": [\#(body)]}"#)
            #expect(
                far.isError(
                    400,
                    "ValueError: catalogs.far has no index on this host: ask for at most 2000 positions at a time"
                ))
            // Other routes take no such bodies.
            let other = try await api.send(
                "POST", "/api/queries", token: try RunningAPI.token("reader"), body: request)
            #expect(other.status == 413)
        }
    }

    @Test func whatIsWrongIsNamed() async throws {
        try await withCatalogues([
            "SKIPPER_SERVER__XMATCH_RADIUS": "30", "SKIPPER_SERVER__XMATCH_MAX_SIZE": "2000000",
        ]) { api in
            let cases: [(String, String)] = [
                ("[]", "TypeError: the body must be a JSON object"),
                ("{}", "KeyError: 'positions'"),
                (#"{"positions": []}"#, "KeyError: 'catalogs'"),
                (
                    #"{"positions": [], "catalogs": []}"#,
                    "ValueError: catalogs must name at least one catalogue"
                ),
                (
                    #"{"positions": 5, "catalogs": ["near"]}"#,
                    "TypeError: positions must be a list or an object"
                ),
                (#"{"positions": [[1]], "catalogs": ["near"]}"#, "ValueError: positions.0 must be [ra, dec]"),
                (
                    #"{"positions": [[1, 1], [400, 1]], "catalogs": ["near"]}"#,
                    "ValueError: positions.1: ra 400.0: not between 0 and 360 degrees"
                ),
                (
                    #"{"positions": {"x": [1, {"$numberDouble": "NaN"}]}, "catalogs": ["near"]}"#,
                    "ValueError: positions.x: dec nan: not between -90 and 90 degrees"
                ),
                (
                    #"{"positions": [[true, 1]], "catalogs": ["near"]}"#,
                    "ValueError: positions.0: ra and dec must be two numbers or two texts"
                ),
                (
                    #"{"positions": [{"ra": 1, "dec": 2, "color": 3}], "catalogs": ["near"]}"#,
                    "ValueError: positions.0 has a field color, which is none of dec, name, ra"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": {"near": 5}}"#,
                    "TypeError: catalogs.near must be an object"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": {"near": {"radius": -1}}}"#,
                    "ValueError: catalogs.near.radius must be an angle from 0 to 180 degrees"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": {"near": {"radius": 31}}}"#,
                    "ValueError: catalogs.near.radius is more than 30.0 arcsec"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["near"], "unit": "parsec"}"#,
                    "Exception: Angular units not in ('arcsec', 'arcmin', 'deg', 'rad')"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["near"], "limit": 0}"#,
                    "ValueError: catalogs.near.limit must be int >= 1"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["near"], "nearest_only": 1}"#,
                    "TypeError: catalogs.near.nearest_only must be a bool"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["near", "near"]}"#,
                    "ValueError: catalogs has near twice"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["nowhere"]}"#,
                    "ValueError: catalogs.nowhere: there is no such catalogue of positions"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": ["ZTF_alerts_aux"]}"#,
                    "ValueError: catalogs.ZTF_alerts_aux: there is no such catalogue of positions"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": {"near": {"filter": {"$where": "1"}}}}"#,
                    "ValueError: filter uses $where, which is not allowed"
                ),
                (
                    #"{"positions": [[1, 1]], "catalogs": {"near": {"filter": {"coordinates.radec_geojson": 1}}}}"#,
                    "ValueError: catalogs.near.filter must not name coordinates.radec_geojson"
                ),
            ]
            for (body, message) in cases {
                let reply = try await post(api, body)
                #expect(reply.isError(400, message), "\(body): \(reply.text)")
            }
            let unknown = try await post(api, #"{"positions": [[1, 1]], "catalogs": ["near"], "radios": 1}"#)
            #expect(unknown.status == 400 && unknown.message?.contains("radios") == true)
            let misplaced = try await post(
                api, #"{"positions": [[1, 1]], "catalogs": ["near"]}"#, query: "?radius=1")
            #expect(
                misplaced.isError(
                    400, "ValueError: radius: parameters go with a body of CSV; a body of JSON has them in it"
                ))
            #expect(try await post(api, "{").status == 400)
            let huge = try await post(api, String(repeating: " ", count: 2_000_001))
            #expect(huge.status == 413)
            #expect(try await api.send("POST", "/api/xmatch", body: "{}").status == 401)
        }
    }

    @Test func whatIsWrongInATableIsNamedByItsLine() async throws {
        try await withCatalogues { api in
            let cases: [(String, String, String)] = [
                ("", "?catalogs=near", "ValueError: the body is no CSV: the text has no header"),
                ("ra,dec\n1,2\n", "", "KeyError: 'catalogs'"),
                (
                    "ra,dec\n1,2\n3\n", "?catalogs=near",
                    "ValueError: line 3 does not have 2 cells, as the header has"
                ),
                (
                    "ra,dec\n\n1,2\n\n1,91\n", "?catalogs=near",
                    "ValueError: line 5: dec 91.0: not between -90 and 90 degrees"
                ),
                (
                    "ra,dec\nnan,2\n", "?catalogs=near",
                    "ValueError: line 2: ra nan: not between 0 and 360 degrees"
                ),
                (
                    "x,dec\n1,2\n", "?catalogs=near",
                    "ValueError: line 1: the header has no column ra; it is called one of ra, ra_deg, raj2000, _ra, _raj2000, or as ra_column says"
                ),
                (
                    "ra,dec\n1,2\n", "?catalogs=near&name_column=n",
                    "ValueError: name_column: the header has no column n"
                ),
                (
                    "ra,dec\n1,2\n", "?catalogs=near&limit=x",
                    "ValueError: catalogs.near.limit must be int >= 1"
                ),
                (
                    "ra,dec\n1,2\n", "?catalogs=near&limit=1&limit=2",
                    "ValueError: the parameter limit is there twice"
                ),
                (
                    "ra,dec\n1,2\n", "?catalogs=near&positions=1",
                    "ValueError: positions are the lines of the body"
                ),
                (
                    "ra,dec\n\"1,2\n", "?catalogs=near",
                    "ValueError: the body is no CSV: the file ends within quotes"
                ),
            ]
            for (body, query, message) in cases {
                let reply = try await post(api, body, query: query, ["Content-Type": "text/csv"])
                #expect(reply.isError(400, message), "\(body): \(reply.text)")
            }
            let text = try await post(
                api, #"{"positions": [[1, 1]], "catalogs": ["near", "far"]}"#, ["Accept": "text/csv"])
            #expect(
                text.isError(400, "ValueError: catalogs: a table has the columns of one catalogue; name one"))
            let sexagesimal = try await post(
                api, "n,a,d\nx,00:00:00.0,+00:00:00\n",
                query: "?catalogs=near&ra_column=a&dec_column=d&name_column=n&radius=600&nearest_only=true",
                ["Content-Type": "text/csv"])
            #expect(sexagesimal.documents.count == 1)
            #expect(sexagesimal.documents.first?.string(at: "name") == "x")
        }
    }

    /// Users see what they see elsewhere.
    @Test func rightsHold() async throws {
        try await withCatalogues { api in
            func alert(_ number: Int64, program: Int64) -> Document {
                [
                    "_id": .int64(number), "candid": .int64(number), "objectId": "A",
                    "candidate": ["programid": .integer(program)],
                    "coordinates": ["radec_geojson": ["type": "Point", "coordinates": [10, 20]]],
                ]
            }
            _ = try await api.database.insert("ZTF_alerts", [alert(1, program: 1), alert(2, program: 2)])
            try await api.database.createIndexes(
                "ZTF_alerts", [Index(keys: ["coordinates.radec_geojson": "2dsphere"])])
            let body = #"{"positions": [[190, 20]], "catalogs": {"ZTF_alerts": {"projection": {"_id": 1}}}}"#
            let seen = try await post(api, body).documents.compactMap { $0.int64(at: "match._id") }
            #expect(seen == [1])
            let all = try await post(api, body, as: "admin").documents.compactMap {
                $0.int64(at: "match._id")
            }
            #expect(Set(all) == [1, 2])
            for name in [
                "users", "catalogs", "associations", "association_cells", "ZTF_alerts_aux_recent", "rejected",
            ] {
                let reply = try await post(api, #"{"positions": [[1, 1]], "catalogs": ["\#(name)"]}"#)
                #expect(
                    reply.isError(
                        400,
                        "1 validation error for Query\n__root__\n  Protected collection (type=value_error)")
                        || reply.message?.contains("Protected collection") == true, "\(name): \(reply.text)")
            }
        }
    }

    @Test func catalogueIsDescribedWithItsIndex() async throws {
        try await withCatalogues { api in
            let token = try RunningAPI.token("reader")
            let near = try #require(
                try await api.send("GET", "/api/catalogs/near", token: token).body?.document(at: "data"))
            #expect(near["rows"] == 2000 && near["columns"] == ["mag", "name"])
            #expect(near["loaded_at"] == .datetime(1_600_000_000_000))
            #expect(near.string(at: "version")?.utf8.count == 16)
            #expect(near.string(at: "index.version") == near.string(at: "version"))
            #expect(
                near["index.is_current"] == true && near["index.rows"] == 2000
                    && near["index.fields"] == .null)
            #expect(near["index.created"] == .datetime(1_700_000_000_000))
            #expect(near["cross_match_radius"] == .null)
            #expect(near["documents"] == 2000 && near["indexes"] != nil && near["fields"] != nil)
            let far = try #require(
                try await api.send("GET", "/api/catalogs/far", token: token).body?.document(at: "data"))
            for field in ["rows", "columns", "loaded_at", "version", "index", "cross_match_radius"] {
                #expect(far[Path(field)] == .null)
            }
            _ = try await api.database.bulkWrite(
                "catalogs", [.updateOne(filter: ["_id": "near"], update: .operators(["$set": ["load": "b"]]))]
            )
            let old = try #require(
                try await api.send("GET", "/api/catalogs/near", token: token).body?.document(at: "data"))
            #expect(old["version"] == .null && old["index.is_current"] == false)
        }
    }
}
