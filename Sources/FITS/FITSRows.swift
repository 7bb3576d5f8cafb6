/// The rows of a binary table in a file of any size, some at a time, as the file is read from its beginning to its end.
///
/// Only the rows asked for are in memory. What lies in a heap behind the rows is not reached.
public struct FITSRows {
    /// Why the file's bytes could not be had, or are no table.
    public typealias Source = (_ count: Int) throws -> [UInt8]

    /// How many rows there are.
    public var rows: Int { shape.rows }
    /// The columns in order.
    public var columns: [FITSColumn] { shape.columns }
    /// The table's header.
    public var header: FITSHeader { shape.unit.header }
    /// How many rows were read.
    public private(set) var read = 0

    private let shape: TableShape
    private let limits: FITSLimits
    private let source: Source

    /// Reads up to the rows of a table.
    ///
    /// - Parameters:
    ///   - number: of the unit, counted from 0; nil for the first that has a table.
    ///   - limits: what the file may cost; its `bytes` are those of the rows asked for at once.
    ///   - source: the next so many bytes of the file, inflated; fewer only at its end.
    /// - Throws: `FITSError` if it is no FITS file, has no such table or ends too early; what `source` throws.
    public init(unit number: Int? = nil, limits: FITSLimits = FITSLimits(), source: @escaping Source) throws {
        var (place, cards) = (0, 0)
        while true {
            guard place < limits.units else {
                throw FITSError("there is no table within the first \(limits.units) units")
            }
            guard
                let unit = try Self.unit(isPrimary: place == 0, cards: limits.cards - cards, source)
            else {
                throw FITSError(
                    place == 0
                        ? "the file does not start with the keyword SIMPLE"
                        : number.map { "the file has no unit \($0), but \(place) units" }
                            ?? "the file has no binary table")
            }
            cards += unit.header.cards.count
            if place == number || (number == nil && unit.kind == .table) {
                shape = try TableShape(unit, place)
                break
            }
            try Self.skip(unit.end - unit.data.lowerBound, source)
            place += 1
        }
        self.limits = limits
        self.source = source
    }

    /// The next rows; nil after the last.
    ///
    /// - Parameter count: how many at most, at least 1; fewer where so many would be more than the limits allow.
    /// - Throws: `FITSError` if the file ends too early; what the source throws.
    public mutating func next(_ count: Int) throws -> FITSTable? {
        guard read < rows else { return nil }
        let length = shape.rowLength
        guard (1...limits.bytes).contains(length) else {
            throw FITSError("a row has \(length) bytes, none or more than \(limits.bytes)")
        }
        let widest = max(1, columns.map(\.repeat).max() ?? 1)
        let count = min(rows - read, max(1, count), limits.bytes / length, max(1, limits.values / widest))
        let bytes = try source(count * shape.rowLength)
        guard bytes.count == count * shape.rowLength else {
            throw FITSError("the file ends within row \(read + bytes.count / length + 1) of \(rows)")
        }
        read += count
        return FITSTable(shape, bytes[...], rows: count, limits: limits)
    }

    /// Reads blocks up to the one that ends a header.
    /// - Returns: nil where the file ends, or something else than a unit follows.
    private static func unit(isPrimary: Bool, cards: Int, _ source: Source) throws -> FITSUnit? {
        var bytes: [UInt8] = []
        while true {
            let block = try source(2880)
            if block.isEmpty, bytes.isEmpty { return nil }
            guard block.count == 2880 else { throw FITSError("the file ends within a header") }
            bytes += block
            let opening = isPrimary ? "SIMPLE" : "XTENSION"
            guard FITSCard(Array(bytes[..<FITSCard.length])).keyword == opening else { return nil }
            guard bytes.count / FITSCard.length <= cards + 2880 / FITSCard.length else {
                throw FITSError("the headers have too many cards")
            }
            let ends = stride(from: 0, to: block.count, by: FITSCard.length).contains {
                FITSCard(Array(block[$0..<$0 + FITSCard.length])).keyword == "END"
            }
            // What lies behind the header is only looked at when it is read.
            if ends {
                return try FITSUnit(in: bytes, at: 0, isPrimary: isPrimary, cards: cards, length: 1 << 62)
            }
        }
    }

    private static func skip(_ count: Int, _ source: Source) throws {
        var left = count
        while left > 0 {
            let bytes = try source(min(left, 1 << 20))
            guard !bytes.isEmpty else { throw FITSError("the file ends within data") }
            left -= bytes.count
        }
    }
}
