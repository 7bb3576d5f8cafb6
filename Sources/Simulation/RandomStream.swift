import Glibc

/// A reproducible stream of numbers for one purpose and one thing: SplitMix64 (Steele, Lea, Flood 2014).
///
/// The key says everything the numbers depend on, so no stream depends on what was drawn before it or on
/// which thread draws.
struct RandomStream: Sendable {
    /// What the numbers are for; two purposes never share a stream.
    enum Purpose: UInt64 {
        case object = 1
        case neighbours, alertCount, cadence, exposure, measurement, forcedPhotometry, noise, stamp
    }

    private var state: UInt64

    /// The stream of a purpose and of the thing that up to three numbers identify.
    init(seed: UInt64, _ purpose: Purpose, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
        var key = Self.mix(seed &+ Self.increment)
        key = Self.mix(key ^ purpose.rawValue &* Self.increment)
        key = Self.mix(key &+ UInt64(bitPattern: Int64(first)) &* Self.increment)
        key = Self.mix(key &+ UInt64(bitPattern: Int64(second)) &* Self.increment)
        key = Self.mix(key &+ UInt64(bitPattern: Int64(third)) &* Self.increment)
        state = key
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// A number in [0, 1), 53 bits fine.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in [lower, upper).
    mutating func uniform(_ lower: Double, _ upper: Double) -> Double { lower + (upper - lower) * uniform() }

    /// A whole number in 0 ..< bound; the bias of the product method is below 2⁻³² for the small bounds used
    /// here.
    mutating func integer(below bound: Int) -> Int { Int(((next() >> 32) &* UInt64(max(1, bound))) >> 32) }

    /// Whether something of this probability happens.
    mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller 1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// The golden ratio's 64-bit increment of SplitMix64.
    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The output function of SplitMix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
