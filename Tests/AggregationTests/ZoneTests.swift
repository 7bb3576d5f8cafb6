@testable import Aggregation
import Documents
import Foundation
import Mongo
import TestSupport
import Testing

/// Named time zones: the years that `ZoneAgreement` names are those in which Foundation's zones are MongoDB's.
@Suite struct ZoneTests {
    /// Around changes of the offset: the local time, a day earlier and later, and the instant of a local time, which
    /// may be shown twice or never.
    @Test func zonesAreMongodsInTheYearsOfAgreement() async throws {
        let seed = ProcessInfo.processInfo.environment["SKIPPER_TEST_SEED"].flatMap { UInt64($0) } ?? 1
        var random = SplitMix(state: seed)
        try await withDatabase { database in
            for name in ZoneAgreement.names {
                let instants = try #require(ZoneAgreement.instants(of: name))
                // A year inside: the operators look a day ahead and back.
                let from = max(instants.lowerBound, -4_102_444_800) + 31_536_000
                let known = from..<max(from, min(instants.upperBound, 2_840_000_000) - 31_536_000)
                if known.isEmpty { continue }
                let zone = try Zone(name)
                var documents: [Document] = []
                for change in try changes(of: zone, in: known, &random) {
                    for distance in [-1, 0, Int(random.next() % 14_400) - 7200] {
                        let instant = change + distance
                        let local = instant + (try zone.offset(at: instant))
                        documents.append([
                            "t": .datetime(Int64(instant) * 1000 + Int64(random.next() % 1000)),
                            "local": .datetime(Int64(local) * 1000),
                        ])
                    }
                }
                let made = Case(
                    pipeline: [
                        ["$replaceRoot": ["newRoot": Self.expressions(name, hasEpoch: known.contains(0))]]
                    ],
                    documents: documents)
                let difference = try await Difference(made, database, .defined)
                if let difference { Issue.record("\(name), seed \(seed):\n\(try await difference.shrunk())") }
            }
        }
    }

    private static func expressions(_ name: String, hasEpoch: Bool) -> Value {
        var writer = DocumentWriter()
        let zone = Value.string(name)
        writer.append("parts", ["$dateToParts": ["date": "$t", "timezone": zone]])
        writer.append("text", ["$dateToString": ["date": "$t", "format": "%z %Z", "timezone": zone]])
        for (key, amount) in [("next", 1), ("previous", -1)] {
            writer.append(
                key,
                [
                    "$dateAdd": [
                        "startDate": "$t", "unit": "day", "amount": .int32(Int32(amount)), "timezone": zone,
                    ]
                ])
        }
        // Which of two instants a local time means depends on whether 1970 began with daylight saving time.
        if hasEpoch {
            writer.append(
                "instant",
                [
                    "$dateFromParts": [
                        "year": ["$year": "$local"], "month": ["$month": "$local"],
                        "day": ["$dayOfMonth": "$local"],
                        "hour": ["$hour": "$local"], "minute": ["$minute": "$local"],
                        "second": ["$second": "$local"], "timezone": zone,
                    ]
                ])
        }
        return .document(writer.finish())
    }

    /// Some of the instants at which the offset changes, and a few others.
    private func changes(
        of zone: Zone, in known: Range<Int>, _ random: inout SplitMix
    ) throws -> [Int] {
        let step = 10 * 86_400
        var found: [Int] = []
        var before = try zone.offset(at: known.lowerBound)
        for end in stride(from: known.lowerBound + step, to: known.upperBound, by: step) {
            let after = try zone.offset(at: end)
            defer { before = after }
            guard before != after, random.next() % 4 == 0 else { continue }
            var (low, high) = (end - step, end)
            while high - low > 1 {
                let middle = (low + high) / 2
                if try zone.offset(at: middle) == before { low = middle } else { high = middle }
            }
            found.append(high)
        }
        for _ in 0..<20 { found.append(known.lowerBound + Int(random.next() % UInt64(known.count))) }
        return found
    }

    @Test(arguments: [("UTC", 0), ("+05:30", 19_800), ("-0044", -2640), ("+11", 39_600), ("+99:99", 362_340)])
    func offsetsAreSeconds(_ name: String, _ seconds: Int) throws {
        #expect(try Zone(name).offset(at: 1_700_000_000) == seconds)
    }

    @Test(arguments: [
        "utc", "+1", "05:30", "", "Europe/Atlantis", "+ab:cd", "+05:300", "America/Ciudad_Juarez",
    ])
    func unknownNamesAreErrors(_ name: String) {
        #expect(throws: Failure.error(code: 40485, "there is no time zone \(name)")) { try Zone(name) }
    }

    /// Mexico gave up daylight saving time after MongoDB's database was made.
    @Test func yearsInWhichTheDatabasesDifferAreUnsupported() throws {
        let zone = try Zone("America/Mexico_City")
        #expect(try zone.offset(at: 1_660_000_000) == -5 * 3600)
        #expect(throws: Failure.unsupported("time zone America/Mexico_City in the year 2024")) {
            try zone.offset(at: 1_720_000_000)
        }
    }
}
