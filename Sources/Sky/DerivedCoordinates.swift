/// Everything that is stored about a position besides ra and dec themselves.
public struct DerivedCoordinates: Equatable, Sendable {
    /// Right ascension as `HH:MM:SS.ssss`.
    public let raText: String

    /// Declination as `DD:MM:SS.sss`, with a leading `-` in the south.
    public let decText: String

    /// ra − 180, in degrees.
    public let geojsonLongitude: Double

    /// Galactic longitude l in degrees, −180 ≤ l ≤ 180.
    public let galacticLongitude: Double

    /// Galactic latitude b in degrees.
    public let galacticLatitude: Double

    /// Geocentric mean ecliptic longitude λ in degrees, 0 ≤ λ < 360.
    public let eclipticLongitude: Double

    /// Geocentric mean ecliptic latitude β in degrees.
    public let eclipticLatitude: Double

    /// Computes all of them at once: the sines and cosines of ra and dec are taken one time for both systems.
    public init(_ coordinates: Coordinates) {
        let direction = UnitVector(coordinates)
        let galactic = direction.galactic
        let ecliptic = direction.ecliptic
        raText = coordinates.raText
        decText = coordinates.decText
        geojsonLongitude = coordinates.geojsonLongitude
        galacticLongitude = galactic.longitude
        galacticLatitude = galactic.latitude
        eclipticLongitude = foldedTo360(ecliptic.longitude)
        eclipticLatitude = ecliptic.latitude
    }
}

/// A longitude of −180…180 as 0 ≤ longitude < 360. A tiny negative one plus 360 rounds to 360 itself, hence
/// the second test.
func foldedTo360(_ longitude: Double) -> Double {
    guard longitude < 0 else { return longitude }
    let folded = longitude + 360
    return folded < 360 ? folded : 0
}
