import Foundation
import Testing

/// `skipper simulate --out`: packets as files.
@Suite struct SimulateCommandTests {
    @Test func sameSeedGivesTheSameBytes() async throws {
        try await withWorkplace { workplace in
            let night = ["--alerts", "12", "--objects", "5", "--date", "20260110"]
            for (folder, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
                let ending = try await workplace.start(
                    "skipper", ["simulate", "--out", folder, "--seed", seed] + night
                ).ending()
                #expect(ending.code == 0, "\(ending.errors)")
            }
            let first = try workplace.files(of: "a")
            #expect(first.count == 12)
            // Named by their numbers, which are in them as text too.
            for (name, bytes) in first {
                let candid = try #require(Int64(name.dropLast(".avro".count)))
                #expect(bytes.starts(with: [0x4F, 0x62, 0x6A, 1]) && candid > 1 << 53)
                #expect(String(decoding: bytes, as: Unicode.ASCII.self).contains("candid\(candid)"))
            }
            let second = try workplace.files(of: "b")
            #expect(second == first)
            let third = try workplace.files(of: "c")
            #expect(third.count == 12 && third != first)
        }
    }

    @Test func impossibleNightsAreRefused() async throws {
        try await withWorkplace { workplace in
            for date in ["20260230", "19990101", "-2026010"] {
                let ending = try await workplace.run("skipper", "simulate", "--out", "a", "--date", date)
                #expect(ending.code == 1)
                #expect(ending.errors.hasPrefix("skipper simulate: simulate a night: "), "\(ending.errors)")
            }
        }
    }
}
