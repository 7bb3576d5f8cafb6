import Foundation
import Sky
import TestSupport
import Testing

/// Positions, texts and ellipses as astropy has them, 100,000 of each: random ones and such at the poles, on both sides
/// of the meridian and opposite to each other.
@Suite struct AstropyJudgeTests {
    private static let count = 100_000

    private static func cases(_ what: String, separator: Character = " ") async throws -> [[Substring]] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("astropy_judge.py").path
        let ending = try await ChildProcess(
            try TestEnvironment.python, [script, what, "\(count)"]
        ).ending(within: .seconds(1800))
        guard ending.code == 0 else { throw ChildProcess.Failure(description: ending.errors) }
        let cases = ending.output.split(separator: "\n").map { $0.split(separator: separator) }
        #expect(cases.count == count)
        return cases
    }

    /// What a script says that is no number.
    private struct Malformed: Error { let words: [Substring] }

    private static func numbers(_ words: [Substring]) throws -> [Double] {
        let numbers = words.compactMap { Double($0) }
        guard numbers.count == words.count else { throw Malformed(words: words) }
        return numbers
    }

    /// How far two longitudes are apart, in degrees.
    private static func turn(_ one: Double, _ other: Double) -> Double {
        abs((one - other).remainder(dividingBy: 360))
    }

    /// To 6·10⁻¹⁴ degrees, which is the rounding of 360 degrees.
    @Test func separations() async throws {
        var largest = 0.0
        for words in try await Self.cases("separations") {
            let numbers = try Self.numbers(words)
            let one = try Coordinates(ra: numbers[0], dec: numbers[1])
            let other = try Coordinates(ra: numbers[2], dec: numbers[3])
            largest = max(largest, abs(one.separation(from: other) - numbers[4]))
            largest = max(largest, abs(other.separation(from: one) - numbers[4]))
        }
        #expect(largest < 6e-14, "\(largest) degrees")
    }

    /// On the sky: galactic to 10⁻⁷ degrees, because the stored coordinates are those of a matrix of nine decimals;
    /// ecliptic, of the same obliquity, to 10⁻¹².
    @Test func systems() async throws {
        var (galactic, ecliptic) = (0.0, 0.0)
        for words in try await Self.cases("systems") {
            let numbers = try Self.numbers(words)
            let derived = DerivedCoordinates(try Coordinates(ra: numbers[0], dec: numbers[1]))
            galactic = max(
                galactic, abs(derived.galacticLatitude - numbers[3]),
                Self.turn(derived.galacticLongitude, numbers[2]) * cos(numbers[3] * .pi / 180))
            ecliptic = max(
                ecliptic, abs(derived.eclipticLatitude - numbers[5]),
                Self.turn(derived.eclipticLongitude, numbers[4]) * cos(numbers[5] * .pi / 180))
            if !(0..<360).contains(derived.eclipticLongitude) { Issue.record("\(derived.eclipticLongitude)") }
        }
        #expect(galactic < 1e-7, "\(galactic) degrees")
        #expect(ecliptic < 1e-12, "\(ecliptic) degrees")
    }

    /// Texts are the same, but that a full turn is none and that southern degrees below ten have one digit, as Kowalski
    /// writes them; they are read to half of their last digit.
    @Test func texts() async throws {
        for words in try await Self.cases("texts", separator: "\t") {
            let numbers = try Self.numbers([words[0], words[1], words[6], words[7]])
            let position = try Coordinates(ra: numbers[0], dec: numbers[1])
            let ra = words[2] == "24:00:00.0000" ? "00:00:00.0000" : words[2]
            let dec = words[3].hasPrefix("-0") ? "-" + words[3].dropFirst(2) : words[3]
            if position.raText != ra || position.decText != dec {
                Issue.record("\(position): \(position.raText) \(position.decText), not \(ra) \(dec)")
            }
            let read = try Coordinates(ra: String(words[4]), dec: String(words[5]))
            // Besides the rounding of 360 and of 90 degrees.
            let isNear =
                Self.turn(read.ra, position.ra) <= numbers[2] + 1.2e-13
                && abs(read.dec - position.dec) <= numbers[3] + 3e-14
            if !isNear { Issue.record("\(words[4]) \(words[5]) is read as \(read), not \(position)") }
        }
    }

    /// All but the few whose place on the ellipse's own scale, 1 being its edge, rounding may put on the other side.
    @Test func ellipses() async throws {
        var (inside, onEdge) = (0, 0)
        for words in try await Self.cases("ellipses") {
            let numbers = try Self.numbers(words)
            let ellipse = try Ellipse(
                center: try Coordinates(ra: numbers[0], dec: numbers[1]), semiMajorAxis: numbers[2],
                axisRatio: numbers[3], positionAngle: numbers[4])
            let position = try Coordinates(ra: numbers[5], dec: numbers[6])
            if abs(numbers[7] - 1) < 1e-7 {
                onEdge += 1
            } else if ellipse.contains(position) != (numbers[7] < 1) {
                Issue.record("\(ellipse) and \(position), which is at \(numbers[7])")
            }
            inside += numbers[7] < 1 ? 1 : 0
        }
        #expect(onEdge < 10)
        #expect((Self.count / 5...Self.count * 4 / 5).contains(inside), "\(inside) inside")
    }
}
