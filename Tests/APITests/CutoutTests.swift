import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Simulation
import TestSupport
import Testing

/// The images of alerts, as astropy and matplotlib see them.
@Suite struct CutoutTests {
    /// An alert that is in the database.
    private struct Stored {
        let survey: Survey
        let candid: Int64
        let alert: Document
    }

    /// How a picture is asked for; nil where it is left out.
    private struct Look {
        var interval: String?
        var stretch: String?
        var cmap: String?

        static let all: [Look] = ["asymmetric_percentile", "min_max", "zscale"].flatMap { interval in
            ["linear", "log", "asinh", "sqrt"].flatMap { stretch in
                ["bone", "gray", "cividis", "viridis", "magma"].map {
                    Look(interval: interval, stretch: stretch, cmap: $0)
                }
            }
        }

        var query: String {
            let words = [("interval", interval), ("stretch", stretch), ("cmap", cmap)]
            let pairs = words.compactMap { name, value in value.map { "\(name)=\($0)" } }
            return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
        }
    }

    private static let surveys: [(survey: Survey, folder: String)] = [
        (.ztf, "ztf"), (.pgir, "pgir"), (.wntr, "winter"), (.turbo, "turbo"),
    ]

    @Test(.enabled(if: TestEnvironment.hasPackets, "no folder of real packets"))
    func realStampsAreWhatAstropyAndMatplotlibSay() async throws {
        try await withAPI { api in
            var alerts: [Stored] = []
            for (survey, folder) in Self.surveys {
                let path = "\(TestEnvironment.packets)/\(folder)"
                for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                where name.hasSuffix(".avro") {
                    let packet = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
                    alerts += try await Self.store([[UInt8](packet)], of: survey, in: api)
                }
            }
            #expect(Set(alerts.map(\.survey.name)) == ["ZTF", "PGIR", "WNTR", "TURBO"])
            // The judge needs some time for each picture.
            try await Self.judge(alerts.enumerated().filter { $0.offset % 3 == 0 }.map(\.element), in: api)
        }
    }

    @Test func simulatedStampsAreWhatAstropyAndMatplotlibSay() async throws {
        let simulation = try Simulation(
            seed: 20_260_101, alerts: 6, objects: 2, night: try Night(year: 2026, month: 1, day: 10))
        let packets = try (0..<simulation.count).map { try simulation.packet($0).bytes }
        try await withAPI { api in
            try await Self.judge(try await Self.store(packets, of: .ztf, in: api), in: api)
        }
    }

    /// Puts packets into the database as they are.
    private static func store(
        _ packets: [[UInt8]], of survey: Survey, in api: RunningAPI
    ) async throws -> [Stored] {
        let reader = AvroReader()
        let alerts = try packets.flatMap { try reader.records(inContainer: $0) }.map { $0.document() }
        _ = try await api.database.insert(survey.alerts, alerts)
        return try alerts.map {
            Stored(survey: survey, candid: try #require($0.int64(at: "candid")), alert: $0)
        }
    }

    /// Asks for all images of alerts, and has them judged.
    private static func judge(_ alerts: [Stored], in api: RunningAPI) async throws {
        let folder = NSTemporaryDirectory() + "cutouts-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // What is left of it in the temporary folder is no fault of a test.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let token = try RunningAPI.token("admin")
        #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
        var cases: [String] = []
        for (number, stored) in alerts.enumerated() {
            for (offset, cutout) in Cutout.allCases.enumerated() {
                let index = number * 3 + offset
                // The first alert's as Kowalski draws them.
                let look = number == 0 ? Look() : Look.all[index % Look.all.count]
                let name = stored.survey.name.lowercased()
                let path = "/api/cutouts/\(name)/\(stored.candid)/\(cutout.rawValue)"
                let fits = try await api.send("GET", path + "/fits", token: token)
                #expect(fits.status == 200 && fits.type == "image/fits", "\(fits.text.prefix(200))")
                let png = try await api.send("GET", path + "/png" + look.query, token: token)
                #expect(png.status == 200 && png.type == "image/png", "\(png.text.prefix(200))")
                #expect(png.headers["Cache-Control"] == "private, max-age=31536000, immutable")
                let stamp = try #require(Self.stamp(cutout, of: stored))
                #expect(fits.headers["Content-Disposition"] == "Attachment;filename=\(stamp.name)")
                let file = "\(folder)/\(index)"
                try Data(stamp.bytes).write(to: URL(fileURLWithPath: file + ".gz"))
                try Data(fits.bytes).write(to: URL(fileURLWithPath: file + ".fits"))
                try Data(png.bytes).write(to: URL(fileURLWithPath: file + ".png"))
                let stretch = look.stretch ?? (cutout == .difference ? "linear" : "log")
                let one: Document = [
                    "survey": .string(name), "stamp": .string(file + ".gz"), "fits": .string(file + ".fits"),
                    "png": .string(file + ".png"), "stretch": .string(stretch),
                    "interval": .string(look.interval ?? "asymmetric_percentile"),
                    "cmap": .string(look.cmap ?? "bone"),
                ]
                var line: [UInt8] = []
                ExtendedJSON.append(one, to: &line, mode: .relaxed)
                cases.append(String(decoding: line, as: UTF8.self))
            }
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("cutout_judge.py").path
        let ending = try await ChildProcess(
            try TestEnvironment.python, [script], input: cases.joined(separator: "\n")
        ).ending()
        #expect(ending.code == 0, "\(ending.errors.suffix(2000))")
        #expect(ending.lines.count == cases.count)
        for (line, one) in zip(ending.lines, cases) {
            let difference = try ExtendedJSON.document(from: line)
            #expect(try #require(difference.double(at: "most")) <= 4, "\(line) \(one)")
            #expect(try #require(difference.double(at: "mean")) < 0.3, "\(line) \(one)")
        }
    }

    /// The stamp in an alert and the name of the file to expect, by the fields that the surveys' schemas have.
    private static func stamp(_ cutout: Cutout, of stored: Stored) -> (bytes: [UInt8], name: String)? {
        let names = stored.alert.elements.map(\.key).filter {
            $0.lowercased().hasPrefix("cutout") && $0.lowercased().hasSuffix(cutout.rawValue)
        }
        guard names.count == 1, let field = stored.alert.element(key: names[0])?.value else { return nil }
        if case .binary(_, let bytes) = field {
            return (bytes, "\(stored.survey.name.lowercased())_\(stored.candid)_\(cutout.rawValue).fits")
        }
        guard case .document(let stamp) = field, let name = stamp.string(at: "fileName"),
            name.hasSuffix(".gz"),
            case .binary(_, let bytes)? = stamp.element(key: "stampData")?.value
        else { return nil }
        return (bytes, String(name.dropLast(3)))
    }
}
