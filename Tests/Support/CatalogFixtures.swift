public import Catalogs
public import Documents
import Foundation
public import Mongo
import Sky

/// Catalogues for tests, and their index files.
public enum CatalogFixtures {
    /// A folder that is gone when its test says so.
    public struct Folder: Sendable {
        /// Where it is.
        public let path: String

        /// Removes it; what is left of it harms nobody.
        public func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    /// A new folder.
    public static func folder() throws -> Folder {
        let path = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return Folder(path: path)
    }

    /// A row as catalogues have it.
    public static func row(_ id: Int64, ra: Double, dec: Double, _ fields: Document = [:]) -> Document {
        var writer = DocumentWriter()
        writer.append("_id", int64: id)
        writer.append(contentsOf: fields.view)
        writer.append(
            "coordinates",
            [
                "radec_str": [.string("ra \(ra)"), .string("dec \(dec)")],
                "radec_geojson": ["type": "Point", "coordinates": [.double(ra - 180), .double(dec)]],
            ])
        return writer.finish()
    }

    /// Makes the index file of a catalogue.
    /// - Parameter fields: what the rows were cut down to; nil where they are whole.
    @discardableResult
    public static func build(
        _ name: String, _ rows: [Document], fields: [String]?, in folder: String, created: Int64 = 0
    ) throws -> CatalogDescription {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let builder = try CatalogBuilder(
            path: CatalogFolder.path(of: name, in: folder), name: name, load: "test", fields: fields,
            memory: 1 << 24, scratch: folder)
        for row in rows {
            let point = row.array(at: "coordinates.radec_geojson.coordinates")?.compactMap(\.double) ?? []
            guard point.count == 2 else {
                throw ChildProcess.Failure(description: "a row of \(name) has no position: \(row)")
            }
            try builder.add(try Coordinates(folding: point[0] + 180, dec: point[1]), row)
        }
        return try builder.finish(created: created)
    }

    /// Makes the index file of a catalogue from its collection, its rows cut down by MongoDB.
    @discardableResult
    public static func build(
        _ name: String, from database: Database, fields: [String]?, in folder: String, created: Int64 = 0
    ) async throws -> CatalogDescription {
        var projection: Document?
        if let fields {
            var writer = DocumentWriter()
            for field in fields + ["coordinates.radec_geojson"] { writer.append(field, int32: 1) }
            projection = writer.finish()
        }
        var rows: [Document] = []
        for try await row in try await database.find(
            name, filter: [:], options: FindOptions(projection: projection))
        {
            rows.append(row)
        }
        return try build(name, rows, fields: fields, in: folder, created: created)
    }
}

extension CatalogFixtures {
    /// Changes the bytes of a catalogue's index file, as another file under its name.
    public static func damage(_ name: String, in folder: String, _ change: (inout [UInt8]) -> Void) throws {
        let file = URL(fileURLWithPath: CatalogFolder.path(of: name, in: folder))
        var bytes = [UInt8](try Data(contentsOf: file))
        let whole = bytes
        change(&bytes)
        guard bytes != whole else { throw ChildProcess.Failure(description: "\(name) was not changed") }
        try Data(bytes).write(to: file, options: .atomic)
    }
}
