/// One header-and-data unit of a file: what its header says, checked against the bytes that there are.
public struct FITSUnit: Sendable, Hashable {
    /// What the data are.
    public let kind: Kind
    /// The cards.
    public let header: FITSHeader
    /// Bits of a value: 8, 16, 32, 64, or −32 and −64 for floating point.
    public let bitpix: Int
    /// Lengths of the axes, the fastest first; empty where there are no data.
    public let axes: [Int]
    /// Where the data are in the file, without padding.
    let data: Range<Int>

    /// What the data of a unit are.
    public enum Kind: Sendable, Hashable {
        /// An array, of the primary unit or of an extension IMAGE.
        case image
        /// A binary table.
        case table
        /// What is not read here: text tables, compressed images, random groups, foreign extensions. The text
        /// says which.
        case other(String)
    }

    /// The unit that starts at a place in a file.
    ///
    /// - Parameters:
    ///   - start: a multiple of 2880.
    ///   - isPrimary: whether it is the file's first one; nil if it is where it starts at 0.
    ///   - cards: how many cards the header may have.
    ///   - length: bytes of the file, where only its beginning is there; nil if all are.
    /// - Returns: nil where another unit could start but none does, as the standard allows.
    /// - Throws: `FITSError` if the header breaks the standard's rules on the sizes of data, or the file ends
    ///   before them.
    init?(
        in bytes: [UInt8], at start: Int, isPrimary: Bool? = nil, cards limit: Int, length: Int? = nil
    ) throws(FITSError) {
        let isPrimary = isPrimary ?? (start == 0)
        let opening = isPrimary ? "SIMPLE" : "XTENSION"
        guard start + FITSCard.length <= bytes.count,
            FITSCard(Array(bytes[start..<start + 80])).keyword == opening
        else { return nil }
        var cards: [FITSCard] = []
        var place = start
        while true {
            guard place + FITSCard.length <= bytes.count else {
                throw FITSError("the file ends within a header")
            }
            let card = FITSCard(Array(bytes[place..<place + FITSCard.length]))
            place += FITSCard.length
            if card.keyword == "END" { break }
            guard cards.count < limit else { throw FITSError("the headers have too many cards") }
            cards.append(card)
        }
        let header = FITSHeader(cards: cards)
        self.header = header
        guard let bitpix = header.integer("BITPIX"), [8, 16, 32, 64, -32, -64].contains(bitpix) else {
            throw FITSError("a header's BITPIX is missing or none of 8, 16, 32, 64, -32, -64")
        }
        self.bitpix = Int(bitpix)
        let axes = try Self.axes(of: header)
        self.axes = axes
        let isGrouped = header.logical("GROUPS") == true && axes.first == 0
        kind = Self.kind(header, isPrimary: isPrimary, isGrouped: isGrouped)
        let dataStart = Self.padded(place)
        let size = try Self.size(
            header, axes: isGrouped ? Array(axes.dropFirst()) : axes, bytes: abs(self.bitpix) / 8)
        // A file may lack the padding behind its last data.
        guard size == 0 || size <= (length ?? bytes.count) - dataStart else {
            throw FITSError("the file ends within the data that a header announces")
        }
        data = dataStart..<dataStart + size
    }

    /// Where the next unit starts.
    var end: Int { Self.padded(data.upperBound) }

    /// The next multiple of a block, 2880 bytes.
    static func padded(_ count: Int) -> Int { (count + 2879) / 2880 * 2880 }

    private static func kind(_ header: FITSHeader, isPrimary: Bool, isGrouped: Bool) -> Kind {
        if header.cards.contains(where: { $0.keyword.hasPrefix("ZIMAGE") || $0.keyword.hasPrefix("ZTABLE") })
        {
            return .other("compressed data")
        }
        if isGrouped { return .other("random groups") }
        let name = isPrimary ? "IMAGE" : header.string("XTENSION") ?? ""
        return switch name {
        case "IMAGE": .image
        case "BINTABLE": .table
        default: .other("an extension \(name)")
        }
    }

    /// NAXIS1, NAXIS2 and so on, none of them negative. The standard has up to 999 axes.
    private static func axes(of header: FITSHeader) throws(FITSError) -> [Int] {
        guard let count = header.integer("NAXIS"), (0...999).contains(count) else {
            throw FITSError("a header's NAXIS is missing or not within 0 and 999")
        }
        var axes: [Int] = []
        for number in 0..<Int(count) {
            guard let length = header.integer("NAXIS\(number + 1)"), length >= 0 else {
                throw FITSError("a header's NAXIS\(number + 1) is missing or negative")
            }
            axes.append(Int(length))
        }
        return axes
    }

    /// Bytes of the data (section 4.4.1.2 of the standard, equation 2).
    private static func size(_ header: FITSHeader, axes: [Int], bytes: Int) throws(FITSError) -> Int {
        guard !axes.isEmpty else { return 0 }
        let parameters = Int(header.integer("PCOUNT") ?? 0)
        let groups = Int(header.integer("GCOUNT") ?? 1)
        guard parameters >= 0, groups >= 0 else { throw FITSError("a header's PCOUNT or GCOUNT is negative") }
        var (size, overflows) = (1, false)
        for length in axes {
            let product = size.multipliedReportingOverflow(by: length)
            size = product.partialValue
            overflows = overflows || product.overflow
        }
        let sum = size.addingReportingOverflow(parameters)
        let all = sum.partialValue.multipliedReportingOverflow(by: groups)
        let total = all.partialValue.multipliedReportingOverflow(by: bytes)
        guard !overflows, !sum.overflow, !all.overflow, !total.overflow else {
            throw FITSError("a header announces more data than can be counted")
        }
        return total.partialValue
    }
}
