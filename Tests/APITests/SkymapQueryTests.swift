import Documents
import Mongo
import Testing

extension Conformance {
    /// The query type `skymap`.
    @Suite struct SkymapQueryTests {
        /// A square of 10° by 10° around (100, 0), and a point inside, one outside.
        private func fill(_ catalog: String, _ api: RunningAPI) async throws {
            let corners: [Value] = [[-85, -5], [-75, -5], [-75, 5], [-85, 5], [-85, -5]]
            let square: Value = [
                "type": "MultiPolygon", "properties": ["credible_level": 90],
                "coordinates": [[.list(corners)]],
            ]
            _ = try await api.database.insert(
                "skymaps",
                [
                    [
                        "localization_name": .string("\(catalog).fits"),
                        "dateobs": .datetime(1_687_534_936_500),
                        "triggerid": 701_234, "aliases": ["LVC#S1", "GRB1"],
                        "contours": ["contour90": square],
                    ],
                    [
                        "localization_name": .string("\(catalog)-text.fits"), "dateobs": .datetime(0),
                        "triggerid": "S230623a", "contours": ["contour50": square, "contour89.5": square],
                    ],
                ])
            func point(_ number: Int64, _ ra: Double) -> Document {
                [
                    "_id": .integer(number),
                    "coordinates": [
                        "radec_geojson": ["type": "Point", "coordinates": [.double(ra - 180), .double(0)]]
                    ],
                ]
            }
            _ = try await api.database.insert(
                catalog, [point(1, 99), point(2, 101), point(3, 110), point(4, 280)])
        }

        private func ask(_ catalog: String, _ skymap: String, _ kwargs: String = "{}") async throws -> Reply {
            try await RunningAPI.current.ask(
                "skymap",
                #"{"catalog": "\#(catalog)", "filter": {"_id": {"$ne": 0}}, "projection": {"_id": 1}, "skymap": \#(skymap)}"#,
                kwargs)
        }

        @Test func findsWhatIsInsideTheContour() async throws {
            let api = try RunningAPI.current
            try await fill("inside", api)
            let words = #"{"sort": [["_id", -1]], "skip": 0}"#
            for way in [
                #""dateobs": "2023-06-23T15:42:16.500""#,
                #""dateobs": {"$date": "2023-06-23T15:42:16.500Z"}"#,
                #""trigger_id": 701234"#, #""trigger_id": "701234""#, #""aliases": ["x", "GRB1"]"#,
                #""dateobs": "2000-01-01T00:00:00", "aliases": ["GRB1"], "contour": 90"#,
                #""trigger_id": 701234, "contour": 90.0"#,
            ] {
                let reply = try await ask("inside", #"{"localization_name": "inside.fits", \#(way)}"#, words)
                #expect(reply.data == [["_id": 2], ["_id": 1]], "\(way): \(reply.text)")
            }
            for level in ["50", "89.5"] {
                let text =
                    #"{"localization_name": "inside-text.fits", "trigger_id": "S230623a", "contour": \#(level)}"#
                #expect(try await ask("inside", text, words).data == [["_id": 2], ["_id": 1]])
            }
            // Skip and limit hold for the documents, not for the skymap.
            let window = #"{"sort": [["_id", 1]], "skip": 1, "limit": 1}"#
            let one = try await ask(
                "inside", #"{"localization_name": "inside.fits", "trigger_id": 701234}"#, window)
            #expect(one.data == [["_id": 2]])
        }

        @Test(arguments: [
            (
                #"{}"#,
                "ValidationError: 1 validation error for Query\n__root__\n  name must be specified (type=value_error)"
            ),
            (
                #"{"localization_name": "wrong.fits"}"#,
                "ValidationError: 1 validation error for Query\n__root__\n  At least one of dateobs, trigger_id, skymap_name, aliases must be specified (type=value_error)"
            ),
            (
                #"{"localization_name": "wrong.fits", "dateobs": "2023-06-23"}"#,
                "ValidationError: 1 validation error for Query\n__root__\n  dateobs must be in format YYYY-MM-DDTHH:MM:SS[.SSS] (type=value_error)"
            ),
            (#"{"localization_name": "nothing.fits", "trigger_id": 1}"#, "ValueError: Skymap not found"),
            (#"{"localization_name": "wrong.fits", "trigger_id": 1}"#, "ValueError: Skymap not found"),
            (
                #"{"localization_name": "wrong.fits", "trigger_id": 701234, "contour": 20}"#,
                "ValueError: Contour level 20 not found in skymap"
            ),
            (
                #"{"localization_name": "wrong.fits", "trigger_id": 1.5}"#,
                "TypeError: skymap.trigger_id must be an integer"
            ),
            (
                #"{"localization_name": "wrong.fits", "aliases": [5]}"#,
                "TypeError: skymap.aliases must be a list of strings"
            ),
            (
                #"{"localization_name": "wrong.fits", "trigger_id": 1, "contour": "x"}"#,
                "TypeError: skymap.contour must be a number"
            ),
        ]) func saysWhatIsWrong(skymap: String, message: String) async throws {
            let api = try RunningAPI.current
            if message.contains("20") { try await fill("wrong", api) }
            let reply = try await ask("wrong", skymap)
            #expect(reply.isError(400, message), "\(reply.text)")
        }
    }
}
