import TestSupport
@testable import FITS

/// Damages files: bytes, values of cards, whole cards and lengths.
struct FITSMutations {
    private var random: SplitMix

    /// - Parameter seed: of the random numbers.
    init(seed: UInt64) { random = SplitMix(state: seed) }

    private static let values = [
        "0", "-1", "1", "2", "3", "8", "16", "-32", "-64", "999", "1000", "2147483647", "2147483648",
        "4294967296",
        "9223372036854775807", "-9223372036854775808", "1E308", "1E-308", "NaN", "'", "''", "'BINTABLE'",
        "'IMAGE   '",
        "'TABLE   '", "'1PE(5)'", "'0D'", "'999999999999E'", "'1J'", "'16X'", "'8A2'", "'1QB'", "'3M'", "T",
        "F", "",
        "/", "'x' / 'y", "(1,2)", "'memory://'",
    ]
    private static let keywords = [
        "SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "NAXIS3", "PCOUNT", "GCOUNT", "TFIELDS", "TFORM1",
        "TFORM2",
        "TTYPE1", "TNULL1", "TSCAL1", "TZERO1", "TSCAL2", "TZERO2", "TDIM1", "THEAP", "BSCALE", "BZERO",
        "BLANK",
        "GROUPS", "XTENSION", "EXTEND", "ZIMAGE", "ZCMPTYPE", "CONTINUE", "LONGSTRN", "HIERARCH", "EXTNAME",
        "END",
        "INHERIT", "ZTENSION", "CHECKSUM",
    ]

    /// One of some files with some damage.
    mutating func mutated(_ samples: [[UInt8]]) -> [UInt8] {
        var bytes = samples[Int.random(in: 0..<samples.count, using: &random)]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard bytes.count > 160 else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let card = place / 80 * 80
            switch Int.random(in: 0..<9, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2 where Int.random(in: 0..<8, using: &random) == 0: bytes.removeLast(bytes.count - place)
            case 3: bytes.removeSubrange(card..<min(card + 80, bytes.count))
            case 4: bytes.insert(contentsOf: self.card(), at: card)
            case 5 where Int.random(in: 0..<8, using: &random) == 0:
                bytes += samples[Int.random(in: 0..<samples.count, using: &random)]
            default: replace(&bytes, at: Int.random(in: 0..<min(40, bytes.count / 80), using: &random) * 80)
            }
        }
        return bytes
    }

    /// Puts another value into a card, or another card into its place.
    private mutating func replace(_ bytes: inout [UInt8], at start: Int) {
        let new = card()
        let isValue = Int.random(in: 0..<3, using: &random) > 0
        for index in (isValue ? 10 : 0)..<80 where start + index < bytes.count {
            bytes[start + index] = new[index]
        }
    }

    private mutating func card() -> [UInt8] {
        let keyword = Self.keywords[Int.random(in: 0..<Self.keywords.count, using: &random)]
        let value = Self.values[Int.random(in: 0..<Self.values.count, using: &random)]
        return FITSCard.fixed(keyword, value)
    }

    /// An image of 16-bit integers with a scale and a blank value.
    static let scaledImage: [UInt8] =
        FITSFixtures.header([
            "SIMPLE  =                    T", "BITPIX  =                   16",
            "NAXIS   =                    2",
            "NAXIS1  =                   11", "NAXIS2  =                    5",
            "BSCALE  =                  0.5",
            "BZERO   =                100.0", "BLANK   =                    3", "HISTORY made by hand",
        ]) + [UInt8](repeating: 1, count: 110) + [UInt8](repeating: 0, count: 2880 - 110)

    /// A table of five rows of several types.
    static let table: [UInt8] =
        FITSFixtures.header([
            "SIMPLE  =                    T", "BITPIX  =                    8",
            "NAXIS   =                    0",
            "EXTEND  =                    T",
        ])
        + FITSFixtures.header([
            "XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
            "NAXIS1  =                   35", "NAXIS2  =                    5",
            "PCOUNT  =                    0",
            "GCOUNT  =                    1", "TFIELDS =                    6", "TFORM1  = '1J      '",
            "TTYPE1  = 'A       '", "TNULL1  =                   -1", "TFORM2  = '2D      '",
            "TTYPE2  = 'B       '",
            "TFORM3  = '1E      '", "TTYPE3  = 'C       '", "TFORM4  = '5A      '", "TTYPE4  = 'D       '",
            "TFORM5  = '1I      '", "TTYPE5  = 'E       '", "TSCAL5  =                  2.5",
            "TFORM6  = '32X     '", "TTYPE6  = 'F       '",
        ]) + (0..<175).map { UInt8($0) } + [UInt8](repeating: 0, count: 2880 - 175)
}
