/// The value of a header card (FITS Standard 4.0, section 4.2).
public enum FITSValue: Sendable, Hashable {
    /// T or F.
    case logical(Bool)
    /// An integer of up to 64 bits.
    case integer(Int64)
    /// A number with a point or an exponent, or an integer of more bits.
    case real(Double)
    /// What stands in quotes, without blanks at its end.
    case string(String)
    /// Anything else, as it is written: complex numbers, and what follows no rule.
    case other(String)

    /// The value of what is written without quotes; nil if nothing is.
    init?(literal: String) {
        switch literal {
        case "": return nil
        case "T": self = .logical(true)
        case "F": self = .logical(false)
        default:
            if let integer = Int64(literal) {
                self = .integer(integer)
            } else if literal.utf8.allSatisfy(Self.belongsToNumber),
                let real = Double(literal.map { "dD".contains($0) ? "E" : String($0) }.joined())
            {
                self = .real(real)
            } else {
                self = .other(literal)
            }
        }
    }

    /// Whether a byte may stand in a number: Swift would read "nan" and "0x1p4" as well.
    private static func belongsToNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "E"), UInt8(ascii: "e"), UInt8(ascii: "D"), UInt8(ascii: "d"):
            true
        default: false
        }
    }
}
