import Archive
import Broker
import Catalogs
import Documents
import Foundation
import Simulation
import Sky

/// Twelve catalogues for a simulated night: half of their rows lie within 4 arcseconds of its objects, the others
/// anywhere. The same bytes for the same numbers.
struct CatalogSet {
    /// The catalogues of ZTF that are matched within 2 arcseconds.
    static let rules = CrossMatchRules.kowalski.catalogs(of: "ZTF").filter { $0.distance == nil }

    let positions: [Coordinates]

    /// - Parameters:
    ///   - alerts: of the night, as `skipper simulate --seed 1 --date 20260101` has them.
    ///   - objects: of the night.
    init(alerts: Int, objects: Int) throws {
        let simulation = try Simulation(
            seed: 1, alerts: alerts, objects: objects, night: try Night(year: 2026, month: 1, day: 1))
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
        var positions: [String: Coordinates] = [:]
        for index in 0..<simulation.count {
            for alert in try decoder.alerts(in: try simulation.packet(index).bytes)
            where positions[alert.objectID] == nil {
                positions[alert.objectID] = Survey.ztf.position(of: alert.document)
            }
        }
        self.positions = positions.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Writes the index files; how many bytes they have.
    func write(to folder: String, rows: Int) throws -> Int {
        var generator = Numbers(state: 1)
        var bytes = 0
        for rule in Self.rules {
            let fields = CrossMatchRules.kowalski.storedFields(of: rule.catalog)
            let builder = try CatalogBuilder(
                path: CatalogFolder.path(of: rule.catalog, in: folder), name: rule.catalog, load: "bench",
                fields: fields, scratch: folder)
            for row in 0..<rows {
                let position = try row % 2 == 0 ? near(row / 2, &generator) : anywhere(&generator)
                try builder.add(position, document(row, position, fields ?? [], &generator))
            }
            bytes += try builder.finish(created: 0).bytes
        }
        return bytes
    }

    private func near(_ number: Int, _ generator: inout Numbers) throws -> Coordinates {
        let center = positions[number % positions.count]
        let range = -4.0 / 3600...4.0 / 3600
        let dec = min(90, max(-90, center.dec + .random(in: range, using: &generator)))
        let stretch = max(0.01, cos(center.dec * .pi / 180))
        return try Coordinates(folding: center.ra + .random(in: range, using: &generator) / stretch, dec: dec)
    }

    private func anywhere(_ generator: inout Numbers) throws -> Coordinates {
        try Coordinates(
            ra: .random(in: 0..<360, using: &generator),
            dec: asin(.random(in: -1...1, using: &generator)) * 180 / .pi)
    }

    private func document(
        _ row: Int, _ position: Coordinates, _ fields: [String], _ generator: inout Numbers
    ) -> Document {
        var writer = DocumentWriter(capacity: 512)
        writer.append("_id", int64: Int64(row))
        for field in fields where field != "coordinates.radec_str" {
            writer.append(field, double: .random(in: 0..<25, using: &generator))
        }
        let derived = DerivedCoordinates(position)
        writer.append(
            "coordinates",
            [
                "radec_str": [.string(derived.raText), .string(derived.decText)],
                "radec_geojson": [
                    "type": "Point",
                    "coordinates": [.double(position.geojsonLongitude), .double(position.dec)],
                ],
            ])
        return writer.finish()
    }

    /// The same numbers each time (Steele, Lea and Flood 2014, SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
