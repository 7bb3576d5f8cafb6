import Documents
import Foundation
import HTTP
import Mongo
import Testing

/// An archive with a few objects whose every number is known, for what is found by its name.
enum AlertSamples {
    /// The newest public alert of the object `name`.
    static let candid: Int64 = 1_127_561_445_515_015_011
    /// An alert of the same object in program 2.
    static let partnership: Int64 = 1_127_561_445_515_015_012
    static let name = "ZTF20aapqiga"
    static let jd = 2_460_440.75

    static func fill(_ api: RunningAPI) async throws {
        let database = api.database
        let stamp: Value = [
            "fileName": "x_targ_sci.fits.gz", "stampData": .binary(subtype: 0, try await image()),
        ]
        // The first document of the collection has a field that only program 2 may see.
        _ = try await database.insert(
            "ZTF_alerts",
            [
                alert(partnership, of: name, program: 2, jd + 1, stamp, extra: "secret"),
                alert(candid, of: name, program: 1, jd, stamp),
                alert(candid - 9, of: name, program: 1, jd - 2, stamp),
                alert(7, of: "ZTF20hidden", program: 2, jd, stamp),
            ])
        try await database.createIndexes(
            "ZTF_alerts",
            [
                Index(name: "candid", keys: ["candid": -1], unique: true),
                Index(name: "position", keys: ["coordinates.radec_geojson": "2dsphere"]),
            ])
        _ = try await database.insert(
            "ZTF_alerts_aux",
            [
                [
                    "_id": "ZTF20hidden", "cross_matches": ["Gaia": [["ra": 1.5]]], "prv_candidates": [],
                    "mine": "secret",
                ],
                [
                    "_id": .string(name), "cross_matches": ["PS1_DR1": [["_id": 5, "ra": 155.1]]],
                    "prv_candidates": detections, "fp_hists": forced,
                ],
            ])
        _ = try await database.insert(
            "PGIR_alerts", [["_id": 8, "candid": 8, "objectId": "PGIR20a", "candidate": ["jd": 2_460_000.5]]])
        _ = try await database.insert("outdated", [["_id": 1]])
        // A view of an operator's own.
        _ = try await database.run(
            command: ["create": "bright", "viewOn": "PGIR_alerts", "pipeline": []], readOnly: false)
        _ = try await database.insert("rejected", [["_id": "t/0/0"]])
        _ = try await database.insert("filters", [filter])
        _ = try await database.insert("filter_backfills", [backfill])
        try await api.add("reader", programs: [1])
        try await api.add("partner", programs: [1, 2])
    }

