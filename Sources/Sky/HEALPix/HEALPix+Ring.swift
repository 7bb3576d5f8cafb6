extension HEALPix {
    /// The number of a pixel in the ring scheme, which counts eastwards along rings of constant declination from the
    /// north pole on.
    public func ring(ofNested pixel: Int) -> Int {
        let cell = cell(of: pixel)
        /// Rings from the north pole, from 1.
        let ring = (2 + cell.face / 4) * nside - cell.x - cell.y - 1
        let (length, before, shift) = extent(ofRing: ring)
        let middle = (cell.face & 3) * 2 + (cell.face / 4 == 1 ? 0 : 1)
        // From 1; an equatorial base pixel's western half lies at the end of the ring.
        var place = (middle * (length / 4) + cell.x - cell.y + 1 + shift) / 2
        if place < 1 { place += length }
        if place > length { place -= length }
        return before + place - 1
    }

    /// The pixel of a number in the ring scheme.
    public func nested(ofRing number: Int) -> Int {
        let polarPixels = 2 * nside * (nside - 1)
        var ring: Int
        if number < polarPixels {
            ring = Self.polarRing(number)
        } else if number < pixelCount - polarPixels {
            ring = nside + (number - polarPixels) / (4 * nside)
        } else {
            ring = 4 * nside - Self.polarRing(pixelCount - 1 - number)
        }
        let (length, before, shift) = extent(ofRing: ring)
        let place = number - before
        let width = length / 4
        let face: Int
        if ring < nside || ring > 3 * nside {
            face = place / width + (ring < nside ? 0 : 8)
        } else {
            // The lines along which base pixels meet, as in `FacePoint`, in half pixels.
            let quarter = 2 * place + (1 - shift)
            let rise = 2 * nside - ring
            let rising = (quarter + nside + rise) / (2 * nside)
            let falling = (quarter + nside - rise) / (2 * nside)
            face =
                rising == falling ? 4 + rising & 3 : rising > falling ? falling & 3 : 8 + rising & 3
        }
        let middle = (face & 3) * 2 + (face / 4 == 1 ? 0 : 1)
        /// x − y and x + y.
        var difference = 2 * place + 1 - shift - middle * width
        if difference >= 2 * nside { difference -= 2 * length }
        let sum = (2 + face / 4) * nside - ring - 1
        return pixel(FaceCell(face: face, x: (sum + difference) >> 1, y: (sum - difference) >> 1))
    }

    /// How many pixels a ring has, how many come before it, and 1 where its first pixel begins at right ascension 0
    /// less half a pixel, else 0.
    private func extent(ofRing ring: Int) -> (length: Int, before: Int, shift: Int) {
        if ring < nside { return (4 * ring, 2 * ring * (ring - 1), 0) }
        if ring > 3 * nside {
            let fromSouth = 4 * nside - ring
            return (4 * fromSouth, pixelCount - 2 * fromSouth * (fromSouth + 1), 0)
        }
        return (4 * nside, 2 * nside * (nside - 1) + (ring - nside) * 4 * nside, (ring - nside) & 1)
    }

    /// The ring, from 1, of a pixel in a polar cap, counted from the pole: the largest r with 2r(r − 1) ≤ number.
    private static func polarRing(_ number: Int) -> Int {
        var ring = Int((0.5 * (1 + (1 + 2 * Double(number)).squareRoot())).rounded(.down))
        // The root of a number above 2⁵² may be rounded over a whole number.
        if 2 * ring * (ring - 1) > number { ring -= 1 }
        if 2 * ring * (ring + 1) <= number { ring += 1 }
        return ring
    }
}
