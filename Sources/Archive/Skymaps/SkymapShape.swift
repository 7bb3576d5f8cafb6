import Documents
import Sky
import Skymaps

/// Shapes of a map as GeoJSON; longitudes are ra − 180 as everywhere in the database.
enum SkymapShape {
    /// `{type: "Point", coordinates, properties: {credible_level: 0}}`.
    static func point(_ place: Coordinates) -> Document {
        [
            "type": "Point", "coordinates": [.double(place.geojsonLongitude), .double(place.dec)],
            "properties": ["credible_level": 0],
        ]
    }

    /// `{type: "MultiPolygon", properties: {credible_level}, coordinates}`.
    static func multiPolygon(_ contour: Contours.Contour, _ level: ContourLevel) -> Document {
        var writer = DocumentWriter()
        writer.append("type", string: "MultiPolygon")
        writer.append("properties", ["credible_level": level.value])
        writer.beginArray("coordinates")
        for (number, polygon) in contour.polygons.enumerated() {
            writer.beginArray(String(number))
            for (number, line) in polygon.enumerated() {
                writer.beginArray(String(number))
                for (number, place) in line.enumerated() {
                    writer.beginArray(String(number))
                    writer.append("0", double: place.geojsonLongitude)
                    writer.append("1", double: place.dec)
                    writer.end()
                }
                writer.end()
            }
            writer.end()
        }
        writer.end()
        return writer.finish()
    }

    /// `{center, contour90, …}`.
    static func contours(_ center: Document, _ outlines: [(ContourLevel, Document)]) -> Document {
        var writer = DocumentWriter()
        writer.append("center", document: center)
        for (level, outline) in outlines { writer.append(level.key, document: outline) }
        return writer.finish()
    }
}
