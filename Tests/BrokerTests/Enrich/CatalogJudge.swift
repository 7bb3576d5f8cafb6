import Archive
import Catalogs
import Documents
import Foundation
import Simulation

@testable import Broker

/// cross_matches.py: catalogues in MongoDB, and what MongoDB finds in them.
enum CatalogJudge {
    /// What it says.
    struct Verdict {
        let agrees: Bool
        let report: String
        private let counts: Document?

        init(_ ending: ChildProcess.Ending) {
            agrees = ending.code == 0
            report = ending.output + ending.errors
            counts = try? ExtendedJSON.document(from: ending.output)
        }

        var objects: Int64 { counts?.int64(at: "objects") ?? 0 }
        var matches: Int64 { counts?.int64(at: "matches") ?? 0 }
        /// Matches of the catalogue that has the fewest.
        var least: Int64 { counts?.int64(at: "least") ?? 0 }
    }

    /// Makes the 14 catalogues of ZTF, or others in the place of some, with rows around the positions of packets.
    static func fill(
        _ sandbox: Sandbox, around packets: [Packet], seed: Int, only catalogs: [String] = []
    ) async throws {
        let positions = try PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20).positions(of: packets)
        let ending = try await run(
            [catalogs.isEmpty ? "fill" : "change", try TestEnvironment.mongodb, sandbox.name, "\(seed)"]
                + catalogs,
            input: "[" + positions.map { "[\($0.ra), \($0.dec)]" }.joined(separator: ",") + "]")
        guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
    }

    /// Compares what is stored of every object with queries of these catalogues, all 14 where none is named.
    /// - Parameter anyAlert: whether an object may have been created by any of its alerts, not by the first one only.
    static func compare(
        _ sandbox: Sandbox, _ catalogs: [String] = [], anyAlert: Bool = false
    ) async throws -> Verdict {
        Verdict(
            try await run(
                [anyAlert ? "compare-any" : "compare", try TestEnvironment.mongodb, sandbox.name] + catalogs))
    }

    private static func run(_ words: [String], input: String = "") async throws -> ChildProcess.Ending {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("cross_matches.py").path
        return try await ChildProcess(try TestEnvironment.python, [script] + words, input: input).ending(
            within: .seconds(900))
    }
}

extension PacketDecoder {
    fileprivate func positions(of packets: [Packet]) throws -> [(ra: Double, dec: Double)] {
        try packets.flatMap { try alerts(in: $0.bytes) }.compactMap { alert in
            guard let ra = alert.document.double(at: "candidate.ra"),
                let dec = alert.document.double(at: "candidate.dec")
            else { return nil }
            return (ra, dec)
        }
    }
}
