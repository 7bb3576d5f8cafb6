import Documents
import Foundation
import Testing

/// Packets by the operator's commands: made, sent, looked at, ingested, rejected and tried again.
@Suite struct PacketsWithKafkaTests {
    @Test func whatIsInspectedIsWhatIsStored() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            // As many objects as alerts: each light curve is that of one packet.
            let made = try await workplace.run(
                "skipper", "simulate", "--out", "packets", "--alerts", "6", "--objects", "6", "--seed", "3",
                "--date",
                "20260110")
            #expect(made.code == 0)
            let sent = try await workplace.run(
                "skipper", "produce", "packets", "--topic", workplace.topic, "--partitions", "2")
            #expect(sent.code == 0, "\(sent.errors)")
            let ingested = try await workplace.ingest()
            #expect(ingested.code == 0, "\(ingested.errors)")
            let alerts = try await workplace.database.documents(of: "ZTF_alerts")
            let objects = try await workplace.database.documents(of: "ZTF_alerts_aux")
            #expect(alerts.count == 6 && objects.count == 6)

            let inspected = try await workplace.run("skipper", "inspect", "packets", "--stamps")
            #expect(inspected.code == 0 && inspected.lines.count == 12)
            let stored = Set((Array(alerts.values) + Array(objects.values)).map(\.description))
            #expect(Set(inspected.lines) == stored)

            // Without stamps a line says how long they are, and is the same otherwise.
            let brief = try await workplace.run("skipper", "inspect", "packets")
            for line in brief.lines {
                let document = try ExtendedJSON.document(from: line)
                guard let candid = document.int64(at: "candid") else { continue }
                let alert = try #require(alerts[.int64(candid)])
                for stamp in ["cutoutScience", "cutoutTemplate", "cutoutDifference"] {
                    let count = try #require(alert.binary(at: Path("\(stamp).stampData"))).count
                    #expect(document.string(at: Path("\(stamp).stampData")) == "\(count) bytes")
                }
                #expect(document["candidate"] == alert["candidate"] && document.keys == alert.keys)
            }
        }
    }

    @Test func brokenFilesAreNamedAndTheOthersShown() async throws {
        try await withWorkplace { workplace in
            _ = try await workplace.run(
                "skipper", "simulate", "--out", "packets", "--alerts", "1", "--objects", "1")
            try workplace.write([0, 1, 2], to: "packets/0.avro")
            let ending = try await workplace.run("skipper", "inspect", "packets")
            #expect(ending.code == 1 && ending.lines.count == 2)
            #expect(ending.errors.hasPrefix("packets/0.avro: avro: "))
            #expect(ending.errors.hasSuffix("skipper inspect: 1 of the files are not usable\n"))
        }
    }

    /// A topic takes the same packets from `simulate --topic` as from files.
    @Test func simulatedPacketsGoToATopic() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let night = ["--alerts", "8", "--objects", "3", "--seed", "5", "--date", "20260110"]
            let sent = try await workplace.start(
                "skipper", ["simulate", "--topic", workplace.topic, "--partitions", "3"] + night
            ).ending()
            #expect(sent.code == 0, "\(sent.errors)")
            let ingested = try await workplace.ingest()
            #expect(ingested.code == 0)
            _ = try await workplace.start("skipper", ["simulate", "--out", "packets"] + night).ending()
            let made = try workplace.files(of: "packets").keys.map { Int64($0.dropLast(".avro".count)) }
            let stored = try await workplace.database.documents(of: "ZTF_alerts").keys.map(\.int64)
            #expect(Set(made) == Set(stored) && stored.count == 8)
        }
    }

    @Test func rejectedPacketsAreListedShownAndTriedAgain() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            _ = try await workplace.run(
                "skipper", "simulate", "--out", "packets", "--alerts", "2", "--objects", "2", "--seed", "1")
            let names = try workplace.files(of: "packets").keys.sorted()
            let packets = try workplace.files(of: "packets")
            try workplace.write(Array("garbage".utf8), to: "garbage")
            let sent = try await workplace.run(
                "skipper", "produce", "garbage", "packets/\(names[0])", "packets/\(names[1])", "--topic",
                workplace.topic,
                "--partitions", "1")
            #expect(sent.code == 0)
            // The limit makes good packets bad for now.
            let ingested = try await workplace.ingest(settings: ["SKIPPER_INGESTER__PACKET_BYTES": "65536"])
            #expect(ingested.code == 0)
            let large = names.indices.filter { packets[names[$0]]?.count ?? 0 > 65536 }
            try #require(!large.isEmpty, "the simulated packets are smaller than they were")
            let places = ["\(workplace.topic)/0/0"] + large.map { "\(workplace.topic)/0/\($0 + 1)" }

            let list = try await workplace.run("skipper", "rejected", "list")
            let listed = try list.lines.map { try ExtendedJSON.document(from: $0) }
            // Place and fingerprint.
            let ids = listed.compactMap { $0.string(at: "_id") }
            try #require(ids.map { $0.dropLast(9) } == places.map { $0[...] })
            #expect(
                listed.allSatisfy {
                    !$0.exists(at: "packet") && $0.exists(at: "reason") && $0.exists(at: "time")
                })
            let first = try await workplace.run("skipper", "rejected", "list", "--limit", "1")
            #expect(first.lines == [list.lines[0]])

            let shown = try await workplace.run("skipper", "rejected", "show", ids[1], "--out", "kept")
            let packet = try #require(packets[names[large[0]]])
            #expect(shown.lines[0] == "\(ids[1]): packet: \(packet.count) bytes, more than 65536")
            #expect(shown.lines[1] == "\(packet.count) bytes")
            #expect(try workplace.read("kept") == packet)
            let unknown = try await workplace.run("skipper", "rejected", "show", "nothing")
            #expect(unknown.code == 1 && unknown.errors == "skipper rejected: there is no packet 'nothing'\n")

            // Now with the usual limit: what is good is stored, and only what is bad stays.
            let one = try await workplace.run("skipper", "rejected", "retry", ids[1])
            #expect(one.code == 0 && one.output == "1 of 1 processed\n", "\(one.errors)")
            let all = try await workplace.run("skipper", "rejected", "retry")
            #expect(all.code == 1)
            #expect(all.lines.first?.hasPrefix("\(ids[0]): avro: ") == true)
            #expect(all.lines.last == "\(large.count - 1) of \(large.count) processed")
            #expect(try await workplace.database.documents(of: "rejected").keys.map(\.string) == [ids[0]])
            #expect(try await workplace.database.documents(of: "ZTF_alerts").count == 2)
            #expect(try await workplace.database.documents(of: "ZTF_alerts_aux").count == 2)
        }
    }
}
