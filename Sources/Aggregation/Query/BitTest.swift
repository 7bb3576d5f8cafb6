import Documents

/// Bits of a whole number or of binary data: `$bitsAllSet`, `$bitsAllClear`, `$bitsAnySet`, `$bitsAnyClear`.
struct BitTest: ValueTest {
    /// Which bits, counted from the least significant.
    private let positions: [Int]
    /// Whether they are to be set.
    private let set: Bool
    /// Whether all of them are to be so, or any.
    private let all: Bool

    /// - Throws: `CompileError` where the argument is neither a mask nor a list of positions.
    init(_ argument: Value, set: Bool, all: Bool, _ place: Place) throws(CompileError) {
        self.set = set
        self.all = all
        switch argument {
        case .array(let list):
            var positions: [Int] = []
            for element in list.elements {
                guard let position = element.value.int64, 0...Int64(Int32.max) ~= position else {
                    throw CompileError(
                        .invalid, place, "a bit's position is a whole number from 0 to 2147483647")
                }
                positions.append(Int(position))
            }
            self.positions = positions
        case .int32, .int64, .double:
            guard let mask = argument.int64, mask >= 0 else {
                throw CompileError(.invalid, place, "a mask of bits is a whole number and not negative")
            }
            positions = (0..<64).filter { mask >> Int64($0) & 1 != 0 }
        case .binary(_, let bytes):
            positions = (0..<bytes.count * 8).filter { bytes[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }
        case .decimal128: throw CompileError(.unsupported, place, "decimal128")
        default:
            throw CompileError(
                .invalid, place, "bits are given by a list of positions, a number or binary data")
        }
    }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        let number: Int64
        switch datum {
        case .int32(let value): number = Int64(value)
        case .int64(let value): number = value
        case .double(let value):
            guard let whole = Int64(exactly: value) else { return false }
            number = whole
        case .other(.binary(_, let bytes)):
            try run.spend(positions.count)
            return decides { $0 / 8 < bytes.count && bytes[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return false
        }
        try run.spend(positions.count)
        // Shifting by 63 gives the sign, which a number of more bits would repeat.
        return decides { number >> Int64(min($0, 63)) & 1 != 0 }
    }

    @inline(__always)
    private func decides(_ isSet: (Int) -> Bool) -> Bool {
        for position in positions where (isSet(position) == set) != all { return !all }
        return all
    }
}
