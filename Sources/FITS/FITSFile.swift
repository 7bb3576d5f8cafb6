/// A FITS file in memory: its units, of which images and binary tables can be read.
///
/// A value that any number of threads may read at once. The structure is read and checked against the bytes
/// here; cfitsio only turns the data into numbers (see `PlainFile`).
public struct FITSFile: Sendable {
    /// The units in order; the first is the primary one.
    public let units: [FITSUnit]
    /// The file, inflated.
    let bytes: [UInt8]
    let limits: FITSLimits

    /// Reads the structure of a file.
    ///
    /// - Parameters:
    ///   - bytes: a FITS file, or one that was compressed by gzip.
    ///   - limits: what the file may cost.
    /// - Throws: `FITSError` if it is no FITS file, ends too early or costs more.
    public init(_ bytes: [UInt8], limits: FITSLimits = FITSLimits()) throws(FITSError) {
        var bytes = bytes
        if Gunzip.isGzip(bytes) { bytes = try Gunzip.inflate(bytes, limit: limits.bytes) }
        guard bytes.count <= limits.bytes else {
            throw FITSError("the file has \(bytes.count) bytes, more than \(limits.bytes)")
        }
        var units: [FITSUnit] = []
        var (place, cards) = (0, 0)
        while let unit = try FITSUnit(in: bytes, at: place, cards: limits.cards - cards) {
            guard units.count < limits.units else {
                throw FITSError("the file has more than \(limits.units) units")
            }
            units.append(unit)
            cards += unit.header.cards.count
            place = unit.end
        }
        guard !units.isEmpty else { throw FITSError("the file does not start with the keyword SIMPLE") }
        self.units = units
        self.bytes = bytes
        self.limits = limits
    }

    /// A unit, counted from 0.
    /// - Throws: `FITSError` if there are not so many.
    func unit(_ number: Int) throws(FITSError) -> FITSUnit {
        guard units.indices.contains(number) else {
            throw FITSError("the file has no unit \(number), but \(units.count) units")
        }
        return units[number]
    }
}
