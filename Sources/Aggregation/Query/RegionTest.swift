import Documents

/// A place within a circle on the sphere: `$geoWithin: {$centerSphere: [[longitude, latitude], radians]}`.
///
/// A place is a GeoJSON point, or a pair of numbers in an array or a document.
struct RegionTest: ValueTest {
    let cap: SphericalCap

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        switch datum {
        case .array(let list) where list.count >= 2: return try isWithin(list[0], list[1])
        case .document(let record): return try isWithin(record)
        default: return false
        }
    }

    private static let type = Name("type")
    private static let coordinates = Name("coordinates")
    private static let system = Name("crs")
    private static let others = [
        "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
    ]

    private func isWithin(_ record: Record) throws(Failure) -> Bool {
        if case .string(let type) = record.datum(named: Self.type) {
            if Self.others.contains(type) { throw .unsupported("$geoWithin of a \(type)") }
            if type == "Point" {
                guard record.datum(named: Self.system).isMissing else {
                    throw .unsupported("$geoWithin of a point with a coordinate system")
                }
                guard case .array(let list) = record.datum(named: Self.coordinates), list.count >= 2 else {
                    return false
                }
                return try isWithin(list[0], list[1])
            }
        }
        guard record.count >= 2 else { return false }
        return try isWithin(record.datum(at: 0), record.datum(at: 1))
    }

    private func isWithin(_ longitude: Datum, _ latitude: Datum) throws(Failure) -> Bool {
        for coordinate in [longitude, latitude] {
            if case .later = coordinate { throw .later }
            if case .other(.decimal128) = coordinate { throw .unsupported("decimal128") }
        }
        guard let longitude = longitude.double, let latitude = latitude.double,
            let point = Direction(longitude: longitude, latitude: latitude)
        else { return false }
        return cap.contains(point)
    }
}
