public import Documents
public import Sky

extension DocumentWriter {
    /// Appends what every stored document says of its place within `coordinates`: `radec_str`, two texts, and
    /// `radec_geojson`, a point with the longitude ra − 180.
    ///
    /// - Parameters:
    ///   - position: the place.
    ///   - raText: its right ascension as `Coordinates.raText` has it.
    ///   - decText: its declination as `Coordinates.decText` has it.
    public mutating func append(position: Coordinates, raText: String, decText: String) {
        beginArray("radec_str")
        append("0", string: raText)
        append("1", string: decText)
        end()
        beginDocument("radec_geojson")
        append("type", string: "Point")
        beginArray("coordinates")
        append("0", double: position.geojsonLongitude)
        append("1", double: position.dec)
        end()
        end()
    }
}
