import Archive
import Documents
import Foundation
import Mongo
import Simulation
import Testing

@testable import Broker

/// Bad packets go the whole way; each is kept with its reason, and none is in the way of those behind it.
@Suite struct RejectionFromKafkaTests {
    /// A packet and what is to become of it.
    private struct Case {
        let name: String
        let payload: [UInt8]?
        /// What the reason begins with; nil for a packet that is stored.
        let reason: String?

        init(_ name: String, _ payload: [UInt8]?, _ reason: String? = nil) {
            (self.name, self.payload, self.reason) = (name, payload, reason)
        }
    }

    /// Sends the cases with a good packet behind each, ingests them twice, and compares what is kept.
    private func check(
        _ cases: [Case], in sandbox: Sandbox, _ settings: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let guards = (0..<Int64(cases.count)).map { 9_000_000_000_000 + $0 }
        let payloads = try zip(cases, guards).flatMap { one, candid in
            [one.payload, try HandmadePacket(candid, of: "ZTF26guardia").bytes()]
        }
        try await sandbox.send(payloads)
        let settings = ["SKIPPER_KAFKA__BATCH_MESSAGES": "11"].merging(settings) { $1 }
        let counts = try await sandbox.ingest(settings)
        let bad = cases.count { $0.reason != nil }
        #expect(counts.received == 2 * cases.count, sourceLocation: sourceLocation)
        #expect(counts.rejected == bad, sourceLocation: sourceLocation)
        let rejected = RejectedPackets(sandbox.database)
        for (index, one) in cases.enumerated() {
            let packet = try await rejected.packet("\(sandbox.topic)/0/\(2 * index)")
            if let reason = one.reason {
                #expect(
                    packet?.reason.hasPrefix(reason) == true,
                    "\(one.name): \(packet?.reason ?? "not rejected")",
                    sourceLocation: sourceLocation)
                #expect(packet?.payload == one.payload, "\(one.name)", sourceLocation: sourceLocation)
                #expect(
                    packet?.topic == sandbox.topic && packet?.partition == 0, sourceLocation: sourceLocation)
                #expect(packet?.offset == Int64(2 * index), sourceLocation: sourceLocation)
            } else {
                #expect(packet == nil, "\(one.name): \(packet?.reason ?? "")", sourceLocation: sourceLocation)
            }
        }
        #expect(try await rejected.ids().count == bad, sourceLocation: sourceLocation)
        let stored = Set(
            try await sandbox.database.documents(of: "ZTF_alerts").values.compactMap {
                $0.int64(at: "candid")
            })
        #expect(stored.isSuperset(of: guards), sourceLocation: sourceLocation)
        #expect(stored.count == guards.count + cases.count - bad, sourceLocation: sourceLocation)

        let before = try await sandbox.everything()
        let again = try await sandbox.ingest(group: "replay", settings)
        #expect(
            again.rejected == bad && again.stored == 0 && again.lightCurves == 0,
            sourceLocation: sourceLocation)
        #expect(try await sandbox.everything() == before, sourceLocation: sourceLocation)
    }

    @Test func brokenBytesAreRejectedAndKept() async throws {
        var numbers = SplitMix(state: 4)
        let whole = try #require(try SimulatedPackets.nights(1, alerts: 1, objects: 1, seed: 3).first).bytes
        var cases = [
            Case("tombstone", nil, "packet: the message has no payload"), Case("empty", [], "avro: "),
            Case("no record", try HandmadePacket(1).bytes(records: 0), "packet: the container has no record"),
            Case("bytes behind", try HandmadePacket(2).bytes() + [0], "avro: "),
            Case("zeros", Array(repeating: 0, count: 1000), "avro: "),
            Case("text", Array("{\"candid\": 1}".utf8), "avro: "),
        ]
        for count in [1, 4, 5, 100, 70_000] {
            let garbage = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            cases.append(Case("garbage of \(count)", garbage, "avro: "))
            cases.append(
                Case("garbage of \(count) behind the magic", [0x4F, 0x62, 0x6A, 1] + garbage, "avro: "))
        }
        // In the schema, in the record, in the stamps, and in the last bytes.
        for _ in 0..<46 {
            cases.append(truncated(whole, at: Int.random(in: 1..<whole.count, using: &numbers)))
        }
        for less in [1, 15, 16, 17] { cases.append(truncated(whole, at: whole.count - less)) }
        try await withSandbox { sandbox in
            try await check(cases, in: sandbox)
        }
    }

    private func truncated(_ packet: [UInt8], at place: Int) -> Case {
        Case("truncated at \(place)", Array(packet[..<place]), "avro: ")
    }

    @Test func packetsOfAnotherShapeAreRejectedByTheNameOfTheField() async throws {
        let text = #""string""#
        let optional = #"["null", "long", "string"]"#
        let packet = HandmadePacket(1)
        let cases = [
            Case("no candid", try packet.without("candid").bytes(), "avro: candid: "),
            Case("candid null", try packet.with("candid", nil, type: optional).bytes(), "avro: candid: "),
            Case("candid text", try packet.with("candid", "1", type: text).bytes(), "candid: "),
            Case("candid double", try packet.with("candid", 1.0, type: #""double""#).bytes(), "candid: "),
            Case("no objectId", try packet.without("objectId").bytes(), "objectId: "),
            Case("objectId null", try packet.with("objectId", nil, type: optional).bytes(), "objectId: "),
            Case("objectId empty", try packet.with("objectId", "").bytes(), "objectId: "),
            Case("objectId number", try packet.with("objectId", 5, type: #""long""#).bytes(), "objectId: "),
            Case("no candidate", try noCandidate(packet).bytes(), "candidate.jd: "),
            Case("candidate text", try noCandidate(packet).with("candidate", "x").bytes(), "candidate.jd: "),
            Case("no jd", try packet.without("candidate.jd").bytes(), "candidate.jd: "),
            Case("jd text", try packet.with("candidate.jd", "x", type: text).bytes(), "candidate.jd: "),
            Case(
                "ra null", try packet.with("candidate.ra", nil, type: HandmadePacket.optionalDouble).bytes(),
                "candidate.ra: "),
            Case(
                "histories no list", try packet.with("fp_hists", "x", type: text).bytes(), "avro: fp_hists: "),
            Case("_id of its own", try packet.with("_id", "x", type: text).bytes(), "avro: _id: "),
            Case("not UTF-8", notUTF8(try packet.bytes()), "avro: objectId: "),
            Case(
                "arrays side by side",
                try packet.with("candidate.field", [1, 2], type: Self.list).with(
                    "candidate.rb", [1, 2], type: Self.list
                ).bytes(), "candid: the database refuses the alert: "),
        ]
        try await withSandbox { try await check(cases, in: $0) }
    }

    private static let list = #"{"type": "array", "items": "int"}"#

    private func noCandidate(_ packet: HandmadePacket) -> HandmadePacket {
        var packet = packet
        packet.candidate = []
        return packet
    }

    /// The object's name with a byte that begins no character.
    private func notUTF8(_ packet: [UInt8]) -> [UInt8] {
        let name = Array("ZTF26handmad".utf8)
        let place = packet.indices.last { packet[$0...].starts(with: name) } ?? 0
        var broken = packet
        broken[place] = 0xFF
        return broken
    }

    @Test func positionsAndTimesOutOfRangeAreRejected() async throws {
        var cases: [Case] = []
        for field in ["ra", "dec", "jd"] {
            for value in [Double.nan, .infinity, -.infinity] {
                cases.append(
                    Case(
                        "\(field) \(value)",
                        try HandmadePacket(1).with("candidate.\(field)", .double(value)).bytes(),
                        "candidate.\(field): "))
            }
        }
        for (field, value) in [("ra", -1.0), ("ra", 360.0000001), ("dec", 91), ("dec", -90.0000001)] {
            cases.append(
                Case(
                    "\(field) \(value)",
                    try HandmadePacket(1).with("candidate.\(field)", .double(value)).bytes(),
                    "candidate.\(field): \(value)"))
        }
        try await withSandbox { try await check(cases, in: $0) }
    }

    /// Larger than the setting, and so large that it takes two documents to keep it.
    @Test func packetsOverTheLimitAreRejectedAndKeptWhole() async throws {
        var numbers = SplitMix(state: 8)
        let noise = (0..<(1 << 16)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let huge = try HandmadePacket(1).bytes() + Array(repeating: noise, count: 150).joined()
        let large = try HandmadePacket(2).with(
            "cutoutScience", .binary(subtype: 0, Array(repeating: 7, count: 70_000)), type: #""bytes""#
        ).bytes()
        #expect((9_800_000..<10_000_000).contains(huge.count))
        let cases = [
            Case("huge", huge, "packet: \(huge.count) bytes, more than 65536"),
            Case("large", large, "packet: \(large.count) bytes, more than 65536"),
        ]
        try await withSandbox { sandbox in
            try await check(cases, in: sandbox, ["SKIPPER_INGESTER__PACKET_BYTES": "65536"])
            let rejected = RejectedPackets(sandbox.database)
            #expect(try await sandbox.database.documents(of: "rejected").count == 3)
            let packet = try #require(try await rejected.packet("\(sandbox.topic)/0/0"))
            try await rejected.forget(packet)
            #expect(
                try await sandbox.database.documents(of: "rejected").keys.map {
                    $0.string.map { String($0.dropLast(9)) }
                }
                    == ["\(sandbox.topic)/0/2"])
        }
    }
}