    /// A filter with two versions.
    private static let filter: Document = [
        "filter_id": 8, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2], "active": false,
        "active_fid": "q3kx07",
        "fv": [
            ["fid": "ive1rh", "pipeline": #"[{"$match": {"candidate.magpsf": {"$lt": 18}}}]"#],
            ["fid": "q3kx07", "pipeline": #"[{"$match": {"candidate.magpsf": {"$lt": 20}}}]"#],
        ],
    ]

    /// A run of it over the past that has not begun.
    private static let backfill: Document = [
        "_id": "4k2jd81hx0zq", "filter_id": 8, "group_id": 1, "fid": "q3kx07", "catalog": "ZTF_alerts",
        "start_jd": 2_460_431.5, "end_jd": 2_460_441.5, "notify": false, "state": "waiting", "total": 4,
        "evaluated": 0, "passed": 0, "errors": 0, "position": nil, "reason": nil, "created_by": "admin",
        "created_at": .datetime(1_715_320_000_000), "started_at": nil, "finished_at": nil,
    ]

    /// A gzipped FITS file of 5×5 pixels.
    private static func image() async throws -> [UInt8] {
        let script = """
            import base64, gzip, struct
            cards = ["SIMPLE  =                    T", "BITPIX  =                  -32",
                     "NAXIS   =                    2", "NAXIS1  =                    5",
                     "NAXIS2  =                    5", "END"]
            head = "".join(card.ljust(80) for card in cards).ljust(2880).encode()
            data = struct.pack(">25f", *range(25)).ljust(2880, bytes(1))
            print(base64.b64encode(gzip.compress(head + data)).decode())
            """
        let printed = try await python(script)
        return Array(try #require(Data(base64Encoded: String(printed.dropLast()))))
    }

    /// 18.9 mag are 100 microjansky, and 0.1 mag of them 9.2103403719761836: 10 ln 10 / 2.5.
    private static func alert(
        _ candid: Int64, of object: String, program: Int64, _ jd: Double, _ stamp: Value,
        extra: String? = nil
    ) -> Document {
        var candidate = DocumentWriter()
        candidate.append("candid", int64: candid)
        candidate.append("jd", double: jd)
        candidate.append("fid", int32: program == 1 ? 1 : 2)
        candidate.append("programid", .integer(program))
        candidate.append("magpsf", double: 18.9)
        candidate.append("sigmapsf", double: 0.1)
        candidate.append("diffmaglim", double: 20.4)
        candidate.append("isdiffpos", string: program == 1 ? "t" : "f")
        candidate.append("ra", double: 155.1)
        candidate.append("dec", double: -42.1)
        candidate.append("ssdistnr", double: -999)
        if let extra { candidate.append("hidden", string: extra) }
        let position: Value = ["type": "Point", "coordinates": [.double(155.1 - 180), .double(-42.1)]]
        return [
            "_id": .int64(candid), "candid": .int64(candid), "objectId": .string(object),
            "candidate": .document(candidate.finish()), "classifications": [:],
            "coordinates": ["radec_geojson": position], "cutoutScience": stamp, "cutoutTemplate": stamp,
            "cutoutDifference": stamp,
        ]
    }

    private static let detections: Value = [
        // The alert itself says otherwise, and it counts.
        point(0, ["candid": .int64(candid), "magpsf": 15, "sigmapsf": 1, "isdiffpos": "t"]),
        point(-3, ["candid": 3, "magpsf": 12, "sigmapsf": 1, "isdiffpos": "1"]),
        // The same detection, processed again.
        point(-3, ["candid": 3, "magpsf": 18.9, "sigmapsf": 0.1, "isdiffpos": "f", "ra": 155, "dec": -42]),
        // Where something was detected, it was not undetected.
        point(-3, ["diffmaglim": 20.4]),
        // Not detected, twice the same exposure.
        point(-5, ["diffmaglim": 19]), point(-5, ["diffmaglim": 20.4]),
        // Missing, in the survey's words.
        point(-6, ["diffmaglim": -999, "magpsf": -99999]),
        point(-7, ["diffmaglim": 20.4, "programid": 3]),
    ]

    private static let forced: Value = [
        // With zero point 26.4 a count is a tenth of a microjansky; 1000 counts are 18.9 mag.
        point(
            -2,
            [
                "forcediffimflux": 1000, "forcediffimfluxunc": 100, "magzpsci": 26.4, "procstatus": "0",
                "diffmaglim": 20.5,
            ]),
        point(-1, ["forcediffimflux": -50, "forcediffimfluxunc": 100, "magzpsci": 26.4, "procstatus": "0"]),
        point(-0.5, ["forcediffimflux": 1, "forcediffimfluxunc": 1, "magzpsci": 26.4, "procstatus": "56"]),
        point(-0.4, ["forcediffimflux": 1, "forcediffimfluxunc": 1, "magzpsci": 26.4, "programid": 2]),
        point(-0.3, ["procstatus": "0", "magzpsci": 26.4]),
    ]

    private static func point(_ days: Double, _ fields: Document) -> Value {
        var writer = DocumentWriter()
        writer.append("jd", double: jd + days)
        writer.append("fid", int32: 1)
        if !fields.exists(at: "programid") { writer.append("programid", int32: 1) }
        for element in fields.elements { writer.append(element) }
        return .document(writer.finish())
    }
}

/// Gives the tests of a suite one process on the samples.
struct AlertSamplesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withAPI { api in
            try await AlertSamples.fill(api)
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            try await RunningAPI.$shared.withValue(api) { try await function() }
        }
    }
}

extension Trait where Self == AlertSamplesTrait {
    /// A `skipper-api` on the samples for the tests of the suite.
    static var alertSamples: AlertSamplesTrait { AlertSamplesTrait() }
}

extension RunningAPI {
    /// Gets a path as a user.
    func get(_ path: String, as user: String = "reader") async throws -> Reply {
        try await send("GET", path, token: try Self.token(user))
    }
}

/// What is found by its name.
@Suite(.alertSamples) struct Listings {}
