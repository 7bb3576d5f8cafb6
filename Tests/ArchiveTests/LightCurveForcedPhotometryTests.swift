import Documents
import Foundation
import Testing

@testable import Archive

/// The arithmetic of forced photometry; the numbers were computed by hand.
@Suite struct LightCurveForcedPhotometryTests {
    /// The derived values of one point; a nil flux, error or zero point is not there.
    private func derived(_ flux: Double?, _ error: Double?, _ zeroPoint: Double?) throws -> [String: Double] {
        var writer = DocumentWriter()
        writer.append("jd", double: 2_461_000.5)
        if let flux { writer.append("forcediffimflux", double: flux) }
        if let error { writer.append("forcediffimfluxunc", double: error) }
        if let zeroPoint { writer.append("magzpsci", double: zeroPoint) }
        let point = writer.finish()
        let formatted = ForcedPhotometry.format(
            LightCurveFixtures.views([point]), magnitude: 17.5, ra: 10, dec: -20)
        let stored = try #require(formatted.first).document
        #expect(formatted.count == 1)
        // The packet's own fields come first and as they are; the alert's are always there.
        #expect(stored.bytes[4...].starts(with: point.bytes[4...].dropLast()))
        #expect(stored.double(at: "alert_mag") == 17.5)
        #expect(stored.double(at: "alert_ra") == 10)
        #expect(stored.double(at: "alert_dec") == -20)
        let known = Set(point.keys + ["alert_mag", "alert_ra", "alert_dec"])
        return Dictionary(
            uniqueKeysWithValues: try stored.elements.filter { !known.contains($0.key) }.map {
                ($0.key, try #require($0.double))
            })
    }

    private func expect(
        _ actual: [String: Double], _ expected: [String: Double],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Set(actual.keys) == Set(expected.keys), sourceLocation: sourceLocation)
        for (name, value) in expected {
            #expect(abs((actual[name] ?? .nan) - value) < 1e-12, "\(name)", sourceLocation: sourceLocation)
        }
    }

    /// log₁₀ 150 = 2.176091259055681, log₁₀ 250 = 2.397940008672038.
    @Test func fluxBecomesMagnitudes() throws {
        let limits = ["limmag3sig": 20.559771852360797, "limmag5sig": 20.005149978319906]
        expect(
            try derived(1000, 50, 26),
            limits.merging(["mag": 18.5, "magerr": 0.054285, "snr": 20]) { $1 })
        // No magnitude, but still an error and a signal-to-noise ratio.
        expect(try derived(-1000, 50, 26), limits.merging(["magerr": -0.054285, "snr": -20]) { $1 })
        expect(try derived(0, 50, 26), limits.merging(["snr": 0]) { $1 })
        expect(try derived(.infinity, 50, 26), limits.merging(["magerr": 0]) { $1 })
    }

    @Test func impossibleErrorsGiveNoLimits() throws {
        expect(try derived(100, 0, 26), ["mag": 21, "magerr": 0])
        expect(try derived(100, -10, 26), ["mag": 21, "magerr": -0.10857, "snr": -10])
        expect(try derived(100, .infinity, 26), ["mag": 21, "snr": 0])
    }

    @Test func withoutZeroPointThereAreNoMagnitudes() throws {
        expect(try derived(1000, 50, nil), ["magerr": 0.054285, "snr": 20])
        expect(try derived(1000, 50, .nan), ["magerr": 0.054285, "snr": 20])
    }

    @Test func withoutSignalToNoiseRatioNothingIsDerived() throws {
        for (flux, error) in [(nil, 50), (1000, nil), (.nan, 50), (1000, .nan), (0, 0)]
            as [(Double?, Double?)]
        {
            #expect(try derived(flux, error, 26).isEmpty)
        }
    }

    @Test func pointsAscendAndTheFirstOfADateStays() {
        let points = [(5.0, 1), (3.0, 2), (5.0, 3), (4.0, 4), (3.0, 5)].map {
            LightCurveFixtures.epoch($0, nil, note: Int64($1))
        }
        let formatted = ForcedPhotometry.format(
            LightCurveFixtures.views(points), magnitude: nil, ra: 1, dec: 2)
        #expect(formatted.map { $0.double(at: "jd") } == [3, 4, 5])
        #expect(formatted.map { $0.int64(at: "note") } == [2, 4, 1])
        #expect(!formatted.contains { $0.exists(at: "alert_mag") })
    }

    /// It could not be told from itself when the packet comes again.
    @Test func pointsWithoutADateAreLeftOut() {
        let points = [.nan, 2, .nan, .infinity, 1, -.infinity].map { LightCurveFixtures.epoch($0, nil) }
        let formatted = ForcedPhotometry.format(
            LightCurveFixtures.views(points + [["note": 1]]), magnitude: 18, ra: 1, dec: 2)
        #expect(formatted.map { $0.double(at: "jd") } == [1, 2])
    }
}
