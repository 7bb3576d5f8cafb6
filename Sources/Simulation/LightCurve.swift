import Glibc

/// How the brightness of an object changes, as a flux above or below that of the reference image.
///
/// Fluxes are in units of a source of magnitude 0.
enum LightCurve: Sendable {
    /// A pulsating or eclipsing star: reference magnitude, amplitude (magnitudes), period (days), phase.
    case periodic(magnitude: Double, amplitude: Double, period: Double, phase: Double)
    /// A supernova: Julian date of the explosion and magnitude at peak, 15 days after.
    case explosion(date: Double, peak: Double)
    /// An active nucleus: reference magnitude, amplitude as a part of its flux, phases of four waves.
    case wandering(magnitude: Double, amplitude: Double, phases: [4 of Double])
    /// A minor planet on its way: its magnitude while it is there.
    case passing(magnitude: Double)

    /// The difference flux at a Julian date through a filter (1 g, 2 r, 3 i).
    ///
    /// A minor planet has none here: it was never there before.
    func flux(at date: Double, filter: Int) -> Double {
        switch self {
        case .periodic(let magnitude, let amplitude, let period, let phase):
            let wave = sin(2 * .pi * (date / period + phase)) * amplitude * (filter == 1 ? 1.2 : 1)
            return power10(-0.4 * colour(magnitude, 0.6, filter)) * (power10(-0.4 * wave) - 1)
        case .explosion(let explosion, let peak):
            let age = date - explosion
            guard age > 0 else { return 0 }
            let top = power10(-0.4 * colour(peak, 0.1 + max(0, age - 15) * 0.02, filter))
            let before = 1 - age / 15
            return before > 0 ? top * (1 - before * before) : top * power10(-0.4 * 0.025 * (age - 15))
        case .wandering(let magnitude, let amplitude, let phases):
            // Each wave twice as long and 1.4 times as strong as the one before: the slope of a random walk.
            var sum = 0.0
            for index in phases.indices {
                let wave = pow(2, Double(index))
                sum += 0.3 * wave.squareRoot() * sin(2 * .pi * (date / (14 * wave) + phases[index]))
            }
            return power10(-0.4 * colour(magnitude, 0.3, filter)) * amplitude * sum
        case .passing: return 0
        }
    }

    /// The magnitude in the reference image, nil for what is not in it.
    func referenceMagnitude(filter: Int) -> Double? {
        switch self {
        case .periodic(let magnitude, _, _, _): colour(magnitude, 0.6, filter)
        case .wandering(let magnitude, _, _): colour(magnitude, 0.3, filter)
        case .explosion, .passing: nil
        }
    }

    /// A magnitude through a filter, given that in r and g − r.
    private func colour(_ red: Double, _ difference: Double, _ filter: Int) -> Double {
        filter == 1 ? red + difference : filter == 2 ? red : red - 0.4 * difference
    }
}

/// Ten to a power.
func power10(_ exponent: Double) -> Double { exp(exponent * 2.302585092994046) }
