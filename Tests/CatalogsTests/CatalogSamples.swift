import Catalogs
import Documents
import Foundation
import Sky
import TestSupport

/// A folder of its own, which is gone afterwards.
func withFolder<Result>(
    _ body: (String) async throws -> Result
) async throws -> Result {
    let path = NSTemporaryDirectory() + "skipper-catalogs-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    // What is left of it in the temporary folder is no fault of a test.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// A row of a catalogue.
struct SampleRow {
    let position: Coordinates
    let document: Document

    /// - Parameter more: further fields.
    init(_ id: Int, _ position: Coordinates, _ more: [(String, Value)] = []) {
        self.position = position
        var writer = DocumentWriter()
        writer.append("_id", int64: Int64(id))
        for (key, value) in more { writer.append(key, value) }
        writer.append(
            "coordinates",
            [
                "radec_geojson": [
                    "type": "Point",
                    "coordinates": [.double(position.geojsonLongitude), .double(position.dec)],
                ]
            ])
        document = writer.finish()
    }
}

/// Rows everywhere, some at the same place, some in a crowd of milliarcseconds, with documents of many lengths.
func sampleRows(_ count: Int, seed: UInt64) throws -> [SampleRow] {
    var generator = SplitMix(state: seed)
    let crowd = try Coordinates(ra: 83.6331, dec: 22.0145)
    return try (0..<count).map { id in
        let position =
            switch id % 10 {
            case 0: crowd
            case 1...3:
                try Coordinates(
                    ra: crowd.ra + Double.random(in: -1e-6...1e-6, using: &generator),
                    dec: crowd.dec + Double.random(in: -1e-6...1e-6, using: &generator))
            default:
                try Coordinates(
                    ra: Double.random(in: 0..<360, using: &generator),
                    dec: asin(Double.random(in: -1...1, using: &generator)) * 180 / .pi)
            }
        let length = id % 100 == 7 ? 5000 : Int.random(in: 0..<60, using: &generator)
        return SampleRow(id, position, [("name", .string(String(repeating: "x", count: length)))])
    }
}

/// Makes an index file.
@discardableResult
func build(
    _ rows: some Sequence<SampleRow>, _ path: String, name: String = "stars", load: String = "first",
    fields: [String]? = ["name"], memory: Int = 1 << 26, created: Int64 = 1_700_000_000_000
) throws -> CatalogDescription {
    let scratch = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let builder = try CatalogBuilder(
        path: path, name: name, load: load, fields: fields, memory: memory, scratch: scratch)
    for row in rows { try builder.add(row.position, row.document) }
    return try builder.finish(created: created)
}

/// The `_id`s of the rows in a cone.
func found(_ index: CatalogIndex, _ radius: Double, _ center: Coordinates) throws -> [Int64] {
    try index.matches(within: radius, of: center).map { $0.document.int64(at: "_id") ?? -1 }.sorted()
}
