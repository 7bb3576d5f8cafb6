extension FITSImage {
    /// The image as a FITS file of its own.
    ///
    /// The cards of the header stay as they are, byte by byte and in order, but for those that no longer hold:
    /// the structure is that of a primary unit, values are written as floating point, so there is no scale,
    /// no blank and no check sum. Floating-point images keep their bits; integers of up to 16 get 32, others
    /// 64. What a header of another file says about places on the sky is not touched.
    public func fileBytes() -> [UInt8] {
        let isFloat = [-32, 8, 16].contains(bitpix)
        var bytes: [UInt8] = []
        let structure = [
            ("SIMPLE", "T"), ("BITPIX", isFloat ? "-32" : "-64"), ("NAXIS", "2"), ("NAXIS1", String(width)),
            ("NAXIS2", String(height)),
        ]
        for (keyword, value) in structure {
            let card = header.cards.first { $0.keyword == keyword }
            bytes += FITSCard.fixed(keyword, value, comment: card?.comment ?? "")
        }
        for card in header.cards where !Self.isReplaced(card.keyword) { bytes += card.bytes }
        bytes += Array("END".utf8)
        Self.pad(&bytes, with: UInt8(ascii: " "))
        bytes.reserveCapacity(bytes.count + values.count * 8 + 2880)
        for value in values {
            if isFloat {
                withUnsafeBytes(of: Float(value).bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
            } else {
                withUnsafeBytes(of: value.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        Self.pad(&bytes, with: 0)
        return bytes
    }

    private static let replaced: Set<String> = [
        "SIMPLE", "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "GROUPS", "BSCALE", "BZERO", "BLANK",
        "CHECKSUM", "DATASUM",
    ]

    private static func isReplaced(_ keyword: String) -> Bool {
        replaced.contains(keyword) || keyword.hasPrefix("NAXIS")
    }

    private static func pad(_ bytes: inout [UInt8], with byte: UInt8) {
        bytes.append(contentsOf: repeatElement(byte, count: FITSUnit.padded(bytes.count) - bytes.count))
    }
}
