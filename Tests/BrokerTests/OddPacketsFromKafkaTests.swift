import Archive
import Documents
import Foundation
import Mongo
import Testing

@testable import Broker

/// Packets that are unlike the others and yet right, and packets that come again.
@Suite struct OddPacketsFromKafkaTests {
    /// Sends packets to one partition and ingests them; nothing is rejected, and a replay changes nothing.
    private func store(_ packets: [HandmadePacket], in sandbox: Sandbox) async throws -> [Document] {
        try await sandbox.send(try packets.map { try $0.bytes() })
        let counts = try await sandbox.ingest()
        #expect(counts.received == packets.count && counts.stored == packets.count)
        #expect(try await sandbox.database.documents(of: "rejected").isEmpty)
        let before = try await sandbox.everything()
        let again = try await sandbox.ingest(group: "replay")
        #expect(again.repeated == packets.count && again.stored == 0 && again.lightCurves == 0)
        #expect(try await sandbox.everything() == before)
        return try await alerts(in: sandbox)
    }

    /// The alerts in the order of their candids.
    private func alerts(in sandbox: Sandbox) async throws -> [Document] {
        let cursor = try await sandbox.database.find(
            "ZTF_alerts", filter: [:], options: .init(sort: ["candid": 1]))
        var alerts: [Document] = []
        for try await alert in cursor { alerts.append(alert) }
        return alerts
    }

    private func object(_ name: String, in sandbox: Sandbox) async throws -> Document {
        try #require(try await sandbox.database.findOne("ZTF_alerts_aux", filter: ["_id": .string(name)]))
    }

    /// A right ascension of 360 is the one of 0; at the poles there is still a position.
    @Test func edgesOfTheSkyAreStored() async throws {
        let positions = [(360.0, 0.0), (0, 0), (359.9999999, 10), (10, 90), (10, -90)]
        try await withSandbox { sandbox in
            let alerts = try await store(
                positions.enumerated().map { index, position in
                    HandmadePacket(Int64(index)).with("candidate.ra", .double(position.0))
                        .with("candidate.dec", .double(position.1))
                }, in: sandbox)
            for (alert, (ra, dec)) in zip(alerts, positions) {
                #expect(alert.double(at: "candidate.ra") == ra && alert.double(at: "candidate.dec") == dec)
                let longitude = ra == 360 ? -180 : ra - 180
                #expect(alert["coordinates.radec_geojson.coordinates"] == [.double(longitude), .double(dec)])
            }
            #expect(alerts[0]["coordinates"] == alerts[1]["coordinates"])
            #expect(alerts[0]["coordinates.radec_str"] == ["00:00:00.0000", "00:00:00.000"])
            #expect(alerts[4].string(at: "coordinates.radec_str.1") == "-90:00:00.000")
        }
    }

