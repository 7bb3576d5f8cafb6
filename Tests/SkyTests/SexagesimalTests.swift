import Foundation
import TestSupport
import Testing

@testable import Sky

@Suite struct SexagesimalTests {
    @Test func textsAreWhatPrintfWrites() throws {
        var generator = SplitMix(state: 4)
        var positions = try edges().map { try Coordinates(ra: $0.ra, dec: $0.dec) }
        while positions.count < 100_000 {
            positions.append(
                try Coordinates(
                    ra: .random(in: 0..<360, using: &generator), dec: .random(in: -90...90, using: &generator)
                ))
        }
        var carried = 0
        for position in positions {
            let ra = printedRightAscension(position.ra)
            let dec = printedDeclination(position.dec)
            #expect(!position.raText.contains(":60") && !position.decText.contains(":60"), "\(position)")
            if ra.hasSuffix(":60.0000") {
                carried += 1
            } else {
                #expect(position.raText == ra, "\(position)")
            }
            if dec.hasSuffix(":60.000") {
                carried += 1
            } else {
                #expect(position.decText == dec, "\(position)")
            }
        }
        // The edges hold such positions, so that the test above is not vacuous.
        #expect(carried > 10)
    }

    @Test(arguments: [
        (360.0.nextDown, "00:00:00.0000"),  // a full turn
        (15.0.nextDown, "01:00:00.0000"),  // through minutes to the hour
        (0.25.nextDown, "00:01:00.0000"),  // to the minute
        (150.0.nextDown, "10:00:00.0000"),
        (0, "00:00:00.0000"),
        (180, "12:00:00.0000"),
        (187.5, "12:30:00.0000"),
    ])
    func secondsOfRightAscensionAreCarried(ra: Double, text: String) throws {
        #expect(try Coordinates(ra: ra, dec: 0).raText == text)
    }

    @Test(arguments: [
        (10.0.nextDown, "10:00:00.000"), (-10.0.nextDown, "-10:00:00.000"), (-10.0.nextUp, "-10:00:00.000"),
        (-1.0.nextUp, "-1:00:00.000"), (-0.5, "-0:30:00.000"), (-5.5, "-5:30:00.000"), (5.5, "05:30:00.000"),
        (-0.0, "00:00:00.000"), (0, "00:00:00.000"), (90, "90:00:00.000"), (-90, "-90:00:00.000"),
        (90.0.nextDown, "90:00:00.000"), (-1e-12, "-0:00:00.000"),
    ])
    func signAndCarryOfDeclination(dec: Double, text: String) throws {
        #expect(try Coordinates(ra: 0, dec: dec).decText == text)
    }

    @Test func textsReadBackToTheirPosition() throws {
        var generator = SplitMix(state: 5)
        for _ in 0..<10_000 {
            let position = randomPosition(using: &generator)
            let read = try Coordinates(ra: position.raText, dec: position.decText)
            // Half a unit of the last place: 0.00005 s of time, 0.0005″; at the end of the circle 0 is 360.
            let difference = abs(read.ra - position.ra)
            #expect(min(difference, 360 - difference) <= 0.00005 * 15 / 3600 + 1e-12)
            #expect(abs(read.dec - position.dec) <= 0.0005 / 3600 + 1e-12)
        }
    }

    @Test(arguments: [
        ("12:30:36", "-01:30:00", 187.65, -1.5), ("12h30m36s", "-01d30m00s", 187.65, -1.5),
        ("12 30 36.0", "+1 30 0", 187.65, 1.5), ("187d39m0.0s", "-0:30:00.000", 187.65, -0.5),
        ("12h30m36", "-0d30m00", 187.65, -0.5), ("24:00:00", "90:00:00", 0, 90),
        ("00:00:60.0000", "09:59:60.000", 0.25, 10), ("0:0:0", "-90:0:0", 0, -90),
    ])
    func astronomersWaysOfWritingAreRead(ra: String, dec: String, degrees: Double, declination: Double) throws
    {
        let position = try Coordinates(ra: ra, dec: dec)
        #expect(abs(position.ra - degrees) < 1e-12)
        #expect(abs(position.dec - declination) < 1e-12)
    }

    @Test(arguments: [
        "", "12", "12:30", "12:30:", "a", "12:30:36:1", "12h30m36.7s ", "nan:0:0", "inf:0:0", "0x10:0:0",
        "1e1:0:0", "-1:0:0", "25:00:00", "24:00:00.1", "361d0m0s", "12:61:00", "12:00:60.1", "12.5:00:00",
        "12:0.5:00", "1:2:3.4.5", ".:0:0", "12h30:36", "１:0:0", "12:-30:00", "--1:0:0", "12m30h36s",
        String(repeating: "1", count: 400) + ":0:0", "99999999999999999999999999999999:0:0",
    ])
    func otherTextIsRefusedByName(text: String) {
        #expect(#expect(throws: SkyError.self) { try Coordinates(ra: text, dec: "0:0:0") }?.field == "ra")
        // A right ascension may be above 90 degrees and below zero is fine for a declination.
        guard !["-1:0:0", "25:00:00", "24:00:00.1"].contains(text) else { return }
        #expect(#expect(throws: SkyError.self) { try Coordinates(ra: "0:0:0", dec: text) }?.field == "dec")
    }

    @Test(arguments: ["91:0:0", "-90:00:00.1", "12h30m00s"])
    func declinationsOutOfRangeAreRefused(text: String) {
        #expect(#expect(throws: SkyError.self) { try Coordinates(ra: "0:0:0", dec: text) }?.field == "dec")
    }

    /// Whole and half units of every size, and their neighbours.
    private func edges() -> [(ra: Double, dec: Double)] {
        let steps = [
            15.0, 0.25, 0.25 / 60, 1, 1.0 / 60, 1.0 / 3600, 0.5 / 3600 / 1000, 0.5 * 15 / 3600 / 10_000,
        ]
        return steps.flatMap { step in
            (1..<90).flatMap { (count) -> [(ra: Double, dec: Double)] in
                let value = step * Double(count)
                return [value.nextDown, value, value.nextUp].flatMap { value in
                    let (ra, dec) = (min(value, 359.9), min(value, 90))
                    return [(ra, dec), (360 - ra, -dec), (0, 0)]
                }
            }
        }
    }

    /// Right ascension by C's formatting of the published formula.
    private func printedRightAscension(_ ra: Double) -> String {
        let hours = floor(ra * 12 / 180)
        let minutes = floor((ra * 12 / 180 - hours) * 60)
        let seconds = ((ra * 12 / 180 - hours) * 60 - minutes) * 60
        return String(format: "%02.0f:%02.0f:%07.4f", hours, minutes, seconds)
    }

    /// Declination by C's formatting of the published formula.
    private func printedDeclination(_ dec: Double) -> String {
        let degrees = floor(abs(dec)) * (dec > 0 ? 1 : dec < 0 ? -1 : 0)
        let minutes = floor(abs(dec - degrees) * 60)
        let seconds = abs(abs(dec - degrees) * 60 - minutes) * 60
        return String(format: "%02.0f:%02.0f:%06.3f", degrees, minutes, seconds)
    }
}
