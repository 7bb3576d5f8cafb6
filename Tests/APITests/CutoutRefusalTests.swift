import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Simulation
import TestSupport
import Testing

/// What is answered where there is no image to give.
@Suite struct CutoutRefusalTests {
    private static let candid: Int64 = 3_000_000_000_000_000_000

    /// A stamp of a simulated packet.
    private static func goodStamp() throws -> [UInt8] {
        let simulation = try Simulation(
            seed: 1, alerts: 1, objects: 1, night: try Night(year: 2026, month: 1, day: 10))
        let record = try #require(try AvroReader().records(inContainer: simulation.packet(0).bytes).first)
        return Array(try #require(record.document().binary(at: "cutoutScience.stampData")))
    }

    private static func ask(_ path: String, as user: String = "admin", in api: RunningAPI) async throws
        -> Reply
    {
        try await api.send("GET", "/api/cutouts/" + path, token: try RunningAPI.token(user))
    }

    @Test func whatIsNotThereIsSaidInKowalskisWords() async throws {
        let good = try Self.goodStamp()
        try await withAPI { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            try await api.add("reader", programs: [1])
            let alert = { (number: Int64, program: Int64) -> Document in
                [
                    "candid": .int64(Self.candid + number), "candidate": ["programid": .integer(program)],
                    "cutoutScience": [
                        "fileName": "a b\r\nX-Evil: 1/x;\"y\".fits.gz",
                        "stampData": .binary(subtype: 0, good),
                    ], "cutoutTemplate": nil,
                ]
            }
            _ = try await api.database.insert("ZTF_alerts", [alert(1, 1), alert(2, 2)])
            let one = "ztf/\(Self.candid + 1)"
            let messages = [
                "lsst/1/science/png": "survey lsst must be one of [ztf, wntr, pgir, turbo]",
                "\(one)/other/png": "cutout other not in ['science', 'template', 'difference']",
                "\(one)/science/jpg": "file format jpg not in ['fits', 'png']",
                "\(one)/science/PNG": "file format PNG not in ['fits', 'png']",
                "\(one)/science/png?interval=minmax":
                    "interval minmax not in ['asymmetric_percentile', 'min_max', 'zscale']",
                "\(one)/science/fits?stretch=": "stretch  not in ['linear', 'log', 'asinh', 'sqrt']",
                "\(one)/science/png?cmap=jet":
                    "cmap jet not in ['bone', 'gray', 'cividis', 'viridis', 'magma']",
                "ztf/77/science/png": "ztf alert 77 not found",
                "wntr/77/science/png": "wntr alert 77 not found",
                "ztf/abc/science/png": "ztf alert abc not found",
                "ztf/99999999999999999999/science/png": "ztf alert 99999999999999999999 not found",
                "\(one)/template/png": "cutout template not found in ztf alert \(Self.candid + 1)",
                "\(one)/difference/fits": "cutout difference not found in ztf alert \(Self.candid + 1)",
            ]
            for (path, message) in messages {
                let reply = try await Self.ask(path, in: api)
                #expect(reply.isError(400, message), "\(path): \(reply.text.prefix(300))")
            }
            #expect(try await Self.ask("ZTF/\(Self.candid + 1)/SCIENCE/png?cmap=Gray", in: api).status == 200)
            #expect(try await api.send("GET", "/api/cutouts/\(one)/science/png").status == 401)

            // Another program's alert is as one that is not there.
            #expect(try await Self.ask("\(one)/science/fits", as: "reader", in: api).status == 200)
            let hidden = "ztf/\(Self.candid + 2)/science/fits"
            #expect(try await Self.ask(hidden, in: api).status == 200)
            let reply = try await Self.ask(hidden, as: "reader", in: api)
            #expect(reply.isError(400, "ztf alert \(Self.candid + 2) not found"))

            // A packet's names do not become header fields.
            let named = try await Self.ask("\(one)/science/fits", in: api)
            #expect(named.headers["Content-Disposition"] == "Attachment;filename=x__y_.fits")
            #expect(named.headers["X-Evil"] == nil)
        }
    }

    /// A stamp that is none is the request's failure, with a reason and without anything of the program.
    @Test func damagedStampsAreSaidToBe() async throws {
        let good = try Self.goodStamp()
        // Ten gigabytes of zeros, as a thousand members of a gzip file.
        let zeros = try await python(
            "import base64, gzip; print(base64.b64encode(gzip.compress(bytes(10 << 20))).decode())")
        let member = try #require(Data(base64Encoded: zeros.trimmingCharacters(in: .whitespacesAndNewlines)))
        let bomb = [UInt8]([Data](repeating: member, count: 1024).joined())
        var flipped = good
        flipped[good.count / 2] ^= 0x40
        let damaged: [(String, [UInt8])] = [
            ("the file does not start with the keyword SIMPLE", []),
            ("the file does not start with the keyword SIMPLE", [UInt8](repeating: 7, count: 300)),
            ("the gzip file ends too early", Array(good.dropLast(20))), ("the gzip file is damaged", flipped),
            ("the file inflates to more than 16777216 bytes", bomb),
        ]
        try await withAPI { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            for (number, (reason, bytes)) in damaged.enumerated() {
                let candid = Self.candid + Int64(number)
                let alert: Document = [
                    "candid": .int64(candid), "cutoutScience": .binary(subtype: 0, bytes),
                    "cutoutTemplate": [
                        "fileName": "x", "stampData": .binary(subtype: 0, Array(bytes.prefix(9))),
                    ],
                ]
                _ = try await api.database.insert("PGIR_alerts", [alert])
                for format in ["fits", "png"] {
                    let reply = try await Self.ask("pgir/\(candid)/science/\(format)", in: api)
                    #expect(reply.isError(400, "failure: fits: \(reason)"), "\(reply.text.prefix(300))")
                }
                let reply = try await Self.ask("pgir/\(candid)/template/png", in: api)
                #expect(reply.isError(400, "cutout template not found in pgir alert \(candid)"))
            }
        }
    }
}
