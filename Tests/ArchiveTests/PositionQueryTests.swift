import Documents
import Testing

@testable import Archive

@Suite struct PositionQueryTests {
    private static let reader = QueryReader(defaultTime: 300_000, longestTime: 3_600_000)
    private static let user = User(name: "ada", programs: [1], isAdmin: false)

    private func read(_ type: String, _ query: Value, _ kwargs: Value = [:]) throws -> PositionQuery {
        let body: Document = ["query_type": .string(type), "query": query, "kwargs": kwargs]
        guard case .positions(let found) = try Self.reader.read(body, for: Self.user) else {
            throw RequestError(.general, "not a position query")
        }
        return found
    }

    private func cone(
        _ radius: Value, _ unit: Value, catalogs: Value = ["stars": [:]], _ kwargs: Value = [:]
    ) throws -> PositionQuery {
        let object: Value = ["cone_search_radius": radius, "cone_search_unit": unit, "radec": [[10, 20]]]
        return try read("cone_search", ["object_coordinates": object, "catalogs": catalogs], kwargs)
    }

    /// Numbers of radians by NIST SP 811: 1″ = 4.848137e-6 rad, 1′ = 2.908882e-4 rad, 1° = 1.745329e-2 rad.
    @Test(
        arguments: [
            (1, "arcsec", 4.848137e-6), (1, "arcmin", 2.908882e-4), (1, "deg", 1.745329e-2), (1, "rad", 1),
            ("2", "deg", 3.490658e-2), (" 1e1 ", "arcsec", 4.848137e-5), (0, "deg", 0),
            (180, "deg", 3.141593),
        ] as [(Value, Value, Double)]) func radiiHaveUnits(radius: Value, unit: Value, radians: Double) throws
    {
        guard case .cone(let found) = try cone(radius, unit).reach else {
            Issue.record("not a cone")
            return
        }
        #expect(abs(found - radians) <= radians * 3e-7)
    }

    @Test(
        arguments: [
            (-1, "arcsec", "ValueError: cone_search_radius must be an angle from 0 to 180 degrees"),
            (.double(.nan), "deg", "ValueError: cone_search_radius must be an angle from 0 to 180 degrees"),
            ("inf", "deg", "ValueError: cone_search_radius must be an angle from 0 to 180 degrees"),
            (3.15, "rad", "ValueError: cone_search_radius must be an angle from 0 to 180 degrees"),
            ("x", "deg", "ValueError: cone_search_radius must be a number"),
            (true, "deg", "ValueError: cone_search_radius must be a number"),
            (1, "degrees", "Exception: Angular units not in ('arcsec', 'arcmin', 'deg', 'rad')"),
            (1, 5, "Exception: Angular units not in ('arcsec', 'arcmin', 'deg', 'rad')"),
        ] as [(Value, Value, String)]) func otherRadiiAreRefused(radius: Value, unit: Value, message: String)
    {
        let error = #expect(throws: RequestError.self) { try cone(radius, unit) }
        #expect(error?.description == message)
    }

    @Test func nearHasKowalskisDefaults() throws {
        let arcminute = Double.pi / 180 / 60
        func near(_ more: Document) throws -> PositionQuery.Reach {
            var writer = DocumentWriter()
            writer.append("radec", [[1, 2]])
            writer.append("catalogs", [:])
            writer.append(contentsOf: more.view)
            return try read("near", .document(writer.finish())).reach
        }
        #expect(try near([:]) == .ring(from: 0, to: arcminute))
        // The number of the default is taken in the unit that is given.
        #expect(try near(["distance_units": "deg"]) == .ring(from: 0, to: arcminute * (.pi / 180)))
        let both: Document = ["min_distance": 1, "max_distance": "2", "distance_units": "deg"]
        #expect(try near(both) == .ring(from: .pi / 180, to: 2 * (.pi / 180)))
    }

    @Test func missingFieldsAreNamed() {
        func missing(_ field: String, _ type: String, _ query: Value) {
            #expect(throws: RequestError.missing(field)) { try read(type, query) }
        }
        missing("object_coordinates", "cone_search", ["catalogs": [:]])
        missing("cone_search_radius", "cone_search", ["object_coordinates": [:], "catalogs": [:]])
        let radius: Value = ["cone_search_radius": 1]
        missing("cone_search_unit", "cone_search", ["object_coordinates": radius, "catalogs": [:]])
        let unit: Value = ["cone_search_radius": 1, "cone_search_unit": "deg"]
        missing("radec", "cone_search", ["object_coordinates": unit, "catalogs": [:]])
        let whole: Value = ["cone_search_radius": 1, "cone_search_unit": "deg", "radec": []]
        missing("catalogs", "cone_search", ["object_coordinates": whole])
        missing("radec", "near", ["catalogs": [:]])
        missing("catalogs", "near", ["radec": []])
    }

