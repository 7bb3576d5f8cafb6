internal import Glibc
public import Sky

extension ProbabilityMap {
    /// A Gaussian around a position, out to four standard deviations, in at least 16 pixels for one.
    ///
    /// - Parameter error: one standard deviation in degrees, above 0 up to 180.
    /// - Throws: where the error is none.
    public init(cone center: Coordinates, error: Double) throws(SkymapError) {
        guard error > 0, error <= 180 else {
            throw SkymapError("error must be above 0 and at most 180 degrees, not \(error)")
        }
        let division = HEALPix(resolution: error / 16)
        let shift = 2 * (HEALPix.maximumOrder - division.order)
        var cells: [Cell] = []
        division.forEachRange(within: 4 * error, of: center) { range in
            for pixel in range {
                let distance = division.center(of: pixel).separation(from: center) / error
                cells.append(
                    Cell(start: pixel << shift, order: division.order, density: exp(-distance * distance / 2))
                )
            }
        }
        if cells.isEmpty {
            // The error is smaller than the finest pixels.
            cells = [Cell(start: division.pixel(at: center) << shift, order: division.order, density: 1)]
        }
        try self.init(sorted: cells)
    }

    /// The same density everywhere in an ellipse, whose outline is taken as a polygon of 180 corners.
    ///
    /// - Parameters:
    ///   - semiMajor: half the long axis in degrees, above 0 up to 80.
    ///   - semiMinor: half the short axis in degrees, above 0 and not above the long one.
    ///   - angle: of the long axis, in degrees from north over east.
    /// - Throws: where the axes are none.
    public init(ellipse center: Coordinates, semiMajor: Double, semiMinor: Double, angle: Double)
        throws(SkymapError)
    {
        guard semiMajor > 0, semiMajor <= 80, semiMinor > 0, semiMinor <= semiMajor, angle.isFinite else {
            throw SkymapError(
                "amaj must be above 0 and at most 80 degrees, and amin above 0 and at most amaj, "
                    + "not \(semiMajor) and \(semiMinor)")
        }
        let turn = angle.truncatingRemainder(dividingBy: 180) * .pi / 180
        let outline = (0..<180).map { number in
            let along = Double(number) * .pi / 90
            let (major, minor) = (semiMajor * cos(along), semiMinor * sin(along))
            return Self.place(
                from: center, distance: (major * major + minor * minor).squareRoot(),
                bearing: turn + atan2(minor, major))
        }
        try self.init(polygon: outline)
    }

    /// The same density everywhere in a polygon.
    ///
    /// Pixels have nside 1024, finer ones for small polygons and coarser ones for very long outlines.
    ///
    /// - Parameter corners: as `SkyPolygon` takes them, up to 1000.
    /// - Throws: where the polygon is none.
    public init(polygon corners: [Coordinates]) throws(SkymapError) {
        guard corners.count <= 1000 else {
            throw SkymapError("the polygon has \(corners.count) corners, more than 1000")
        }
        let polygon: SkyPolygon
        do { polygon = try SkyPolygon(corners) } catch { throw SkymapError("\(error)") }
        var length = 0.0
        for (one, next) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            length += one.separation(from: next)
        }
        var division = HEALPix(resolution: length / 400)
        if division.order < 10 { division = HEALPix(order: 10) ?? division }
        let coarsest = HEALPix(resolution: length / 20_000)
        if division.order > coarsest.order { division = coarsest }
        var cells: [Cell] = []
        for range in division.ranges(in: polygon) { Self.append(range, of: division.order, to: &cells) }
        if cells.isEmpty {
            // Too narrow for the centre of any pixel.
            for range in division.ranges(in: polygon, .overlapping) {
                Self.append(range, of: division.order, to: &cells)
            }
        }
        guard cells.count <= Self.maximumCells else { throw SkymapError("the polygon has too many pixels") }
        try self.init(sorted: cells)
    }

    /// Appends pixels of an order as the fewest of any orders, with density 1.
    private static func append(_ range: Range<Int>, of order: Int, to cells: inout [Cell]) {
        let shift = 2 * (HEALPix.maximumOrder - order)
        var start = range.lowerBound
        while start < range.upperBound {
            var steps = min(order, start.trailingZeroBitCount / 2)
            while 1 << (2 * steps) > range.upperBound - start { steps -= 1 }
            cells.append(Cell(start: start << shift, order: order - steps, density: 1))
            start += 1 << (2 * steps)
        }
    }

    /// Where a great circle leads.
    ///
    /// - Parameters:
    ///   - distance: in degrees.
    ///   - bearing: in radians from north over east.
    private static func place(from center: Coordinates, distance: Double, bearing: Double) -> Coordinates {
        let origin = SIMD3(UnitVector(center))
        let (ra, angle) = (center.ra * .pi / 180, distance * .pi / 180)
        let east = SIMD3(-sin(ra), cos(ra), 0)
        let north = origin.cross(east)
        let end = cos(angle) * origin + sin(angle) * (cos(bearing) * north + sin(bearing) * east)
        let longitude = atan2(end.y, end.x) * 180 / .pi
        let latitude = atan2(end.z, (end.x * end.x + end.y * end.y).squareRoot()) * 180 / .pi
        do {
            return try Coordinates(ra: longitude < 0 ? longitude + 360 : longitude, dec: latitude)
        } catch {
            // Angles of the inverse tangent are in range.
            return center
        }
    }
}
