/// A square image as a FITS file: one header block and the pixels as big-endian 32-bit floats.
///
/// FITS Standard 4.0, sections 3.3 and 4.4; the cards are those of the survey's stamps.
enum FITSImage {
    /// A FITS block.
    private static let block = 2880

    /// The header block of every stamp.
    private static let header: [UInt8] = {
        let side = String(Stamps.side)
        var cards = [
            card("SIMPLE", "T"), card("BITPIX", "-32"), card("NAXIS", "2"), card("NAXIS1", side),
            card("NAXIS2", side), "BUNIT   = 'DN      '", "END",
        ]
        cards = cards.map { $0 + String(repeating: " ", count: 80 - $0.utf8.count) }
        let text = Array(cards.joined().utf8)
        return text + [UInt8](repeating: 0x20, count: block - text.count)
    }()

    /// The file of a stamp's pixels, row by row.
    static func bytes(of pixels: [Float]) -> [UInt8] {
        let size = (header.count + pixels.count * 4 + block - 1) / block * block
        return [UInt8](unsafeUninitializedCapacity: size) { target, count in
            var index = 0
            for byte in header {
                target[index] = byte
                index += 1
            }
            for pixel in pixels {
                let bits = pixel.bitPattern
                target[index] = UInt8(truncatingIfNeeded: bits >> 24)
                target[index + 1] = UInt8(truncatingIfNeeded: bits >> 16)
                target[index + 2] = UInt8(truncatingIfNeeded: bits >> 8)
                target[index + 3] = UInt8(truncatingIfNeeded: bits)
                index += 4
            }
            while index < size {
                target[index] = 0
                index += 1
            }
            count = size
        }
    }

    /// A card with a logical or integer value, which ends in column 30.
    private static func card(_ keyword: String, _ value: String) -> String {
        keyword + String(repeating: " ", count: 8 - keyword.utf8.count) + "= "
            + String(repeating: " ", count: 20 - value.utf8.count) + value
    }
}
