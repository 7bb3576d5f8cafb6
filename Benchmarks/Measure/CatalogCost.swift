import Catalogs
import Documents
import Foundation
import Sky

/// What it costs to make catalogues' indexes and to match positions against them, on one core.
struct CatalogCost {
    /// Radius of nearly all catalogues of the default configuration, in degrees.
    private static let radius = 2.0 / 3600
    /// Radius of the catalogues with distances.
    private static let wideRadius = 300.0 / 3600

    private let folder: String
    private let rows: [Coordinates]
    private let positions: [Coordinates]

    /// - Parameter folder: with `rows` and `positions`: right ascensions and declinations as doubles in degrees. Indexes
    ///   are made there, too.
    init(_ folder: String) throws {
        self.folder = folder
        rows = try Self.read(folder + "/rows")
        positions = try Self.read(folder + "/positions")
    }

    private static func read(_ path: String) throws -> [Coordinates] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        return try data.withUnsafeBytes { bytes in
            let numbers = bytes.bindMemory(to: Double.self)
            return try (0..<numbers.count / 2).map {
                try Coordinates(ra: numbers[2 * $0], dec: numbers[2 * $0 + 1])
            }
        }
    }

    /// All figures: rates per second, microseconds for the twelve catalogues.
    func measure() throws -> [String: Double] {
        var figures: [String: Double] = [:]
        let clock = ContinuousClock()
        let start = clock.now
        let description = try build("large", rows.indices)
        figures["build"] = Double(rows.count) / ((clock.now - start) / .seconds(1))
        figures["bytes_per_row"] = Double(description.bytes) / Double(rows.count)
        let path = CatalogFolder.path(of: "large", in: folder)

        // Written to the disk by now, so that the system drops it when it is told to.
        for (name, isExpected) in [("cold", false), ("cold_expected", true)] {
            figures["\(name)_resident"] = try drop(path)
            let index = try CatalogIndex(path: path)
            let asked = positions.prefix(5000)
            let start = clock.now
            var hits = 0
            for batch in stride(from: 0, to: asked.count, by: 500) {
                let batch = Array(asked[batch..<min(batch + 500, asked.count)])
                if isExpected { index.expect(batch, within: Self.radius) }
                for position in batch {
                    try index.forEachRow(within: Self.radius, of: position) { _, _ in hits += 1 }
                }
            }
            figures[name] = Double(asked.count) / ((clock.now - start) / .seconds(1))
            figures["\(name)_hits"] = Double(hits)
        }

        let index = try CatalogIndex(path: path)
        try index.verify { _ in }
        var best = 0.0
        for _ in 0..<5 {
            var hits = 0
            let start = clock.now
            for position in positions {
                try index.forEachRow(within: Self.radius, of: position) { _, _ in hits += 1 }
            }
            best = max(best, Double(positions.count) / ((clock.now - start) / .seconds(1)))
            figures["hits"] = Double(hits)
        }
        figures["warm"] = best
        try measureTwelve(index, &figures)
        return figures
    }

    /// Twelve catalogues, the large one and eleven with a tenth of its rows each; the last with the wide radius. Half of
    /// the objects lie on rows. Documents are read, as they are when they are stored with an object.
    private func measureTwelve(_ large: CatalogIndex, _ figures: inout [String: Double]) throws {
        var catalogs = [large]
        let part = rows.count / 11
        for number in 0..<11 {
            let name = "small\(number)"
            _ = try build(name, number * part..<(number + 1) * part)
            catalogs.append(try CatalogIndex(path: CatalogFolder.path(of: name, in: folder)))
        }
        let count = min(20_000, positions.count, rows.count)
        let objects = (0..<count).map { $0 % 2 == 0 ? positions[$0] : rows[$0 * (rows.count / count)] }
        var best = Double.infinity
        for _ in 0..<4 {
            var documents = 0
            let start = ContinuousClock.now
            for object in objects {
                for (number, catalog) in catalogs.enumerated() {
                    let radius = number == 11 ? Self.wideRadius : Self.radius
                    documents += try catalog.matches(within: radius, of: object).count
                }
            }
            best = min(best, (ContinuousClock.now - start) / .microseconds(1) / Double(count))
            figures["twelve_documents"] = Double(documents) / Double(count)
        }
        figures["twelve"] = best
    }

    /// Makes an index of some of the rows, with documents like those of Gaia as they are stored by default.
    private func build(_ name: String, _ numbers: Range<Int>) throws -> CatalogDescription {
        let builder = try CatalogBuilder(
            path: CatalogFolder.path(of: name, in: folder), name: name, load: "bench",
            fields: [
                "parallax", "parallax_error", "phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag",
            ],
            scratch: folder)
        var writer = DocumentWriter(capacity: 512)
        for number in numbers {
            let position = rows[number]
            writer.append("_id", int64: Int64(number))
            for field in [
                "parallax", "parallax_error", "phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag",
            ] { writer.append(field, double: position.dec) }
            writer.beginDocument("coordinates")
            writer.beginDocument("radec_geojson")
            writer.append("type", string: "Point")
            writer.beginArray("coordinates")
            writer.append("0", double: position.geojsonLongitude)
            writer.append("1", double: position.dec)
            try builder.add(position, writer.finishCopy())
        }
        return try builder.finish(created: 0)
    }

    /// Makes the system drop a file from its cache; the share that stayed.
    private func drop(_ path: String) throws -> Double {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
        defer { close(descriptor) }
        posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
        var status = stat()
        fstat(descriptor, &status)
        let size = Int(status.st_size)
        guard let memory = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw CocoaError(.fileReadUnknown)
        }
        defer { munmap(memory, size) }
        let page = sysconf(Int32(_SC_PAGESIZE))
        var pages = [UInt8](repeating: 0, count: (size + page - 1) / page)
        mincore(memory, size, &pages)
        return Double(pages.count { $0 & 1 == 1 }) / Double(pages.count)
    }
}
