import Documents
import Foundation
import HTTP
import Mongo
import TestSupport
import Testing

/// `/api/skymap`, each test with a process and a database of its own.
@Suite struct SkymapTests {
    private static let path = "/api/skymap"
    private static let name = "90.00000_30.00000_10.00000"

    private static func body(_ contours: String, _ more: String = "", date: String = "2023-06-23T15:42:26")
        -> String
    {
        #"{"dateobs": "\#(date)", "skymap": {"ra": 90, "dec": 30, "error": 10}, "contours": \#(contours)\#(more)}"#
    }

    private static func send(
        _ api: RunningAPI, _ method: String, _ query: String = "", body: String? = nil
    ) async throws -> Reply {
        try await api.send(method, path + query, token: try RunningAPI.token("admin"), body: body)
    }

    /// Lends a process that knows its admin, who comes soon after the start.
    static func withReadyAPI(
        settings: [String: String] = [:], _ body: (RunningAPI) async throws -> Void
    ) async throws {
        try await withAPI(settings: settings) { api in
            let isReady = try await eventually { try await api.send("GET", "/readyz").status == 200 }
            try #require(isReady)
            try await body(api)
        }
    }

    private static func stored(_ api: RunningAPI) async throws -> [Document] {
        Array(try await api.database.documents(of: "skymaps").values)
    }

    /// Kowalski's own test, step by step (kowalski/tests/api/test_skymap.py), and penquins' (tests/test_penquins.py):
    /// twenty alerts lie within the contour.
    @Test func aMapGoesThroughItsLife() async throws {
        try await Self.withReadyAPI { api in
            let query = "?dateobs=2023-06-23T15:42:26&localization_name=\(Self.name)&contours=90"
            let none = try await Self.send(api, "GET", query)
            #expect(none.isError(200, "no skymap found"))
            let added = try await Self.send(api, "PUT", body: Self.body("[90]"))
            #expect(
                added.text
                    == #"{"status":"success","message":"added skymap for 2023-06-23 15:42:26 with contours [90]","#
                    + #""data":{"dateobs":"2023-06-23T15:42:26","localization_name":"\#(Self.name)","contours":[90]}}"#
            )
            let updated = try await Self.send(api, "PUT", body: Self.body("95"))
            #expect(updated.status == 200)
            #expect(updated.message == "updated skymap for 2023-06-23 15:42:26 to add contours [95]")
            #expect(updated.body?["data.contours"] == [90, 95])
            let again = try await Self.send(api, "PUT", body: Self.body("[95]"))
            #expect(
                again.status == 409 && again.body?.string(at: "status") == "already_exists"
                    && again.message == "skymap already exists with the same contours"
                    && again.body?["data.contours"] == [90, 95])
            let found = try await Self.send(api, "GET", query)
            #expect(found.status == 200 && found.body?.keys == ["status", "data"])
            let data = try #require(found.data?.document)
            #expect(data.keys == ["dateobs", "aliases", "contours", "localization_name"])
            #expect(data["dateobs"] == "2023-06-23T15:42:26" && data["aliases"] == [])
            #expect(data.document(at: "contours")?.keys == ["center", "contour90", "contour95"])
            #expect(data["contours.contour90.properties"] == ["credible_level": 90])
            #expect(data["contours.center.properties"] == ["credible_level": 0])
            // Longitudes are ra − 180, and the centre is within a pixel, a sixteenth of the error.
            let center = (data.array(at: "contours.center.coordinates") ?? []).compactMap(\.double)
            try #require(center.count == 2)
            #expect(abs(center[0] + 90) < 0.7 && abs(center[1] - 30) < 0.7)

            try await Self.fill(api, within: 20, outside: 15)
            let area: Value = [
                "type": "MultiPolygon", "coordinates": try #require(data["contours.contour90.coordinates"]),
            ]
            let alerts = try await api.database.countDocuments(
                "ZTF_alerts", filter: ["coordinates.radec_geojson": ["$geoWithin": ["$geometry": area]]])
            #expect(alerts == 20)

