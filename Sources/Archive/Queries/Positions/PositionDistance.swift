import Documents
import Sky

extension PositionPlan {
    /// The field that tells how far a document is from the position.
    private static let distanceField = "distance_arcsec"

    /// A document with its distance from a position, arcseconds, where that is asked for.
    /// - Parameter point: where the document is, `[ra − 180, dec]`; nil where the document itself says so.
    func distant(_ document: DocumentView, _ point: DocumentView?, from position: Int) -> DocumentView {
        guard query.addsDistance, let point = point ?? document.arrayView(at: Self.pointPath),
            let longitude = point.double(at: "0"), let dec = point.double(at: "1"),
            let place = try? Coordinates(folding: longitude + 180, dec: dec)
        else { return document }
        let center = query.positions[position].coordinates
        var writer = DocumentWriter()
        for element in document.elements where element.key != Self.distanceField { writer.append(element) }
        writer.append(Self.distanceField, double: center.separation(from: place) * 3600)
        return writer.finish().view
    }

    private static let pointPath = Path("\(PositionQuery.field).coordinates")
}
