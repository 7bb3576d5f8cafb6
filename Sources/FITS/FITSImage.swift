/// A two-dimensional image: its values, and the header that it came with.
public struct FITSImage: Sendable {
    /// Pixels of a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Bits of a value in the file; negative for floating point.
    public let bitpix: Int
    /// The header of the image's unit.
    public let header: FITSHeader
    /// Row by row as in the file, `width * height` values: scaled by BSCALE and BZERO, NaN for what is blank.
    /// Integers beyond 2⁵³ are rounded.
    public let values: [Double]

    /// The values with half the bits.
    public var floats: [Float] { values.map { Float($0) } }

    /// The image with the same header and other pixels.
    /// - Parameters:
    ///   - width: pixels of a row.
    ///   - height: rows.
    ///   - value: what is at a column and a row, both counted from 0.
    public func rearranged(width: Int, height: Int, _ value: (_ column: Int, _ row: Int) -> Double)
        -> FITSImage
    {
        var values: [Double] = []
        values.reserveCapacity(width * height)
        for row in 0..<height {
            for column in 0..<width { values.append(value(column, row)) }
        }
        return FITSImage(width: width, height: height, bitpix: bitpix, header: header, values: values)
    }
}

extension FITSFile {
    /// The image of a unit.
    ///
    /// Axes behind the first two must have length 1.
    /// - Parameter number: of the unit, counted from 0.
    /// - Throws: `FITSError` if the unit has no such image, or a larger one than the limits allow.
    public func image(_ number: Int = 0) throws(FITSError) -> FITSImage {
        let unit = try unit(number)
        guard case .image = unit.kind else {
            throw FITSError("unit \(number) is no image but \(unit.kind.text)")
        }
        guard unit.axes.count >= 2, unit.axes.dropFirst(2).allSatisfy({ $0 == 1 }) else {
            throw FITSError("the image of unit \(number) has \(unit.axes.count) axes, not two")
        }
        let (width, height) = (unit.axes[0], unit.axes[1])
        guard width > 0, height > 0 else { throw FITSError("the image of unit \(number) has no pixels") }
        // The product cannot overflow: so many bytes are there.
        let count = width * height
        guard count <= limits.values else {
            throw FITSError("the image of unit \(number) has \(count) pixels, more than \(limits.values)")
        }
        guard count * abs(unit.bitpix) / 8 <= unit.data.count else {
            throw FITSError("the image of unit \(number) is larger than its data")
        }
        let plain = PlainFile(imageOf: unit, in: bytes, width: width, height: height)
        let values = try OpenUnit.with(plain) { open throws(FITSError) in
            try open.image(count: count, isInteger: unit.bitpix > 0)
        }
        return FITSImage(
            width: width, height: height, bitpix: unit.bitpix, header: unit.header, values: values)
    }
}

extension FITSUnit.Kind {
    /// The kind in words.
    var text: String {
        switch self {
        case .image: "an image"
        case .table: "a binary table"
        case .other(let text): text
        }
    }
}
