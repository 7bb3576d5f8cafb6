/// A division of the sky into pixels of equal area, as Górski et al. 2005 (ApJ 622, 759) define it, with 2^order pixels
/// along each side of the twelve base pixels.
///
/// Pixels are numbered in the nested scheme where nothing else is said: the four parts of pixel p are 4p … 4p+3 of the
/// next order, so that what lies in a pixel is one range of numbers at every finer order. Nothing here allocates but the
/// functions that return arrays.
public struct HEALPix: Hashable, Sendable {
    /// The finest order whose pixels fit into 64 bits with their `uniq` code; a pixel has 0.4 milliarcseconds there.
    public static let maximumOrder = 29

    /// 0 for the base pixels; each further order has four times as many.
    public let order: Int

    /// - Returns: nil where the order is not 0…29.
    public init?(order: Int) {
        guard (0...Self.maximumOrder).contains(order) else { return nil }
        self.order = order
    }

    /// - Returns: nil where nside is no power of two up to 2²⁹.
    public init?(nside: Int) {
        guard nside > 0, nside & (nside - 1) == 0 else { return nil }
        self.init(order: nside.trailingZeroBitCount)
    }

    /// For orders that are known to be in range.
    init(knownOrder order: Int) { self.order = order }

    /// Pixels along the side of a base pixel.
    public var nside: Int { 1 << order }

    /// How many pixels there are.
    public var pixelCount: Int { 12 << (2 * order) }

    /// Area of a pixel in steradians.
    public var pixelArea: Double { 4 * .pi / Double(pixelCount) }

    /// Side of a square of a pixel's area in degrees.
    public var resolution: Double { pixelArea.squareRoot() / radiansPerDegree }

    /// No point of any pixel is farther than this from its centre, in degrees.
    public var pixelRadius: Double { Self.radii[order] / radiansPerDegree }

    /// The division whose pixels are at most so many degrees wide; the finest where there is none.
    public init(resolution degrees: Double) {
        var order = 0
        while order < Self.maximumOrder, !(HEALPix(knownOrder: order).resolution <= degrees) { order += 1 }
        self.order = order
    }

    // MARK: Where pixels are

    /// The pixel that a position lies in.
    public func pixel(at coordinates: Coordinates) -> Int {
        pixel(at: FacePoint(SphericalPoint(coordinates)))
    }

    /// The pixel that a direction points into.
    public func pixel(at direction: UnitVector) -> Int {
        pixel(at: FacePoint(SphericalPoint(direction)))
    }

    /// The centre of a pixel.
    public func center(of pixel: Int) -> Coordinates { point(of: pixel, 0.5, 0.5).coordinates }

    /// The direction of a pixel's centre.
    public func direction(of pixel: Int) -> UnitVector { point(of: pixel, 0.5, 0.5).direction }

    /// The corners of a pixel: north, west, south, east.
    public func corners(of pixel: Int) -> (
        north: Coordinates, west: Coordinates, south: Coordinates, east: Coordinates
    ) {
        (
            point(of: pixel, 1, 1).coordinates, point(of: pixel, 0, 1).coordinates,
            point(of: pixel, 0, 0).coordinates, point(of: pixel, 1, 0).coordinates
        )
    }

    /// A point of a pixel: `x` runs from its south-western to its north-eastern side and `y` from its south-eastern to
    /// its north-western one, both from 0 to 1.
    public func position(in pixel: Int, x: Double, y: Double) -> Coordinates {
        point(of: pixel, x, y).coordinates
    }

    private func point(of pixel: Int, _ x: Double, _ y: Double) -> SphericalPoint {
        let cell = cell(of: pixel)
        let side = Double(nside)
        return SphericalPoint(
            FacePoint(face: cell.face, x: (Double(cell.x) + x) / side, y: (Double(cell.y) + y) / side))
    }

    private func pixel(at point: FacePoint) -> Int {
        let side = Double(nside)
        return pixel(
            FaceCell(
                face: point.face, x: min(Int(point.x * side), nside - 1),
                y: min(Int(point.y * side), nside - 1)))
    }

    // MARK: Numbers

    /// Column and row of a pixel in its base pixel.
    public func cell(of pixel: Int) -> FaceCell {
        let inner = pixel & (nside * nside - 1)
        return FaceCell(face: pixel >> (2 * order), x: everySecondBit(inner), y: everySecondBit(inner >> 1))
    }

    /// The pixel at a column and row of a base pixel.
    public func pixel(_ cell: FaceCell) -> Int {
        cell.face << (2 * order) | spreadBits(cell.x) | spreadBits(cell.y) << 1
    }

    /// The code that names a pixel and its order in one number: 4·4^order + pixel.
    public func uniq(of pixel: Int) -> Int { 4 << (2 * order) + pixel }

    /// The order and pixel that a `uniq` code names; nil where it names none.
    public static func pixel(uniq: Int) -> (HEALPix, pixel: Int)? {
        guard uniq >= 4 else { return nil }
        let order = (Int.bitWidth - 1 - uniq.leadingZeroBitCount) / 2 - 1
        guard let division = HEALPix(order: order) else { return nil }
        let pixel = uniq - 4 << (2 * order)
        return pixel < division.pixelCount ? (division, pixel) : nil
    }
}

/// A pixel as a place in its base pixel.
public struct FaceCell: Hashable, Sendable {
    /// The base pixel, 0…11: four around the north pole, four on the equator, four around the south pole.
    public var face: Int
    /// Counted from the south-western side, 0 ≤ x < nside.
    public var x: Int
    /// Counted from the south-eastern side, 0 ≤ y < nside.
    public var y: Int

    /// Takes all of them.
    public init(face: Int, x: Int, y: Int) {
        self.face = face
        self.x = x
        self.y = y
    }
}

/// The low 32 bits, each moved to twice its place.
private func spreadBits(_ value: Int) -> Int {
    var bits = UInt64(truncatingIfNeeded: value) & 0xFFFF_FFFF
    bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
    bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
    bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333
    bits = (bits | bits << 1) & 0x5555_5555_5555_5555
    return Int(bits)
}

/// The bits at even places, moved together: the inverse of `spreadBits`.
private func everySecondBit(_ value: Int) -> Int {
    var bits = UInt64(truncatingIfNeeded: value) & 0x5555_5555_5555_5555
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
    bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF
    bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF
    bits = (bits | bits >> 16) & 0x0000_0000_FFFF_FFFF
    return Int(bits)
}
