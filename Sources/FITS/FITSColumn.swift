/// A column of a binary table (FITS Standard 4.0, section 7.3).
public struct FITSColumn: Sendable, Hashable {
    /// TTYPEn; empty if the table does not say.
    public let name: String
    /// What its values are.
    public let type: Kind
    /// Values in each row; for strings their length in bytes.
    public let `repeat`: Int
    /// TUNITn; nil if the table does not say.
    public let unit: String?
    /// Where the column starts in a row, bytes.
    let offset: Int
    /// Bytes in a row.
    let width: Int

    /// The types of values, by the letter of TFORMn.
    public enum Kind: Character, Sendable, Hashable {
        /// T or F.
        case logical = "L"
        /// Bits, eight to a byte.
        case bit = "X"
        /// Integers of 8 bits without a sign.
        case byte = "B"
        /// Integers of 16 bits.
        case short = "I"
        /// Integers of 32 bits.
        case integer = "J"
        /// Integers of 64 bits.
        case long = "K"
        /// Characters.
        case string = "A"
        /// Floating point of 32 bits.
        case float = "E"
        /// Floating point of 64 bits.
        case double = "D"
        /// Complex numbers of two times 32 bits.
        case complex = "C"
        /// Complex numbers of two times 64 bits.
        case doubleComplex = "M"
        /// A place in the heap, of 32 bits.
        case descriptor = "P"
        /// A place in the heap, of 64 bits.
        case longDescriptor = "Q"

        /// Whether values are integers.
        var isInteger: Bool { [.byte, .short, .integer, .long].contains(self) }
        /// Whether values are numbers on the real line.
        var isNumber: Bool { isInteger || self == .float || self == .double }

        /// Bits of one value.
        fileprivate var bits: Int {
            switch self {
            case .bit: 1
            case .logical, .byte, .string: 8
            case .short: 16
            case .integer, .float: 32
            case .long, .double, .complex, .descriptor: 64
            case .doubleComplex, .longDescriptor: 128
            }
        }
    }

    /// The columns of a table.
    ///
    /// - Parameters:
    ///   - header: of a binary table.
    ///   - row: bytes of a row, which the columns must fill.
    /// - Throws: `FITSError` if the header describes no such columns.
    static func columns(of header: FITSHeader, row: Int) throws(FITSError) -> [FITSColumn] {
        // 999 is the standard's bound.
        guard let count = header.integer("TFIELDS"), (0...999).contains(count) else {
            throw FITSError("a table's TFIELDS is missing or not within 0 and 999")
        }
        var (columns, offset): ([FITSColumn], Int) = ([], 0)
        for number in 0..<Int(count) {
            let form = header.string("TFORM\(number + 1)") ?? ""
            guard let (type, `repeat`) = parse(form) else {
                throw FITSError("a table's TFORM\(number + 1) is missing or no format")
            }
            let (bits, overflows) = `repeat`.multipliedReportingOverflow(by: type.bits)
            let width = bits / 8 + (bits % 8 == 0 ? 0 : 1)
            guard !overflows, width <= row - offset else {
                throw FITSError("the columns of a table are wider than its rows")
            }
            columns.append(
                FITSColumn(
                    name: header.string("TTYPE\(number + 1)") ?? "", type: type, repeat: `repeat`,
                    unit: header.string("TUNIT\(number + 1)"), offset: offset, width: width))
            offset += width
        }
        guard offset == row else { throw FITSError("the columns of a table do not fill its rows") }
        return columns
    }

    /// `rTa`: a count, which may be left out for 1, a letter, and what is of no interest here.
    private static func parse(_ form: String) -> (Kind, Int)? {
        let form = form.drop { $0 == " " }
        let digits = form.prefix { $0.isASCII && $0.isNumber }
        guard let letter = form[digits.endIndex...].first, let type = Kind(rawValue: letter) else {
            return nil
        }
        guard !digits.isEmpty else { return (type, 1) }
        return Int(digits).map { (type, $0) }
    }
}
