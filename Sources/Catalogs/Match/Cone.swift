internal import Glibc
internal import Sky

/// A circle on the sky with its edge, as MongoDB's `$centerSphere` has it.
///
/// A row belongs to it where the squared distance of the ends of the two directions is at most 4 sin²(r/2); all are
/// computed from GeoJSON's coordinates in the order in which the S2 library computes them, so that even for a row exactly
/// on the edge both say the same.
struct Cone {
    /// The angle to be searched for pixels, in radians: 10⁻¹⁰ more than the radius, far more than the rounding of any
    /// position and far less than a milliarcsecond.
    let searched: Double
    /// Towards the centre, in the frame of the records.
    let axis: UnitVector
    /// The squared chord of the radius.
    let limit: Double
    /// Where it lies.
    let center: Coordinates

    /// - Parameter radius: in degrees; 180 and more is all of the sky.
    init(_ radius: Double, _ center: Coordinates) {
        let angle = radius * (Double.pi / 180)
        searched = min(angle + 1e-10, .pi)
        limit = angle < .pi ? UnitVector.squaredChord(of: angle) : .infinity
        axis = UnitVector(geoJSON: center)
        self.center = center
    }
}

extension UnitVector {
    /// The direction of a position's GeoJSON coordinates: that of the position turned by 180° around the pole.
    init(geoJSON position: Coordinates) {
        let longitude = position.geojsonLongitude * (Double.pi / 180)
        let latitude = position.dec * (Double.pi / 180)
        let cosLatitude = cos(latitude)
        self.init(x: cos(longitude) * cosLatitude, y: sin(longitude) * cosLatitude, z: sin(latitude))
    }
}
