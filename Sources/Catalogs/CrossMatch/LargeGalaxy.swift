import Documents
import Sky

/// A galaxy so large on the sky that no search around a position finds its centre. All catalogues of distances have
/// them, each as a row of its own beside those that are loaded.
struct LargeGalaxy: Sendable {
    /// The row, without what is computed for a match.
    let document: Document
    /// Its distance: redshift, and megaparsecs.
    let distance: (redshift: Double, megaparsecs: Double)
    /// The part of the sky that belongs to it.
    let ellipse: Ellipse

    /// All of them: one line each.
    ///
    /// Documents and ellipses are those that Kowalski's broker has for them: the rows are of the CLU catalogue, whose
    /// `_id` they have, and the ellipses' axes are degrees.
    static let all: [LargeGalaxy] = [
        galaxy(
            596_900, "PGC2557", (10.6847, 41.26901), a: 6.35156, b2a: 0.32, pa: 35, z: -0.00100100006,
            distance: 0.778, mass: 253_816_876.412914, ("00:42:44.3503", "41:16:08.634"),
            axis: 1.624875, ratio: 0.331283),  // M31
        galaxy(
            597_543, "PGC5818", (23.46204, 30.66022), a: 2.35983, b2a: 0.59, pa: 23, z: -0.000597000006,
            distance: 0.869, mass: 4_502_777.420493, ("01:33:50.8900", "30:39:36.800"),
            axis: 0.603694, ratio: 0.602964),  // M33
    ]

    /// - Parameters:
    ///   - position: degrees.
    ///   - a: the row's own diameter, `b2a` and `pa` the axis ratio and position angle, as the catalogue has them.
    ///   - distance: megaparsecs.
    ///   - mass: of the stars, as the catalogue has it.
    ///   - text: the position in sexagesimal text.
    ///   - axis: the semi-major axis of the ellipse, degrees, whose position angle is `pa`.
    ///   - ratio: the ellipse's axis ratio.
    private static func galaxy(
        _ id: Int32, _ name: String, _ position: (ra: Double, dec: Double), a: Double, b2a: Double,
        pa: Double, z: Double, distance: Double, mass: Double, _ text: (ra: String, dec: String),
        axis: Double, ratio: Double
    ) -> LargeGalaxy {
        let document: Document = [
            "_id": .int32(id), "name": .string(name), "ra": .double(position.ra),
            "dec": .double(position.dec),
            "a": .double(a), "b2a": .double(b2a), "pa": .double(pa), "z": .double(z),
            "DistMpc": .double(distance), "mstar": .double(mass),
            "coordinates": ["radec_str": [.string(text.ra), .string(text.dec)]],
        ]
        do {
            let ellipse = try Ellipse(
                center: try Coordinates(ra: position.ra, dec: position.dec), semiMajorAxis: axis,
                axisRatio: ratio, positionAngle: pa)
            return LargeGalaxy(document: document, distance: (z, distance), ellipse: ellipse)
        } catch {
            // They are constants of this file.
            preconditionFailure("the ellipse of \(name) is wrong: \(error)")
        }
    }

    /// The row as a catalogue has it: with the distance under the name that the rule reads.
    func document(for rule: DistanceRule) -> Document {
        if document.exists(at: Path(rule.field)) { return document }
        var writer = DocumentWriter(capacity: document.bytes.count + 64)
        writer.append(contentsOf: document.view)
        writer.append(rule.field, double: distance(in: rule.measure))
        return writer.finish()
    }

    /// The distance in what a rule measures.
    func distance(in measure: DistanceRule.Measure) -> Double {
        switch measure {
        case .redshift: distance.redshift
        case .megaparsecs: distance.megaparsecs
        }
    }
}
