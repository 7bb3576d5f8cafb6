import Foundation
import Sky
import TestSupport
import Testing

@testable import Archive

/// The digits of positions and the names made of them.
@Suite struct AssociationNumberTests {
    /// Computed from ALeRCE's formulas; all are two hours of arc apart and more.
    private static let published: [(ra: Double, dec: Double, number: Int64, name: String)] = [
        (279.23473479, 38.78368896, 1_183_656_331_384_701_200, "AL26mkmunmasmrmma"),
        (0.0, 0.0, 1_000_000_001_000_000_000, "AL26kmluxiqqikiia"),
        (10.68470833, 41.26875, 1_004_244_321_411_607_400, "AL26knpwpxmistfuu"),
        (83.63308333, 22.0145, 1_053_431_931_220_052_200, "AL26lbahyfpycwyqy"),
        (359.99999, -30.5, 1_235_959_990_303_000_000, "AL26mythtlrbjnpqm"),
        (201.69, -43.01911, 1_132_645_590_430_108_700, "AL26lwplkvbscogjk"),
    ]

    @Test func areThoseOfTheFormulas() throws {
        for (ra, dec, number, name) in Self.published {
            let own = AssociationNumber(try Coordinates(ra: ra, dec: dec))
            #expect(own.value == number && AssociationNumber(ra: ra, dec: dec) == own)
            #expect(own.name(year: 2026) == name)
        }
    }

    /// An hour angle of 24 only where a right ascension of 360 itself comes.
    @Test func foldRightAscensions() throws {
        #expect(AssociationNumber(ra: 360, dec: 10)?.value == 1_240_000_001_100_000_000)
        #expect(AssociationNumber(try Coordinates(ra: 360, dec: 10)).value == 1_000_000_001_100_000_000)
        #expect(AssociationNumber(ra: -0.5, dec: 10) == AssociationNumber(ra: 359.5, dec: 10))
        #expect(AssociationNumber(ra: 360.5, dec: 10) == AssociationNumber(ra: 0.5, dec: 10))
        #expect(AssociationNumber(ra: 0, dec: -0.0)?.value == 1_000_000_001_000_000_000)
        #expect(AssociationNumber(ra: 0, dec: 90)?.value == 1_000_000_001_900_000_000)
        #expect(AssociationNumber(ra: 0, dec: -90)?.value == 1_000_000_000_900_000_000)
        for (ra, dec) in [
            (Double.nan, 0), (0, .nan), (.infinity, 0), (0, 90.5), (0, -91), (721, 0), (-361, 0),
        ] {
            #expect(AssociationNumber(ra: ra, dec: dec) == nil)
        }
    }

    @Test func namesHaveTwoDigitsOfTheYearAndTheDuplicate() throws {
        let number = AssociationNumber(try Coordinates(ra: 0, dec: 0))
        #expect(number.name(year: 2005) == "AL05kmluxiqqikiia")
        #expect(number.name(year: 1999) == "AL99kmluxiqqikiia")
        #expect(number.name(year: 2100) == "AL00kmluxiqqikiia")
        #expect(number.name(year: -1).utf8.count == 17)
        #expect(number.name(year: 2026, duplicate: 1) == "AL26kmluxiqqikiib")
        // 99 = 3 · 26 + 21: the last letter but one is i + 3, the last v.
        #expect(number.name(year: 2026, duplicate: 99) == "AL26kmluxiqqikilv")
    }

    /// Python computes in the same doubles, by the formulas as they are written down.
    @Test func agreeWithPython() async throws {
        let output = try await python(
            """
            import random
            random.seed(5)
            def name(ra, dec):
                if ra < 0: ra += 360
                if ra > 360: ra -= 360
                hh = int(ra / 15); mm = int((ra / 15 - hh) * 60)
                ss = int(((ra / 15 - hh) * 60 - mm) * 60)
                ff = int((((ra / 15 - hh) * 60 - mm) * 60 - ss) * 100)
                h = 1 if dec >= 0 else 0
                dec = abs(dec)
                dd = int(dec); dm = int((dec - dd) * 60); ds = int(((dec - dd) * 60 - dm) * 60)
                df = int((((dec - dd) * 60 - dm) * 60 - ds) * 10)
                n = (10**18 + hh * 10**16 + mm * 10**14 + ss * 10**12 + ff * 10**10 + h * 10**9 + dd * 10**7
                     + dm * 10**5 + ds * 10**3 + df * 100)
                text, rest = "", n
                while rest:
                    text = chr(97 + rest % 26) + text
                    rest //= 26
                return n, text
            places = [(random.uniform(-360, 720), random.uniform(-90, 90)) for _ in range(5000)]
            places += [(random.randrange(0, 86400) / 240, random.randrange(-324000, 324001) / 3600) for _ in range(5000)]
            for ra, dec in places:
                print(repr(ra), repr(dec), *name(ra, dec))
            """)
        let lines = output.split(separator: "\n")
        try #require(lines.count == 10_000)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let ra = try #require(Double(words[0]))
            let dec = try #require(Double(words[1]))
            let own = try #require(AssociationNumber(ra: ra, dec: dec))
            #expect(String(own.value) == words[2])
            #expect(own.name(year: 2031) == "AL31" + words[3])
        }
    }
}
