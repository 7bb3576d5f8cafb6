import Documents
import Mongo
import Testing

extension Conformance {
    /// `cone_search` and `near`.
    @Suite struct PositionSearchTests {
        /// Points on the prime meridian of right ascension, one every arcsecond from (10, 20) on northwards.
        private func fill(_ catalog: String, _ api: RunningAPI) async throws {
            let documents: [Document] = (0..<10).map { number in
                [
                    "_id": .integer(number), "name": .string("\(catalog) \(number)"),
                    "coordinates": [
                        "radec_geojson": [
                            "type": "Point",
                            "coordinates": [.double(-170), .double(20 + Double(number) / 3600)],
                        ]
                    ],
                ]
            }
            _ = try await api.database.insert(catalog, documents)
            let keys: Document = ["coordinates.radec_geojson": "2dsphere", "_id": -1]
            try await api.database.createIndexes(catalog, [Index(name: "radec", keys: keys)])
        }

        private func cone(
            _ radec: String, _ catalogs: String, radius: String = "3.5", _ kwargs: String = "{}",
            as user: String = "admin"
        ) async throws -> Reply {
            let object =
                #"{"cone_search_radius": \#(radius), "cone_search_unit": "arcsec", "radec": \#(radec)}"#
            return try await RunningAPI.current.ask(
                "cone_search", #"{"object_coordinates": \#(object), "catalogs": \#(catalogs)}"#, kwargs,
                as: user)
        }

