import Testing

@testable import Simulation

@Suite struct FieldGridTests {
    @Test func everyPlaceHasAFieldAndAPixel() {
        var stream = RandomStream(seed: 9, .object)
        for _ in 0..<2_000 {
            let (ra, dec) = (stream.uniform(0, 360), stream.uniform(-31, 90))
            for grid in [FieldGrid.primary, .secondary] {
                let place = grid.position(ra: ra, dec: dec)
                #expect((0..<64).contains(place.channel))
                #expect((0...3072).contains(place.x) && (0...3080).contains(place.y))
                #expect(grid.position(ra: ra, dec: dec) == place)
            }
            #expect((1..<1000).contains(FieldGrid.primary.position(ra: ra, dec: dec).field))
            #expect((1001..<2000).contains(FieldGrid.secondary.position(ra: ra, dec: dec).field))
        }
    }

    @Test func neighbouringPlacesAreNeighbouringPixels() {
        // A pixel is 6.9° / 8 / 3080 high, 1.01 arcsec.
        let south = FieldGrid.primary.position(ra: 120, dec: 20)
        let north = FieldGrid.primary.position(ra: 120, dec: 20 + 1.01 / 3600)
        #expect(north.channel == south.channel && north.x == south.x)
        #expect(abs(north.y - south.y - 1) < 0.01)
    }

    @Test func declinationIsMovedToThePixelAsked() {
        for (dec, y) in [(-30.5, 12.0), (0, 3000), (45, 1540), (88, 20)] {
            let moved = FieldGrid.primary.declination(dec, movedTo: y)
            #expect(abs(moved - dec) < 0.87)
            #expect(abs(FieldGrid.primary.position(ra: 10, dec: moved).y - y) < 1e-6)
        }
    }
}
