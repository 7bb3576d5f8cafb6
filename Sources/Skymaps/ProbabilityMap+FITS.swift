internal import FITS
internal import Sky

extension ProbabilityMap {
    /// Bytes of a file, once inflated, at most: a flat map of nside 1024 with four columns has 400 MB, with one 100.
    private static let mostBytes = 1 << 28
    /// Pixels of a flat map at most: nside 1024.
    private static let mostValues = 12 << 20

    /// The map in a FITS file, gzipped or not.
    ///
    /// Either a multi-order map, a table with the columns UNIQ and PROBDENSITY (probability per steradian), or a flat
    /// one with a column PROB, PROBABILITY or PROBDENSITY of all pixels, in the order that the keyword ORDERING says:
    /// NESTED or, where it says nothing, RING. Where the header says by GEO_RA, GEO_DEC and GEO_RAD (degrees; 67.5 where
    /// it is not there) what part of the sky the Earth covers, there is no probability in that.
    ///
    /// - Throws: where the file is none or has no such table.
    public init(fits bytes: [UInt8]) throws(SkymapError) {
        let limits = FITSLimits(bytes: Self.mostBytes, values: Self.mostValues)
        let file = try Self.reading { () throws(FITSError) in try FITSFile(bytes, limits: limits) }
        guard let number = file.units.firstIndex(where: { $0.kind == .table }) else {
            throw SkymapError("the file has no table")
        }
        let table = try Self.reading { () throws(FITSError) in try file.table(number) }
        if let system = table.header.string("COORDSYS"),
            !["C", "EQ", "ICRS", "FK5"].contains(system.uppercased())
        {
            throw SkymapError("the map is in the coordinate system \(system), not in equatorial coordinates")
        }
        let map =
            table.column("UNIQ") == nil ? try Self.flat(table) : try Self.multiOrder(table)
        guard let earth = try EarthDisc(in: [table.header] + file.units.map(\.header)) else {
            self = map
            return
        }
        self = try map.without(earth)
    }

    private static func reading<Result>(_ body: () throws(FITSError) -> Result) throws(SkymapError) -> Result
    {
        do { return try body() } catch { throw SkymapError(error.reason) }
    }

    private static func multiOrder(_ table: FITSTable) throws(SkymapError) -> ProbabilityMap {
        guard table.rows <= maximumCells else {
            throw SkymapError("the sky map has \(table.rows) pixels, more than \(maximumCells)")
        }
        let uniq = try reading { () throws(FITSError) in try table.integers("UNIQ") }
        let density = try reading { () throws(FITSError) in try table.doubles("PROBDENSITY") }
        return try ProbabilityMap(uniq: uniq, density: density)
    }

    private static func flat(_ table: FITSTable) throws(SkymapError) -> ProbabilityMap {
        guard
            let name = ["PROB", "PROBABILITY", "PROBDENSITY"].first(where: { table.column($0) != nil })
        else {
            throw SkymapError("the table has none of the columns UNIQ, PROB, PROBABILITY and PROBDENSITY")
        }
        guard table.header.string("INDXSCHM")?.uppercased() != "EXPLICIT" else {
            throw SkymapError("maps of a part of the sky (INDXSCHM = EXPLICIT) are not read")
        }
        let isNested: Bool
        switch (table.header.string("ORDERING") ?? "RING").uppercased() {
        case "NESTED", "NEST": isNested = true
        case "RING": isNested = false
        case let other: throw SkymapError("ORDERING is \(other), neither NESTED nor RING")
        }
        let values = try reading { () throws(FITSError) in try table.doubles(name) }
        if let nside = table.header.integer("NSIDE"),
            nside < 1 || nside > 8192 || 12 * nside * nside != values.count
        {
            throw SkymapError("NSIDE is \(nside), but the map has \(values.count) pixels")
        }
        return try ProbabilityMap(flat: values, isNested: isNested)
    }
}

/// The part of the sky that the Earth covers as a satellite sees it.
private struct EarthDisc {
    let center: Coordinates
    /// In degrees.
    let radius: Double

    /// The angle that the Earth takes for Fermi, where the header does not say.
    private static let usualRadius = 67.5

    /// What headers say of it; nil where they say nothing.
    init?(in headers: [FITSHeader]) throws(SkymapError) {
        func number(_ keyword: String) -> Double? {
            for header in headers { if let value = header.double(keyword) { return value } }
            return nil
        }
        guard let ra = number("GEO_RA"), let dec = number("GEO_DEC") else { return nil }
        radius = number("GEO_RAD") ?? Self.usualRadius
        guard radius >= 0, radius <= 180 else { throw SkymapError("GEO_RAD is \(radius)") }
        do { center = try Coordinates(ra: ra, dec: dec) } catch {
            throw SkymapError("GEO_RA, GEO_DEC: \(error)")
        }
    }
}

extension ProbabilityMap {
    /// The order of the pixels, nside 128, that are covered or not as a whole where the map's own are not finer.
    private static let occultationOrder = 7

    /// The map without what the Earth covers: pixels whose centre lies in the disc.
    fileprivate func without(_ earth: EarthDisc) throws(SkymapError) -> ProbabilityMap {
        var left: [Cell] = []
        for cell in cells {
            let order = max(cell.order, Self.occultationOrder)
            guard let division = HEALPix(order: order) else { continue }
            let shift = 2 * (HEALPix.maximumOrder - order)
            for pixel in cell.start >> shift..<cell.end >> shift
            where division.center(of: pixel).separation(from: earth.center) > earth.radius {
                left.append(Cell(start: pixel << shift, order: order, density: cell.density))
            }
        }
        return try ProbabilityMap(sorted: left)
    }
}