        private func near(
            _ radec: String, _ catalogs: String, _ more: String = "", _ kwargs: String = "{}",
            as user: String = "admin"
        ) async throws -> Reply {
            try await RunningAPI.current.ask(
                "near", #"{"radec": \#(radec), "catalogs": \#(catalogs)\#(more)}"#, kwargs, as: user)
        }

        @Test func answersAreByCatalogueAndKey() async throws {
            let api = try RunningAPI.current
            try await fill("shape", api)
            let catalogs = #"{" shape ": {"projection": {"_id": 1}}, "nowhere": {}}"#
            let reply = try await cone(#"{"a.b": [10, 20], "c": [11, 20]}"#, catalogs, radius: "0.5")
            #expect(
                reply.text
                    == #"{"status":"success","message":"Successfully executed query","data":"#
                    + #"{"shape":{"a_b":[{"_id":0}],"c":[]},"nowhere":{"a_b":[],"c":[]}}}"#)
            let empty = try await cone("{}", catalogs)
            #expect(empty.data == ["shape": [:], "nowhere": [:]])
            #expect(try await cone("[[10, 20]]", "{}").data == [:])
            let word = try await cone(#""10 20.0""#, catalogs, radius: #""0.5""#)
            #expect(word.data == ["shape": ["(10, 20_0)": [["_id": 0]]], "nowhere": ["(10, 20_0)": []]])
        }

        @Test func wordsHoldForEachPosition() async throws {
            let api = try RunningAPI.current
            try await fill("words", api)
            let catalogs = #"{"words": {"filter": "{'_id': {'$lt': 3}}", "projection": "{'_id': 1}"}}"#
            for radec in [#"{"a": [10, 20]}"#, #"{"a": [10, 20], "b": [10, 20]}"#] {
                func ask(_ kwargs: String) async throws -> Value? {
                    try await cone(radec, catalogs, kwargs).body?["data.words.a"]
                }
                let all = try await ask("{}")
                #expect(Set(all?.list ?? []) == [["_id": 0], ["_id": 1], ["_id": 2]])
                #expect(try await ask(#"{"sort": [["_id", -1]]}"#) == [["_id": 2], ["_id": 1], ["_id": 0]])
                #expect(try await ask(#"{"sort": [["_id", -1]], "skip": 1, "limit": 1}"#) == [["_id": 1]])
                #expect(try await ask(#"{"hint": "_id_"}"#) == [["_id": 0], ["_id": 1], ["_id": 2]])
                #expect(
                    try await ask(#"{"filter_first": true, "sort": {"$natural": -1}, "limit": 1}"#) == [
                        ["_id": 2]
                    ])
                let bad = try await cone(radec, catalogs, #"{"hint": "no such index"}"#)
                #expect(bad.status == 400 && bad.message?.hasPrefix("OperationFailure: ") == true)
            }
            let clash = #"{"words": {"filter": {"coordinates.radec_geojson": {"$exists": false}}}}"#
            #expect(try await cone(#"{"a": [10, 20], "b": [10, 20]}"#, clash).body?["data.words.a"] == [])
        }

        @Test func nearestComeFirst() async throws {
            let api = try RunningAPI.current
            try await fill("nearest", api)
            let catalogs = #"{"nearest": {"projection": {"_id": 1}}}"#
            let limits = #", "min_distance": 0.5, "max_distance": 3.5, "distance_units": "arcsec""#
            for radec in [
                #"{"a": [10, 20.001388888888888]}"#, #"{"a": [10, 20.001388888888888], "b": [10, 20]}"#,
            ] {
                // From number 5 on.
                let reply = try await near(radec, catalogs, limits)
                let found =
                    reply.body?["data.nearest.a"]?.list?.compactMap { $0.document?.int64(at: "_id") } ?? []
                #expect(found.count == 6)
                #expect(
                    Set(found[..<2]) == [4, 6] && Set(found[2..<4]) == [3, 7] && Set(found[4...]) == [2, 8])
                let one = try await near(radec, catalogs, "", #"{"limit": 1}"#)
                #expect(one.body?["data.nearest.a"] == [["_id": 5]])
                let sorted = try await near(radec, catalogs, limits, #"{"sort": [["_id", 1]], "limit": 2}"#)
                #expect(sorted.body?["data.nearest.a"] == [["_id": 2], ["_id": 3]])
                #expect(try await near(radec, #"{"nowhere": {}}"#).body?["data.nowhere.a"] == [])
                let bare = try await near(radec, #"{"stars": {}}"#)
                #expect(bare.status == 400 && bare.message?.hasPrefix("OperationFailure: ") == true)
            }
        }

        /// The points are whole arcseconds apart, along a meridian.
        @Test(arguments: [
            "{}", #"{"_id": 1}"#, #"{"coordinates": 0}"#, #"{"_id": 0, "coordinates.radec_geojson": 1}"#,
        ]) func distancesAreAddedWhereTheyAreAskedFor(projection: String) async throws {
            let api = try RunningAPI.current
            let catalog = "distant\(projection.count)"
            try await fill(catalog, api)
            let catalogs = #"{"\#(catalog)": {"projection": \#(projection)}}"#
            let kwargs = #"{"distance_arcsec": true, "sort": [["_id", 1]]}"#
            for radec in [#"{"a": [10, 20]}"#, #"{"a": [10, 20], "b": [11, 20]}"#] {
                for reply in [
                    try await cone(radec, catalogs, kwargs),
                    try await near(
                        radec, catalogs, #", "max_distance": 3.5, "distance_units": "arcsec""#, kwargs),
                ] {
                    let found = reply.body?.array(at: Path("data.\(catalog).a"))?.compactMap(\.document) ?? []
                    let distances = found.compactMap { $0.double(at: "distance_arcsec") }
                    #expect(distances.count == 4, "\(reply.text)")
                    for (number, distance) in distances.enumerated() {
                        #expect(abs(distance - Double(number)) < 1e-6)
                    }
                    #expect(!reply.text.contains("skipper"))
                }
            }
            #expect(try await !cone(#"{"a": [10, 20]}"#, catalogs).text.contains("distance"))
        }

        @Test func rightsHold() async throws {
            // Alerts 1 to 3 of programs 1 to 3 and 4 of program 2, all at one place.
            let catalogs = #"{"ZTF_alerts": {"projection": {"_id": 1}}, "ZTF_alerts_aux": {}}"#
            let expected: [(String, Set<Value>)] = [
                ("admin", [1, 2, 3, 4]), ("partner", [1, 2, 4]), ("reader", [1]), ("nobody", []),
            ]
            for (user, alerts) in expected {
                for radec in [#"{"a": [190, 20]}"#, #"{"a": [190, 20], "b": [190, 20], "c": [1, 1]}"#] {
                    for reply in [
                        try await cone(radec, catalogs, as: user), try await near(radec, catalogs, as: user),
                    ] {
                        let found =
                            reply.body?["data.ZTF_alerts.a"]?.list?.compactMap { $0.document?["_id"] } ?? []
                        #expect(Set(found) == alerts, "\(user): \(reply.text)")
                        #expect(reply.body?["data.ZTF_alerts_aux.a"] == [])
                    }
                }
            }
            // What an expression says of a hidden alert must not come out in its error.
            let curious =
                #"{"ZTF_alerts": {"filter": {"$expr": {"$toInt": {"$concat": ["x", {"$toString": "$candid"}]}}}}}"#
            let hidden = try await cone(#"{"a": [190, 20], "b": [190, 20]}"#, curious, as: "nobody")
            #expect(hidden.body?["data.ZTF_alerts.a"] == [], "\(hidden.text)")
            for catalog in ["users", " filters ", "queries"] {
                let reply = try await cone("[[10, 20]]", #"{"stars": {}, "\#(catalog)": {}}"#, as: "reader")
                let message =
                    "1 validation error for Query\n__root__\n  Protected collection (type=value_error)"
                #expect(reply.isError(400, "ValidationError: \(message)"), "\(reply.text)")
            }
        }

        @Test(arguments: [
            (#"{"object_coordinates": {}, "catalogs": {}}"#, "KeyError: 'cone_search_radius'"),
            (#"{"catalogs": {}}"#, "KeyError: 'object_coordinates'"),
            (
                #"{"object_coordinates": 5, "catalogs": {}}"#,
                "TypeError: object_coordinates must be an object"
            ),
            (
                #"{"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "m", "radec": []}, "catalogs": {}}"#,
                "Exception: Angular units not in ('arcsec', 'arcmin', 'deg', 'rad')"
            ),
            (
                #"{"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg", "radec": [["1h", "2d"]]}, "catalogs": {}}"#,
                "Exception: unrecognized string ra/dec format."
            ),
        ]) func whatIsWrongIsSaid(query: String, message: String) async throws {
            let reply = try await RunningAPI.current.ask("cone_search", query)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        /// One request, three catalogues, ten thousand positions; no catalogue's fault is found out too late.
        @Test func tenThousandPositionsAreOneRequest() async throws {
            let api = try RunningAPI.current
            for catalog in ["many1", "many2"] { try await fill(catalog, api) }
            let positions = (0..<10_000).map { number in
                #""object \#(number)": [\#(Double(number) / 1000), 20]"#
            }
            let radec = "{\(positions.joined(separator: ", "))}"
            let parts = #""many1": {"projection": {"_id": 1}}, "nowhere": {}, "many2": {}"#
            let reply = try await cone(radec, "{\(parts)}", radius: "1e4")
            #expect(reply.status == 200)
            for catalog in ["many1", "nowhere", "many2"] {
                let found = try #require(reply.data?.document?.document(at: Path(catalog)))
                #expect(found.keys == (0..<10_000).map { "object \($0)" })
                let counts = found.elements.map { $0.view.map { Array($0.elements).count } ?? -1 }
                // 10⁴″ are 2.96° of right ascension at 20°; the last position is at 9.999°.
                let hits = catalog == "nowhere" ? 0 : counts.filter { $0 == 10 }.count
                #expect(counts.allSatisfy { $0 >= 0 && $0 <= 10 })
                #expect(
                    catalog == "nowhere" ? counts.allSatisfy { $0 == 0 } : abs(hits - 2955) < 20, "\(hits)")
            }
            let late = try await cone(
                radec, #"{\#(parts), "many3": {"filter": {"$nothing": 1}}}"#, radius: "1e4")
            #expect(late.status == 400, "\(late.text.prefix(300))")
        }

        @Test func timeIsThatOfTheWhole() async throws {
            let api = try RunningAPI.current
            try await fill("slow", api)
            let sum =
                #"{"$sum": {"$map": {"input": {"$range": [0, 3000]}, "in": {"$sum": {"$range": [0, "$$this"]}}}}}"#
            let positions = (0..<2000).map { #""o\#($0)": [10, 20]"# }.joined(separator: ", ")
            let reply = try await cone(
                "{\(positions)}", #"{"slow": {"filter": {"$expr": {"$gte": [\#(sum), 0]}}}}"#,
                #"{"max_time_ms": 300}"#)
            #expect(
                reply.isError(400, "ExecutionTimeout: operation exceeded time limit"),
                "\(reply.text.prefix(300))")
        }
    }
}
