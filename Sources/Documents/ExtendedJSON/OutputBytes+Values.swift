extension OutputBytes {
    /// A value without a type and a key; returns its type.
    mutating func append(valueOf value: Value) -> ElementType {
        switch value {
        case .double(let number):
            append64(number.bitPattern)
            return .double
        case .int32(let number):
            append32(UInt32(bitPattern: number))
            return .int32
        case .int64(let number):
            append64(UInt64(bitPattern: number))
            return .int64
        case .datetime(let milliseconds):
            append64(UInt64(bitPattern: milliseconds))
            return .datetime
        default:
            var holder = DocumentWriter()
            holder.append("", value)
            let bytes = holder.finish().bytes
            // After the length come the type, the empty key's closing zero, and the value up to the
            // document's own.
            append(contentsOf: bytes[6..<(bytes.count - 1)])
            return ElementType(rawValue: bytes[4]) ?? .null
        }
    }
}
