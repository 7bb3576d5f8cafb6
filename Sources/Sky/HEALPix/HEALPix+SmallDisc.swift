extension HEALPix {
    /// The pixels that a small disc may touch, at most four, without looking at the sphere around it: a point of a base
    /// pixel and how far the disc can reach from there tell.
    ///
    /// - Parameters:
    ///   - radius: in radians.
    /// - Returns: pixels, −1 for none, in ascending order of columns; nil where the disc reaches over more than two
    ///   columns or rows, or over the edge of a base pixel.
    public func pixels(touching center: Coordinates, within radius: Double) -> InlineArray<4, Int>? {
        let point = FacePoint(SphericalPoint(center))
        let side = Double(nside)
        let reach = radius * Self.steepness * side
        let (x, y) = (point.x * side, point.y * side)
        let (west, east, south, north) = (x - reach, x + reach, y - reach, y + reach)
        guard reach < 0.5, west >= 0, south >= 0, east < side, north < side else { return nil }
        let (firstColumn, lastColumn, firstRow, lastRow) = (Int(west), Int(east), Int(south), Int(north))
        var pixels = InlineArray<4, Int>(repeating: -1)
        pixels[0] = pixel(FaceCell(face: point.face, x: firstColumn, y: firstRow))
        if lastColumn > firstColumn {
            pixels[1] = pixel(FaceCell(face: point.face, x: lastColumn, y: firstRow))
        }
        if lastRow > firstRow {
            pixels[2] = pixel(FaceCell(face: point.face, x: firstColumn, y: lastRow))
            if lastColumn > firstColumn {
                pixels[3] = pixel(FaceCell(face: point.face, x: lastColumn, y: lastRow))
            }
        }
        return pixels
    }

    /// A base pixel's coordinates change by no more than this per radian on the sky: √(3/2 + 6/π²) = 1.452 at the poles
    /// and at most 1.03 between the polar caps (from the projection's formulae in Górski et al. 2005, section 5.3).
    private static var steepness: Double { 1.5 }
}
