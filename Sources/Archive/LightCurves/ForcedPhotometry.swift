public import Documents
import Foundation

/// Forced photometry as it is stored: with the alert that brought it, and with magnitudes.
public enum ForcedPhotometry {
    /// The points of one packet, ascending by Julian date, the first of those with the same Julian date, each with
    /// the alert's magnitude and position and with what follows from its flux:
    ///
    /// - `mag` = −2.5 log₁₀ F + zp and `magerr` = 1.0857 (σ/F), AB magnitudes
    /// - `snr` = F/σ
    /// - `limmag3sig`, `limmag5sig` = −2.5 log₁₀(nσ) + zp
    ///
    /// with F = `forcediffimflux` and σ = `forcediffimfluxunc` in data numbers and zp = `magzpsci`. Values that are
    /// not finite are left out: a negative flux has no magnitude. Without a signal-to-noise ratio none is given.
    /// Points without a finite Julian date are left out: nothing would tell them from themselves in a replay.
    public static func format(_ points: [DocumentView], magnitude: Double?, ra: Double, dec: Double)
        -> [DocumentView]
    {
        let dated = points.enumerated()
            .compactMap { index, point in point.double(at: "jd").map { (jd: $0, index: index, point: point) }
            }
            .filter(\.jd.isFinite)
            .sorted { ($0.jd, $0.index) < ($1.jd, $1.index) }
        // One after the other in one piece of memory.
        var writer = DocumentWriter(capacity: points.count * 1024)
        writer.beginArray("points")
        var previous = -Double.infinity
        for (index, (jd, _, point)) in dated.enumerated() where jd != previous {
            previous = jd
            writer.beginDocument(String(index))
            writer.append(contentsOf: point)
            appendMagnitudes(of: point, to: &writer)
            if let magnitude { writer.append("alert_mag", double: magnitude) }
            writer.append("alert_ra", double: ra)
            writer.append("alert_dec", double: dec)
            writer.end()
        }
        return Array(writer.finish().documents(at: "points"))
    }

    private static func appendMagnitudes(of point: DocumentView, to writer: inout DocumentWriter) {
        guard let flux = point.double(at: "forcediffimflux"),
            let error = point.double(at: "forcediffimfluxunc"),
            !(flux / error).isNaN
        else { return }
        let zeroPoint = point.double(at: "magzpsci") ?? .nan
        let derived: [(String, Double)] = [
            ("mag", -2.5 * log10(flux) + zeroPoint),
            ("magerr", 1.0857 * (error / flux)),
            ("snr", flux / error),
            ("limmag3sig", -2.5 * log10(3 * error) + zeroPoint),
            ("limmag5sig", -2.5 * log10(5 * error) + zeroPoint),
        ]
        for (name, value) in derived where value.isFinite { writer.append(name, double: value) }
    }
}
