import CPNG

/// Writes PNG files.
enum PNG {
    /// A PNG of 8 bits per channel.
    ///
    /// - Parameters:
    ///   - pixels: red, green, blue and opacity of each pixel, row by row from the top, `4 * width * height` bytes.
    /// - Throws: `ImagingError` if libpng fails.
    static func bytes(of pixels: [UInt8], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height), columns > 0, rows > 0,
            pixels.count == 4 * width * height
        else { throw ImagingError("\(pixels.count) bytes are no picture of \(width) times \(height) pixels") }
        var count = cpng_room(columns, rows)
        var text = [CChar](repeating: 0, count: 64)
        var done: Int32 = 0
        let png = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            done = cpng_write(columns, rows, pixels, target.baseAddress, &count, &text)
            filled = done != 0 ? count : 0
        }
        guard done != 0 else {
            let reason = String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw ImagingError("cannot write a PNG: \(reason)")
        }
        return png
    }
}
