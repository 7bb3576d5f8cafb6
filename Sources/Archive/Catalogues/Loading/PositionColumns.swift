import Documents
import Sky

/// Where a row's position is.
enum PositionColumns: Sendable, Equatable {
    /// In two columns: degrees, or sexagesimal texts.
    case columns(ra: String, dec: String)
    /// In `coordinates.radec_geojson`, as Kowalski's own documents have it.
    case stored

    /// Names of right ascension and declination, in lower case, that belong together: those of Kowalski's ingesters,
    /// of VizieR, of Pan-STARRS and others. The first pair that a table has is taken.
    private static let known: [(ra: String, dec: String)] = [
        ("ra", "dec"), ("objra", "objdec"), ("ra_icrs", "de_icrs"), ("raj2000", "dej2000"),
        ("raj2000", "decj2000"),
        ("_raj2000", "_dej2000"), ("ramean", "decmean"), ("ra_j2000", "dec_j2000"), ("radeg", "dedeg"),
        ("radeg", "decdeg"), ("ra_deg", "dec_deg"), ("_ra", "_de"), ("ra", "decl"), ("ra", "de"),
        ("alpha_j2000", "delta_j2000"), ("rastack", "decstack"), ("ra_mean", "dec_mean"),
        ("obj_ra", "obj_dec"),
        ("target_ra", "target_dec"), ("plug_ra", "plug_dec"), ("right_ascension", "declination"),
        ("rightascension", "declination"),
    ]

    /// Looks for the columns.
    ///
    /// - Parameters:
    ///   - names: of the table's columns.
    ///   - ra: the name that was given; nil to find it.
    ///   - dec: the name that was given; nil to find it.
    /// - Throws: `CatalogueError` where they are not there.
    static func find(in names: [String], ra: String?, dec: String?) throws(CatalogueError) -> PositionColumns
    {
        switch (ra, dec) {
        case (let ra?, let dec?):
            guard let unknown = [ra, dec].first(where: { !names.contains($0) }) else {
                return .columns(ra: ra, dec: dec)
            }
            throw CatalogueError("there is no column \(unknown)")
        case (nil, nil): break
        default: throw CatalogueError("give both --ra and --dec, or none")
        }
        let lower = Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
        for pair in known {
            if let ra = lower[pair.ra], let dec = lower[pair.dec] { return .columns(ra: ra, dec: dec) }
        }
        if names.contains("coordinates") { return .stored }
        throw CatalogueError(
            "no columns of right ascension and declination are known among \(names.prefix(40).joined(separator: ", ")): "
                + "give --ra and --dec")
    }

    /// The position of a row.
    /// - Throws: `CatalogueError` where it has none.
    func position(_ document: Document) throws(CatalogueError) -> Coordinates {
        switch self {
        case .stored:
            do throws(SkyError) {
                if let position = try Coordinates(stored: document) { return position }
            } catch { throw CatalogueError(error.description) }
            throw CatalogueError("the row has no coordinates.radec_geojson")
        case .columns(let raName, let decName):
            guard let ra = document.element(key: raName) else {
                throw CatalogueError("the row has no \(raName)")
            }
            guard let dec = document.element(key: decName) else {
                throw CatalogueError("the row has no \(decName)")
            }
            do throws(SkyError) {
                if let ra = ra.double, let dec = dec.double { return try Coordinates(ra: ra, dec: dec) }
                if let ra = ra.string, let dec = dec.string { return try Coordinates(ra: ra, dec: dec) }
            } catch { throw CatalogueError(error.description) }
            throw CatalogueError("\(raName) and \(decName) are neither two numbers nor two sexagesimal texts")
        }
    }
}

extension Coordinates {
    /// The position that a stored document has in `coordinates.radec_geojson`; nil where it has none.
    /// - Throws: `SkyError` where it is out of range.
    init?(stored document: Document) throws(SkyError) {
        guard let longitude = document.double(at: "coordinates.radec_geojson.coordinates.0"),
            let latitude = document.double(at: "coordinates.radec_geojson.coordinates.1")
        else { return nil }
        try self.init(ra: longitude + 180, dec: latitude)
    }
}
