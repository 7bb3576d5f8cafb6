import Foundation

extension DistanceRule {
    /// Rows nearer than this have the radius of near ones, since a physical radius would cover half the sky: redshift,
    /// and megaparsecs.
    private static let near = (redshift: 0.01, megaparsecs: 40.0)
    /// Up to here a redshift or a distance says more of a row's own motion than of how far it is.
    private static let local = 0.005

    /// How far from a row's centre positions belong to it, in degrees.
    /// - Parameter distance: finite, in what `measure` says.
    func radius(at distance: Double) -> Double {
        switch measure {
        case .redshift:
            distance < Self.near.redshift ? lowDistance / 3600 : atDistance * (0.05 / distance) / 3600
        case .megaparsecs:
            distance < Self.near.megaparsecs
                ? lowDistance / 3600 : atan(atDistance / (distance * 1000)) * (180 / .pi)
        }
    }

    /// How many kiloparsecs an angle is at a row's distance; nil where the row is too near to tell.
    /// - Parameter separation: degrees.
    func kiloparsecs(_ separation: Double, at distance: Double) -> Double? {
        guard distance > Self.local else { return nil }
        return switch measure {
        case .redshift: separation * 3600 * (distance / 0.05)
        case .megaparsecs: separation * (.pi / 180) * distance * 1000
        }
    }
}

extension Double {
    /// The number rounded to two decimals: the nearest of the exact number, and of two equally near ones the even one,
    /// as Python's `round` does.
    var toHundredths: Double {
        // Above this the halves between hundredths could not be written: far more than any angle or distance.
        guard magnitude < 0x1p45 else { return self }
        var whole = (self * 100).rounded(.toNearestOrEven)
        // The product is rounded; a sum with a product that is not tells on which side of the halves it lies.
        let isOdd = whole.truncatingRemainder(dividingBy: 2) != 0
        let above = (-(whole + 0.5)).addingProduct(self, 100)
        let below = (-(whole - 0.5)).addingProduct(self, 100)
        if above > 0 || above == 0 && isOdd {
            whole += 1
        } else if below < 0 || below == 0 && isOdd {
            whole -= 1
        }
        return whole / 100
    }
}
