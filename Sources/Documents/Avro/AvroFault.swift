/// What stopped the interpreter.
enum AvroFault: UInt8, Sendable {
    case none
    /// The output has no room: not the packet's fault, tried again with more.
    case full
    case truncated
    case varint
    case intRange
    case length
    case boolean
    case branch
    case symbol
    case text
    case zeroInKey
    case depth
    case items
    case count
    case blockSize
    case decimal
    case discarded

    /// The reason as an error tells it.
    var reason: String {
        switch self {
        case .none: "nothing is wrong"
        case .full: "it decodes to more bytes than the limit allows"
        case .truncated: "the bytes end inside the value"
        case .varint: "the integer has more than 64 bits"
        case .intRange: "the int does not fit 32 bits"
        case .length: "the length is negative or more than the bytes that are left"
        case .boolean: "the boolean is neither 0 nor 1"
        case .branch: "the union has no branch of this index"
        case .symbol: "the enum has no symbol of this index"
        case .text: "the string is not UTF-8"
        case .zeroInKey: "the map's key holds a zero byte"
        case .depth: "values are nested deeper than the limit allows"
        case .items: "there are more items than the limit allows"
        case .count: "the block counts more items than the bytes that are left can hold"
        case .blockSize: "the block does not end where its size says"
        case .decimal: "the decimal has more than 4096 bytes"
        case .discarded: "the fields that are left out take more bytes than the limit allows"
        }
    }
}
