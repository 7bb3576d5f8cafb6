import CCFITSIO
import Synchronization

/// The unit of a file that has its data, as cfitsio sees it, for as long as a closure runs.
///
/// cfitsio reads in parallel where it was built for that (`fits_is_reentrant`); elsewhere a lock lets one thread in at
/// a time.
struct OpenUnit: ~Copyable {
    private let file: UnsafeMutablePointer<fitsfile>

    private static let isReentrant = cfits_is_reentrant() != 0
    private static let turn = Mutex<Void>(())

    /// Lends the unit of a file.
    ///
    /// - Parameter body: what to do with it.
    /// - Throws: `FITSError` if cfitsio cannot read the header; what `body` throws.
    static func with<Result: Sendable>(
        _ plain: PlainFile, _ body: (borrowing OpenUnit) throws(FITSError) -> Result
    ) throws(FITSError) -> Result {
        guard !isReentrant else { return try open(plain, body) }
        return try turn.withLock { _ throws(FITSError) in try open(plain, body) }
    }

    private static func open<Result: Sendable>(
        _ plain: PlainFile, _ body: (borrowing OpenUnit) throws(FITSError) -> Result
    ) throws(FITSError) -> Result {
        let outcome: Swift.Result<Result, FITSError> = plain.bytes.withUnsafeBytes { source in
            // cfitsio keeps the addresses of these two until the file is closed, and writes to neither, nor to the
            // bytes, of a file that is open for reading.
            var address = UnsafeMutableRawPointer(mutating: source.baseAddress)
            var count = source.count
            return withUnsafeMutablePointer(to: &address) { address in
                withUnsafeMutablePointer(to: &count) { count in
                    Swift.Result { () throws(FITSError) in
                        try open(plain.unit, at: address, count: count, body)
                    }
                }
            }
        }
        return try outcome.get()
    }

    private static func open<Result: Sendable>(
        _ number: Int32, at address: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        count: UnsafeMutablePointer<Int>, _ body: (borrowing OpenUnit) throws(FITSError) -> Result
    ) throws(FITSError) -> Result {
        var file: UnsafeMutablePointer<fitsfile>?
        var status: Int32 = 0
        cfits_open(&file, address, count, &status)
        try check(status, "open the file")
        guard let file else { throw FITSError("open the file: cfitsio gave none") }
        let unit = OpenUnit(file: file)
        var type: Int32 = 0
        cfits_move(file, number, &type, &status)
        try check(status, "read the header")
        return try body(unit)
    }

    private init(file: UnsafeMutablePointer<fitsfile>) {
        self.file = file
    }

    deinit { cfits_close(file) }

    /// All values of the unit's image, scaled, with NaN for what is blank.
    /// - Parameter isInteger: whether the image has integers, of which one may mean blank.
    func image(count: Int, isInteger: Bool) throws(FITSError) -> [Double] {
        var status: Int32 = 0
        let values = [Double](unsafeUninitializedCapacity: count) { target, filled in
            cfits_read_image(
                file, Int64(count), Self.null(isInteger), target.baseAddress, &status)
            filled = status == 0 ? count : 0
        }
        try Self.check(status, "read the image")
        return values
    }

    /// Values of a column, scaled, with NaN for nulls.
    /// - Parameters:
    ///   - column: counted from 0.
    ///   - row: the first row, counted from 0.
    ///   - isInteger: whether the column has integers, of which one may mean null.
    func doubles(_ column: Int, from row: Int, count: Int, isInteger: Bool) throws(FITSError) -> [Double] {
        var status: Int32 = 0
        let values = [Double](unsafeUninitializedCapacity: count) { target, filled in
            cfits_read_doubles(
                file, Int32(clamping: column + 1), Int64(row) + 1, Int64(count), Self.null(isInteger),
                target.baseAddress, &status)
            filled = status == 0 ? count : 0
        }
        try Self.check(status, "read a column")
        return values
    }

    /// Values of a column of integers, scaled.
    /// - Parameters:
    ///   - column: counted from 0.
    ///   - row: the first row, counted from 0.
    ///   - null: what stands for nulls.
    /// - Throws: `FITSError` also if there is a null and `null` is nil.
    func integers(_ column: Int, from row: Int, count: Int, null: Int64?) throws(FITSError) -> [Int64] {
        var (values, nulls) = try integers(column, from: row, count: count)
        guard let first = nulls.firstIndex(of: true) else { return values }
        guard let null else { throw FITSError("value \(first) of the column is null") }
        for index in values.indices where nulls[index] { values[index] = null }
        return values
    }

    /// Values of a column of integers, scaled, and which of them are null; no flags at all where none is.
    func integers(_ column: Int, from row: Int, count: Int) throws(FITSError) -> (
        values: [Int64], nulls: [Bool]
    ) {
        var status: Int32 = 0
        var (any, nulls): (Int32, [CChar]) = (0, [CChar](repeating: 0, count: count))
        let values = [Int64](unsafeUninitializedCapacity: count) { target, filled in
            cfits_read_integers(
                file, Int32(clamping: column + 1), Int64(row) + 1, Int64(count), target.baseAddress, &nulls,
                &any, &status)
            filled = status == 0 ? count : 0
        }
        try Self.check(status, "read a column")
        return (values, any == 0 ? [] : nulls.map { $0 != 0 })
    }

    /// What cfitsio shall put for missing values. 0 says not to look for any (the manual, `fits_read_img`):
    /// floating-point data have NaN already, and looking would turn subnormal numbers into zeros.
    private static func null(_ isInteger: Bool) -> Double { isInteger ? .nan : 0 }

    private static func check(_ status: Int32, _ attempt: String) throws(FITSError) {
        guard status != 0 else { return }
        cfits_forget_messages()
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 81) { buffer in
            buffer.initialize(repeating: 0)
            cfits_status_text(status, buffer.baseAddress)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        throw FITSError("\(attempt): cfitsio status \(status), \(text)")
    }
}