            let deletion = #"{"dateobs": "2023-06-23T15:42:26", "localization_name": "\#(Self.name)"}"#
            let deleted = try await Self.send(api, "DELETE", body: deletion)
            #expect(deleted.text == #"{"status":"success","message":"deleted 1 skymap"}"#)
            let gone = try await Self.send(api, "DELETE", body: deletion)
            #expect(gone.isError(200, "no skymap found"))
        }
    }

    /// Alerts within 21.1° of the cone's centre and beyond 21.8°: 90 % of a Gaussian lie within 2.146 of its standard
    /// deviation.
    private static func fill(_ api: RunningAPI, within inside: Int, outside: Int) async throws {
        func alert(_ number: Int, _ distance: Double) -> Document {
            let bearing = Double(number) * 0.7
            let (dec, angle) = (30 * Double.pi / 180, distance * .pi / 180)
            let sine = sin(dec) * cos(angle) + cos(dec) * sin(angle) * cos(bearing)
            let ra =
                90 + atan2(sin(bearing) * sin(angle) * cos(dec), cos(angle) - sin(dec) * sine) * 180 / .pi
            let place: Value = [
                "type": "Point", "coordinates": [.double(ra - 180), .double(asin(sine) * 180 / .pi)],
            ]
            return ["_id": .integer(Int64(number)), "coordinates": ["radec_geojson": place]]
        }
        let alerts =
            (0..<inside).map { alert($0, 21.1 * Double($0 + 1) / Double(inside)) }
            + (0..<outside).map { alert(inside + $0, 21.8 + 10 * Double($0)) }
        _ = try await api.database.insert("ZTF_alerts", alerts)
    }

    @Test func refusalsSayWhatIsWrong() async throws {
        try await Self.withReadyAPI { api in
            let cone = #""skymap": {"ra": 90, "dec": 30, "error": 10}"#
            let date = #""dateobs": "2023-06-23T15:42:26""#
            let dateFormat =
                "ValueError: dateobs must be in the format YYYY-MM-DDTHH:MM:SS[.SSSSSS] if it is a string"
            let refusals: [(String, String)] = [
                (
                    "{\(date), \(cone)}",
                    "Invalid request body: 1 validation error for SkymapHandlerPut\ncontours\n"
                        + "  field required (type=value_error.missing)"
                ),
                (#"{\#(cone), "contours": 90}"#, "ValueError: dateobs is required in the request body"),
                (
                    #"{\#(date), "contours": 90}"#,
                    "ValueError: either skymap dict or voevent is required in the request body"
                ),
                (#"{"dateobs": "2023-06-23", \#(cone), "contours": 90}"#, dateFormat),
                (#"{"dateobs": "2023-06-23T15:42:26Z", \#(cone), "contours": 90}"#, dateFormat),
                (#"{"dateobs": "2023-02-30T15:42:26", \#(cone), "contours": 90}"#, dateFormat),
                (#"{"dateobs": 5, \#(cone), "contours": 90}"#, dateFormat),
                (
                    #"{\#(date), \#(cone), "contours": "x"}"#,
                    "ValueError: contours must be an integer or a comma-separated list of integers"
                ),
                (
                    #"{\#(date), \#(cone), "contours": "90,x"}"#,
                    "ValueError: contours must be a comma-separated list of integers"
                ),
                (
                    #"{\#(date), \#(cone), "contours": [0]}"#,
                    "ValueError: contours must be above 0 and at most 100"
                ),
                (
                    #"{\#(date), \#(cone), "contours": []}"#,
                    "ValueError: contours must name between 1 and 16 levels"
                ),
                (#"{\#(date), "contours": 90, "skymap": {"ra": 1}}"#, "Exception: Invalid skymap data"),
                (
                    #"{\#(date), "contours": 90, "skymap": {"ra": "1", "dec": 2, "error": 3}}"#,
                    "TypeError: ra must be a number"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"ra": 1, "dec": 2, "error": 0}}"#,
                    "ValueError: error must be above 0 and at most 180 degrees, not 0.0"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"localization_name": "a", "polygon": [[1, 2], [3, 4]]}}"#,
                    "TypeError: polygon must be a list of at least 3 2-tuples of floats or ints"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"localization_name": "a", "content": "!"}}"#,
                    "TypeError: Could not decode file content"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"localization_name": "a", "content": "QUJD"}}"#,
                    "ValueError: the file does not start with the keyword SIMPLE"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"localization_name": "a", "uniq": [16, 16], "probdensity": [1, 1]}}"#,
                    "ValueError: pixels of the sky map overlap"
                ),
                (#"{"contours": 90, "voevent": "<a/>"}"#, "ValueError: xml file is not valid VOEvent"),
                (
                    #"{\#(date), "contours": 90, "skymap": {"url": "http://127.0.0.1:\#(api.port)/metrics"}}"#,
                    "ValueError: nothing is fetched from http://127.0.0.1:\(api.port), "
                        + "which is not among the allowed hosts"
                ),
                (
                    #"{\#(date), "contours": 90, "skymap": {"url": "file:///etc/passwd"}}"#,
                    "ValueError: the address begins with neither https:// nor http://"
                ),
                (#"[1]"#, "TypeError: the body must be a JSON object"),
            ]
            for (body, message) in refusals {
                let reply = try await Self.send(api, "PUT", body: body)
                #expect(reply.isError(400, message), "\(body): \(reply.status) \(reply.text)")
            }
            #expect(try await Self.stored(api).isEmpty)
            #expect(try await api.send("PUT", Self.path, body: Self.body("90")).isError(401, "Unauthorized"))
            let lookups: [(String, String, String?, Int, String)] = [
                ("GET", "", nil, 200, "must provide dateobs, triggerid, or alias"),
                ("GET", "?contours=90", nil, 200, "must provide dateobs, triggerid, or alias"),
                ("GET", "?localization_name=x", nil, 200, "must provide dateobs, triggerid, or alias"),
                ("GET", "?dateobs=2023", nil, 400, dateFormat),
                ("GET", "?alias=x", nil, 200, "no skymap found"),
                (
                    "GET", "?alias=x&contours=y", nil, 200,
                    "contours must be an integer or a comma-separated list of integers"
                ),
                (
                    "DELETE", "", #"{"alias": "x"}"#, 400,
                    "1 validation error for SkymapHandlerDelete\nlocalization_name\n"
                        + "  field required (type=value_error.missing)"
                ),
                (
                    "DELETE", "", #"{"localization_name": "x"}"#, 200,
                    "must provide dateobs, triggerid, or alias"
                ),
                ("DELETE", "", #"{"localization_name": "x", "dateobs": "y"}"#, 400, dateFormat),
                ("DELETE", "", #"{"localization_name": "x", "triggerid": 5}"#, 200, "no skymap found"),
            ]
            for (method, query, body, status, message) in lookups {
                let reply = try await Self.send(api, method, query, body: body)
                #expect(reply.isError(status, message), "\(method) \(query): \(reply.status) \(reply.text)")
            }
        }
    }

    @Test func mapsAreFoundByEveryNameOfTheEvent() async throws {
        try await Self.withReadyAPI { api in
            let more = #", "triggerid": "537812229", "aliases": ["FERMI#bn180116678", "GRB 180116A"]"#
            let put = try await Self.send(
                api, "PUT", body: Self.body(#""90, 99.5""#, more, date: "2018-01-16T16:17:04.5"))
            #expect(put.message == "added skymap for 2018-01-16 16:17:04.500000 with contours [90, 99.5]")
            let stored = try #require(try await Self.stored(api).first)
            #expect(stored["triggerid"] == .int64(537_812_229))
            #expect(stored["dateobs"] == .datetime(1_516_119_424_500))
            for query in [
                "?triggerid=537812229", "?alias=GRB%20180116A",
                "?dateobs=2018-01-16T16:17:04.500000&contours=90,99.5",
                "?localization_name=\(Self.name)&contours=90.0&alias=FERMI%23bn180116678",
            ] {
                let reply = try await Self.send(api, "GET", query)
                #expect(reply.body?["data.dateobs"] == "2018-01-16T16:17:04.500000", "\(query) \(reply.text)")
                let head = try await Self.send(api, "HEAD", query)
                #expect(head.status == 200 && head.text.isEmpty)
            }
            let missing = try await Self.send(api, "GET", "?triggerid=537812229&contours=20,90")
            #expect(missing.isError(200, "skymap exists but is missing contours [20]"))
            // The same event by its number, with another time; and by its other names.
            for more in [#", "triggerid": 537812229"#, #", "aliases": ["GRB 180116A", "FERMI#bn180116678"]"#]
            {
                let reply = try await Self.send(api, "PUT", body: Self.body("[99.5, 90.0]", more))
                #expect(
                    reply.status == 409 && reply.body?["data.contours"] == [90, .double(99.5)],
                    "\(reply.text)")
            }
            // Not all of its other names are not the same event.
            let other = try await Self.send(api, "PUT", body: Self.body("90", #", "aliases": "GRB 180116A""#))
            #expect(other.status == 200)
            #expect(try await Self.stored(api).count == 2)
            let deleted = try await Self.send(
                api, "DELETE", body: #"{"localization_name": "\#(Self.name)", "triggerid": "537812229"}"#)
            #expect(deleted.message == "deleted 1 skymap")
            #expect(try await Self.stored(api).count == 1)
        }
    }

    @Test func putsAtTheSameTimeMakeOneDocument() async throws {
        try await Self.withReadyAPI { api in
            let replies = try await withThrowingTaskGroup { group in
                for number in 0..<12 {
                    group.addTask { try await Self.send(api, "PUT", body: Self.body("[\(80 + number % 4)]")) }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 200 || $0.status == 409 })
            #expect(replies.filter { $0.message?.hasPrefix("added") == true }.count == 1)
            let stored = try await Self.stored(api)
            #expect(stored.count == 1)
            let keys = stored.first?.document(at: "contours")?.keys ?? []
            #expect(keys.sorted() == ["center", "contour80", "contour81", "contour82", "contour83"])
        }
    }

    /// A database that was Kowalski's may hold a map twice, and other types of numbers.
    @Test func mapsOfKowalskiGoOnWorking() async throws {
        try await Self.withReadyAPI { api in
            let contour: Value = [
                "type": "MultiPolygon", "properties": ["credible_level": 90],
                "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]],
            ]
            let map: Document = [
                "dateobs": .datetime(1_687_534_946_000), "aliases": [],
                "localization_name": .string(Self.name),
                "contours": ["center": ["type": "Point", "coordinates": [90, 30]], "contour90": contour],
                "triggerid": "77",
            ]
            _ = try await api.database.insert("skymaps", [map, map])
            let known = try await Self.send(api, "PUT", body: Self.body("90"))
            #expect(known.status == 409)
            let added = try await Self.send(api, "PUT", body: Self.body("50"))
            #expect(added.body?["data.contours"] == [90, 50])
            let new = try await Self.send(api, "PUT", body: Self.body("50", date: "2024-01-01T00:00:00"))
            #expect(new.message == "added skymap for 2024-01-01 00:00:00 with contours [50]")
            #expect(try await Self.send(api, "GET", "?triggerid=77").status == 200)
            #expect(try await Self.stored(api).count == 3)
        }
    }

    /// Every form that a map may have, with a place that its contour holds.
    @Test func allFormsOfMapsAreTaken() async throws {
        // A FITS file with four pixels at nside 1, of which the one around (45, 41.8) has all.
        let file = try await python(
            """
            import base64, io
            import numpy as np
            from astropy.io import fits
            table = fits.BinTableHDU.from_columns([fits.Column("PROB", "D", array=np.eye(12)[0])])
            table.header["ORDERING"] = "NESTED"
            stream = io.BytesIO()
            fits.HDUList([fits.PrimaryHDU(), table]).writeto(stream)
            print(base64.b64encode(stream.getvalue()).decode(), end="")
            """)
        try await Self.withReadyAPI { api in
            let forms: [(String, String, Double, Double)] = [
                (#"{"localization_name": "uniq", "uniq": [4, 5], "probdensity": [1, 0]}"#, "uniq", 45, 41.8),
                (#"{"localization_name": "file", "content": "\#(file)"}"#, "file", 45, 41.8),
                (
                    #"{"localization_name": "data", "content": "data:application/fits;base64,\#(file)"}"#,
                    "data", 45,
                    41.8
                ),
                (
                    #"{"ra": 359.99, "dec": -1, "error": 1, "localization_name": "x"}"#,
                    "359.99000_-1.00000_1.00000", 0, -1
                ),
                (
                    #"{"localization_name": "polygon", "polygon": [[10, 10], [12, 10], [12, 12], [10, 12]]}"#,
                    "polygon", 11, 11
                ),
                (
                    #"{"localization_name": "text", "polygon": "{\"center\": [1.5, 2], \"corners\": [[0, 0], [4, 0], [2, 4]]}"}"#,
                    "text", 2, 1
                ),
                (
                    #"{"localization_name": "ellipse", "ra": 200, "dec": 70, "amaj": 3, "amin": 1, "phi": 120}"#,
                    "ellipse", 200, 70
                ),
            ]
            for (map, name, ra, dec) in forms {
                let reply = try await Self.send(
                    api, "PUT",
                    body: #"{"dateobs": "2024-01-01T00:00:00", "contours": 90, "skymap": \#(map)}"#)
                #expect(
                    reply.status == 200 && reply.body?["data.localization_name"] == .string(name),
                    "\(reply.text)")
                let found = try await Self.send(
                    api, "GET", "?localization_name=\(name)&dateobs=2024-01-01T00:00:00")
                let area: Value = [
                    "type": "MultiPolygon",
                    "coordinates": try #require(found.body?["data.contours.contour90.coordinates"]),
                ]
                let place: Value = ["type": "Point", "coordinates": [.double(ra - 180), .double(dec)]]
                _ = try await api.database.insert("places", [["_id": .string(name), "place": place]])
                let count = try await api.database.countDocuments(
                    "places",
                    filter: ["_id": .string(name), "place": ["$geoWithin": ["$geometry": area]]])
                #expect(count == 1, "\(name)")
            }
            let centre = try await Self.send(
                api, "GET", "?localization_name=text&dateobs=2024-01-01T00:00:00")
            #expect(centre.body?["data.contours.center.coordinates"] == [.double(-178.5), .double(2)])
        }
    }
}
