internal import Glibc

extension Coordinates {
    /// The angle to another position in degrees, 0…180, exact for near and for opposite positions alike
    /// (Vincenty's formula on the sphere).
    public func separation(from other: Coordinates) -> Double {
        let difference = (other.ra - ra) * radiansPerDegree
        let here = dec * radiansPerDegree
        let there = other.dec * radiansPerDegree
        let (sinHere, cosHere) = (sin(here), cos(here))
        let (sinThere, cosThere) = (sin(there), cos(there))
        let (sinDifference, cosDifference) = (sin(difference), cos(difference))
        let across = cosThere * sinDifference
        let along = cosHere * sinThere - sinHere * cosThere * cosDifference
        return atan2(
            (across * across + along * along).squareRoot(),
            sinHere * sinThere + cosHere * cosThere * cosDifference) / radiansPerDegree
    }
}