    @Test func historiesMayBeNullOrMissing() async throws {
        let packets = [
            HandmadePacket(1, of: "a").with("prv_candidates", nil).with("fp_hists", nil),
            HandmadePacket(2, of: "b").without("prv_candidates").without("fp_hists"),
            HandmadePacket(3, of: "c").with("prv_candidates", []).with("fp_hists", []),
        ]
        try await withSandbox { sandbox in
            _ = try await store(packets, in: sandbox)
            for name in ["a", "b", "c"] {
                let object = try await object(name, in: sandbox)
                #expect(
                    object == [
                        "_id": .string(name), "cross_matches": [:], "prv_candidates": [], "fp_hists": [],
                    ])
            }
        }
    }

    /// Once detected, or for less than 30 days; what is not known counts as long ago.
    @Test func forcedPhotometryIsKeptOfYoungObjects() async throws {
        func packet(_ number: Int64, detections: Value, first: Value) -> HandmadePacket {
            HandmadePacket(number, of: "object \(number)").with("candidate.ndethist", detections)
                .with("candidate.jdstarthist", first)
        }
        let kept = [
            packet(1, detections: 1, first: nil), packet(2, detections: 1, first: 2_400_000.5),
            packet(3, detections: 2, first: 2_460_970.500001), packet(4, detections: 0, first: .double(.nan)),
        ]
        let left = [
            packet(5, detections: 2, first: nil), packet(6, detections: 2, first: 2_460_970.5),
            packet(7, detections: 2, first: .double(.nan)), packet(8, detections: 2, first: -999.0),
            packet(9, detections: 2, first: nil).without("candidate.jdstarthist").without(
                "candidate.ndethist"),
        ]
        try await withSandbox { sandbox in
            _ = try await store(kept + left, in: sandbox)
            for number in 1...9 {
                let points = try await object("object \(number)", in: sandbox).array(at: "fp_hists")
                #expect(points?.count == (number <= kept.count ? 1 : nil), "object \(number)")
            }
        }
    }

    @Test func numbersThatAreNoneAreStoredAsTheyAre() async throws {
        let rows: Value = [
            ["jd": .double(.nan), "forcediffimflux": 1.0, "forcediffimfluxunc": 1.0, "magzpsci": 26.0],
            ["jd": 3.5, "forcediffimflux": .double(.nan), "forcediffimfluxunc": 1.0, "magzpsci": 26.0],
            ["jd": 2.5, "forcediffimflux": -99999.0, "forcediffimfluxunc": -99999.0, "magzpsci": nil],
        ]
        let nan = HandmadePacket(1).with("candidate.magpsf", .double(.nan)).with("fp_hists", rows).with(
            "prv_candidates", [["jd": .double(.nan), "magpsf": .double(.nan)], ["jd": 1.5, "magpsf": nil]])
        try await withSandbox { sandbox in
            let alert = try #require(try await store([nan], in: sandbox).first)
            #expect(alert.double(at: "candidate.magpsf")?.isNaN == true)
            let object = try await object("ZTF26handmad", in: sandbox)
            #expect(object.array(at: "prv_candidates")?.count == 2)
            #expect(object["prv_candidates.1"] == ["jd": 1.5])
            #expect(object.documents(at: "fp_hists").map { $0.double(at: "jd") } == [2.5, 3.5])
            #expect(
                object.documents(at: "fp_hists").map { $0.document.keys } == [
                    ["jd", "alert_mag", "alert_ra", "alert_dec"],
                    [
                        "jd", "forcediffimflux", "forcediffimfluxunc", "magzpsci", "alert_mag", "alert_ra",
                        "alert_dec",
                    ],
                ])
            #expect(object.double(at: "fp_hists.0.alert_mag")?.isNaN == true)
        }
    }

    /// Schemas change while a survey runs.
    @Test func fieldsThatNobodyKnowsAreKept() async throws {
        var packet = HandmadePacket(1).with("brandnew", 1.5, type: #""double""#)
            .with("candidate.brandnew", ["a": 1, "b": 2], type: #"{"type": "map", "values": "int"}"#)
        packet.name = "other.survey.packet"
        try await withSandbox { sandbox in
            let alert = try #require(try await store([packet], in: sandbox).first)
            #expect(alert.double(at: "brandnew") == 1.5)
            #expect(alert["candidate.brandnew"] == ["a": 1, "b": 2])
        }
    }

    /// MongoDB 5 and later take such names; they are no reason to lose an alert.
    @Test func namesThatAreOperatorsElsewhereAreKept() async throws {
        let point: Value = [["jd": 1.5, "Xodd_name": 1.0]]
        let fields = [("jd", #""double""#), ("Xodd_name", HandmadePacket.optionalDouble)]
        let packets = try (1...2 as ClosedRange<Int64>).map { candid in
            // A name that libavro would not write takes the place of one as long.
            try HandmadePacket(candid).with("Xodd_name", "x")
                .with("prv_candidates", point, type: HandmadePacket.rows("prv", fields))
                .with("fp_hists", point, type: HandmadePacket.rows("fp", fields))
                .bytes().replacing(Array("Xodd_name".utf8), with: Array("$odd.name".utf8))
        }
        try await withSandbox { sandbox in
            try await sandbox.send(packets)
            let counts = try await sandbox.ingest(["SKIPPER_KAFKA__BATCH_MESSAGES": "1"])
            #expect(counts.stored == 2 && counts.rejected == 0)
            let alert = try #require(try await alerts(in: sandbox).first)
            #expect(alert.element(key: "$odd.name")?.string == "x")
            let object = try await object("ZTF26handmad", in: sandbox)
            for history in ["prv_candidates", "fp_hists"] as [Path] {
                let point = try #require(object.documents(at: history).first { _ in true })
                #expect(point.elements.first { $0.key == "$odd.name" }?.double == 1)
            }
        }
    }

    @Test func severalRecordsOfAContainerAreAllStored() async throws {
        let two = [try HandmadePacket(1).bytes(records: 2), try HandmadePacket(2).bytes()]
        try await withSandbox { sandbox in
            try await sandbox.send(two)
            let counts = try await sandbox.ingest()
            #expect(
                counts.received == 2 && counts.stored == 2 && counts.repeated == 1 && counts.rejected == 0)
        }
    }

    /// In one batch and in one after the other.
    @Test(arguments: [1, 100])
    func ofPacketsWithOneCandidTheFirstStays(batch: Int) async throws {
        let first = HandmadePacket(5).with("prv_candidates", [["jd": 1.5, "magpsf": 19.0]])
        let other = first.with("candidate.magpsf", 17.0).with(
            "prv_candidates", [["jd": 2.5, "magpsf": 19.0]])
        // The same alert with a longer history: it is the same alert.
        let again = first.with("prv_candidates", [["jd": 3.5, "magpsf": 19.0]])
        let payloads = try [first, other, again, first].map { try $0.bytes() }
        try await withSandbox { sandbox in
            try await sandbox.send(payloads)
            let settings = ["SKIPPER_KAFKA__BATCH_MESSAGES": String(batch)]
            let counts = try await sandbox.ingest(settings)
            #expect(counts.stored == 1 && counts.repeated == 2 && counts.rejected == 1)
            let before = try await sandbox.everything()
            let packet = try #require(
                try await RejectedPackets(sandbox.database).packet("\(sandbox.topic)/0/1"))
            #expect(packet.reason == "candid: 5 is stored already with a different candidate.magpsf")
            #expect(packet.payload == payloads[1])
            #expect(try await alerts(in: sandbox).first?.double(at: "candidate.magpsf") == 18.5)
            let points = try await object("ZTF26handmad", in: sandbox).documents(at: "prv_candidates")
            #expect(points.map { $0.double(at: "jd") } == [1.5, 3.5])
            let replay = try await sandbox.ingest(group: "replay", settings)
            #expect(replay.stored == 0 && replay.lightCurves == 0 && replay.rejected == 1)
            #expect(try await sandbox.everything() == before)
        }
    }

    /// Two histories of 9 MB do not fit into a document of 16 MiB.
    @Test func historyThatOutgrowsTheObjectsDocumentIsRejected() async throws {
        let rows = HandmadePacket.rows("prv_candidate", [("jd", #""double""#), ("pad", #""string""#)])
        func packet(_ candid: Int64, _ pad: String) -> HandmadePacket {
            HandmadePacket(candid).with(
                "prv_candidates", [["jd": .double(Double(candid)), "pad": .string(pad)]], type: rows)
        }
        let pad = String(repeating: "x", count: 9_000_000)
        let payloads = try [packet(1, pad), packet(2, pad), packet(3, "")].map { try $0.bytes() }
        try await withSandbox { sandbox in
            try await sandbox.send(payloads)
            let counts = try await sandbox.ingest()
            #expect(counts.received == 3 && counts.rejected == 1)
            let packet = try #require(
                try await RejectedPackets(sandbox.database).packet("\(sandbox.topic)/0/1"))
            #expect(
                packet.reason.hasPrefix("objectId: the database refuses the light curve of ZTF26handmad: "))
            #expect(packet.payload == payloads[1])
            let points = try await object("ZTF26handmad", in: sandbox).documents(at: "prv_candidates")
            #expect(points.map { $0.double(at: "jd") } == [1, 3])
        }
    }
}