    @Test func catalogsAreCheckedOneByOne() throws {
        #expect(try cone(1, "deg", catalogs: [" stars ": nil, "b": [:]]).catalogs == ["stars", "b"])
        #expect(throws: RequestError.invalid("Query", "Protected collection")) {
            try cone(1, "deg", catalogs: ["stars": [:], " users\n": [:]])
        }
        #expect(throws: RequestError(.value, "filter uses $where, which is not allowed")) {
            try cone(1, "deg", catalogs: ["stars": ["filter": ["$where": "1"]]])
        }
        #expect(throws: RequestError(.value, "Unsupported filter specification")) {
            try cone(1, "deg", catalogs: ["stars": ["filter": nil]])
        }
        #expect(throws: RequestError(.type, "catalogs.stars must be an object")) {
            try cone(1, "deg", catalogs: ["stars": []])
        }
        #expect(throws: RequestError(.type, "catalogs must be an object")) {
            try cone(1, "deg", catalogs: [])
        }
        #expect(throws: RequestError(.type, "filter_first must be a bool")) {
            try cone(1, "deg", ["filter_first": 1])
        }
    }

    /// As Kowalski merges the dicts of filter and position: of equal keys the later value, at the place of the first.
    @Test func filterAndPositionMergeAsInPython() throws {
        let own: Value = ["$exists": true]
        let filter: Value = ["mag": 1, "coordinates.radec_geojson": own, "x": 2]
        func merged(_ filter: Value, first: Bool) throws -> Document {
            let query = try cone(
                1, "rad", catalogs: ["c": ["filter": filter]], ["filter_first": .bool(first)])
            return query.filter(of: query.parts[0], at: query.positions[0].coordinates)
        }
        let here: Value = ["$geoWithin": ["$centerSphere": [[.double(-170), .double(20)], .double(1)]]]
        #expect(try merged(["mag": 1], first: false) == ["coordinates.radec_geojson": here, "mag": 1])
        #expect(try merged(["mag": 1], first: true) == ["mag": 1, "coordinates.radec_geojson": here])
        #expect(try merged(filter, first: false) == ["coordinates.radec_geojson": own, "mag": 1, "x": 2])
        #expect(try merged(filter, first: true) == ["mag": 1, "coordinates.radec_geojson": here, "x": 2])
    }

    @Test(
        arguments: [
            ([:], nil, nil, true), (["a": ["$gt": 1]], ["b": 1], ["c": 1, "d": 0], true),
            (["$text": ["$search": "x"]], nil, nil, false),
            (["$and": [["a": ["$near": [1, 2]]]]], nil, nil, false),
            ([:], ["$natural": 1], nil, false), ([:], ["a": ["$meta": "textScore"]], nil, false),
            ([:], nil, ["a": ["$slice": 3]], false), ([:], nil, ["a": ["$elemMatch": ["b": 1]]], false),
            ([:], nil, ["a.$": 1], false), ([:], nil, ["a": ["$add": ["$b", 1]]], true),
        ] as [(Document, Document?, Document?, Bool)])
    func whatOnlyFindsTakeIsKnown(filter: Document, sort: Document?, projection: Document?, isForm: Bool) {
        #expect(PositionPlan.isForAggregates(filter, sort, projection) == isForm)
    }

    @Test(
        arguments: [
            (["a": 1], true), (["a": 0], false), (["_id": 0], false), (["_id": 1], true),
            (["_id": 0, "a": true], true),
            (["_id": 1, "a": false], false), (["a": ["b": 0]], false), (["a": ["b": 1]], true),
            (["a": "$b"], true),
            (["a": ["$add": [1, 0]]], true),
        ] as [(Document, Bool)]) func projectionsKeepOneMoreField(projection: Document, isNamed: Bool)
    {
        #expect((projection.keeping("z").element(key: "z") != nil) == isNamed)
    }

    @Test func batchesCoverAllInOrder() throws {
        let positions = Value.list((0..<123).map { [.double(Double($0)), 0] })
        let object: Value = ["cone_search_radius": 1, "cone_search_unit": "deg", "radec": positions]
        let query = try read(
            "cone_search",
            [
                "object_coordinates": object,
                "catalogs": ["a": [:], "ZTF_alerts_aux": [:], "b": ["filter": ["$text": 1]]],
            ])
        let plan = try PositionPlan(query, for: Self.user, surveys: [.ztf], width: 4)
        var batches: [PositionPlan.Batch] = []
        while let next = plan.batch(after: batches.last) { batches.append(next) }
        // The first catalogue in four, nothing of the light curves, the last one by one.
        #expect(batches.count == 4 + 123)
        #expect(batches.filter { $0.part == 0 }.flatMap { Array($0.positions) } == Array(0..<123))
        #expect(batches.filter { $0.part == 2 }.flatMap { Array($0.positions) } == Array(0..<123))
        #expect(plan.firstBatch(of: 1) == nil)
        #expect(plan.firstBatch(of: 2)?.positions == [0])
    }
}
