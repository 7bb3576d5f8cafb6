/// A file that holds one unit's data under a header of our own: what cfitsio gets to see.
///
/// cfitsio's reading of headers is not made for hostile ones: it makes room for what they claim and has used variables
/// that a broken card left unset. So it never sees a header from outside, only numbers that were checked here.
struct PlainFile: Sendable {
    /// The file, of whole blocks.
    let bytes: [UInt8]
    /// Which unit has the data, counted from 1.
    let unit: Int32
    /// Where the data are.
    let data: Range<Int>

    /// A file of one image.
    ///
    /// - Parameters:
    ///   - image: the unit in a file.
    ///   - width: pixels of a row.
    ///   - height: rows, for which there are enough bytes.
    init(imageOf image: FITSUnit, in bytes: [UInt8], width: Int, height: Int) {
        var cards = [
            FITSCard.fixed("SIMPLE", "T"), FITSCard.fixed("BITPIX", String(image.bitpix)),
            FITSCard.fixed("NAXIS", "2"), FITSCard.fixed("NAXIS1", String(width)),
            FITSCard.fixed("NAXIS2", String(height)),
        ]
        cards += Self.number("BSCALE", of: image.header)
        cards += Self.number("BZERO", of: image.header)
        if image.bitpix > 0 { cards += Self.integer("BLANK", of: image.header) }
        self.init(
            headers: Self.header(cards),
            data: bytes[image.data].prefix(width * height * abs(image.bitpix) / 8),
            unit: 1)
    }

    /// A file of one table. Columns that are no numbers are bytes in it.
    ///
    /// - Parameters:
    ///   - data: the rows, or more.
    ///   - header: of the table.
    ///   - columns: of the table, which fill the rows.
    ///   - row: bytes of a row.
    ///   - rows: rows, for which there are enough bytes.
    init(table data: ArraySlice<UInt8>, _ header: FITSHeader, columns: [FITSColumn], row: Int, rows: Int) {
        var cards = [
            FITSCard.fixed("XTENSION", "'BINTABLE'"), FITSCard.fixed("BITPIX", "8"),
            FITSCard.fixed("NAXIS", "2"),
            FITSCard.fixed("NAXIS1", String(row)), FITSCard.fixed("NAXIS2", String(rows)),
            FITSCard.fixed("PCOUNT", "0"), FITSCard.fixed("GCOUNT", "1"),
            FITSCard.fixed("TFIELDS", String(columns.count)),
        ]
        for (index, column) in columns.enumerated() {
            let number = index + 1
            guard column.type.isNumber else {
                cards.append(FITSCard.fixed("TFORM\(number)", "'\(column.width)B'"))
                continue
            }
            cards.append(FITSCard.fixed("TFORM\(number)", "'\(column.repeat)\(column.type.rawValue)'"))
            cards += Self.number("TSCAL\(number)", of: header)
            cards += Self.number("TZERO\(number)", of: header)
            if column.type.isInteger { cards += Self.integer("TNULL\(number)", of: header) }
        }
        let primary = [
            FITSCard.fixed("SIMPLE", "T"), FITSCard.fixed("BITPIX", "8"), FITSCard.fixed("NAXIS", "0"),
            FITSCard.fixed("EXTEND", "T"),
        ]
        self.init(
            headers: Self.header(primary) + Self.header(cards), data: data.prefix(row * rows), unit: 2)
    }

    private init(headers: [UInt8], data: ArraySlice<UInt8>, unit: Int32) {
        var bytes = headers
        let end = headers.count + data.count
        bytes.reserveCapacity(FITSUnit.padded(end))
        bytes.append(contentsOf: data)
        bytes.append(contentsOf: repeatElement(0, count: FITSUnit.padded(end) - end))
        self.bytes = bytes
        self.unit = unit
        self.data = headers.count..<end
    }

    private static func header(_ cards: [[UInt8]]) -> [UInt8] {
        var bytes = [UInt8](cards.joined())
        bytes += "END".utf8
        let count = FITSUnit.padded(bytes.count)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count - bytes.count))
        return bytes
    }

    /// A card with a number of the header's; none where it has none that is finite.
    private static func number(_ keyword: String, of header: FITSHeader) -> [[UInt8]] {
        guard let number = header.double(keyword), number.isFinite else { return [] }
        return [FITSCard.fixed(keyword, "\(number)".uppercased())]
    }

    private static func integer(_ keyword: String, of header: FITSHeader) -> [[UInt8]] {
        header.integer(keyword).map { [FITSCard.fixed(keyword, String($0))] } ?? []
    }
}
