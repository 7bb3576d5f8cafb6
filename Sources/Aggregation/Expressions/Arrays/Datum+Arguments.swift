import Documents

extension Datum {
    /// The list of an array.
    /// - Parameters:
    ///   - code: the number of MongoDB's error for all other types.
    ///   - name: the operator whose argument it is.
    func list(code: Int, of name: String) throws(Failure) -> List {
        guard case .array(let list) = self else {
            throw .error(code: code, "\(name) takes an array, not \(typeName)")
        }
        return list
    }

    /// The number that a 32-bit integer can be, whatever its type.
    /// - Parameters:
    ///   - codes: the numbers of MongoDB's errors for what is no number, and for other numbers.
    ///   - name: the operator whose argument it is.
    func position(codes: (type: Int, value: Int), of name: String) throws(Failure) -> Int {
        switch self {
        case .int32(let number): return Int(number)
        case .int64(let number): if let small = Int32(exactly: number) { return Int(small) }
        case .double(let number):
            if number >= -0x1p31, number < 0x1p31, Double(Int32(number)) == number { return Int(number) }
        case .later: throw .later
        case .other(.decimal128): throw .unsupported("decimal128")
        default: throw .error(code: codes.type, "\(name) takes a number here, not \(typeName)")
        }
        throw .error(code: codes.value, "\(name) takes a whole number of 32 bits here")
    }
}
