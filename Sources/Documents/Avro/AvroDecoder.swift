import Synchronization

/// Decodes records of one schema into BSON, straight from bytes to bytes.
///
/// Made once for a schema and used from any number of threads at the same time. A value is stored as: int
/// int32, long int32 where it fits and else int64 (what PyMongo makes of an integer), float and double double (a float exactly widened), string and enum string, bytes and
/// fixed binary (subtype 0), record and map document, array array, union as the branch that is there. Of the
/// logical types, decimal becomes decimal128 (a string beyond 34 digits), a uuid of 16 bytes binary (subtype
/// 4), date and all timestamps datetime, which has milliseconds: finer ones are rounded down. Other logical
/// types change nothing.
public final class AvroDecoder: Sendable {
    /// What becomes of the outermost fields.
    public let shape: AvroShape
    /// What a packet may take.
    public let limits: AvroLimits
    /// The schema's full name, for logs; nil where it has none.
    public let schemaName: String?
    private let tables: AvroTables
    /// What the histories of recent records took, so that the next ones get room at once; only an estimate.
    private let rowsExpected = Atomic<Int>(1 << 14)

    /// Compiles a schema.
    ///
    /// - Throws: where the outermost type is not a record or the shape does not fit it.
    public init(
        schema: AvroSchema, shape: AvroShape = AvroShape(), limits: AvroLimits = AvroLimits()
    ) throws(AvroError) {
        self.shape = shape
        self.limits = limits
        schemaName = schema.name
        tables = AvroTables(try AvroCompiler.compile(schema, shape: shape))
    }

    /// The record that bytes without any framing hold, from `offset` to their end.
    ///
    /// - Throws: where the bytes are not exactly one record of the schema.
    public func record(in body: RawSpan, from offset: Int = 0) throws(AvroError) -> AvroRecord {
        try body.lend { bytes throws(AvroError) in
            var cursor = min(max(offset, 0), bytes.count)
            let record = try self.record(bytes, &cursor, end: bytes.count)
            guard cursor == bytes.count else { throw AvroError("bytes follow the record", at: cursor) }
            return record
        }
    }

    /// The record that an array of bytes without any framing holds, from `offset` to its end.
    public func record(in body: [UInt8], from offset: Int = 0) throws(AvroError) -> AvroRecord {
        try record(in: body.span.bytes, from: offset)
    }

    /// A lower bound of the bytes that a record takes.
    var minimumSize: Int { tables.program.minimumSize }

    /// Decodes the record that begins at `cursor` and moves `cursor` past it.
    ///
    /// - Parameter expected: about how many bytes it takes, where others follow it: room is made for as many.
    func record(
        _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, end: Int, expecting expected: Int = .max
    ) throws(AvroError) -> AvroRecord {
        let program = tables.program
        var mainCapacity = min(end - cursor, expected) + program.overhead + 1024
        var rowsCapacity = program.histories.isEmpty ? 64 : rowsExpected.load(ordering: .relaxed)
        while true {
            mainCapacity = min(mainCapacity, limits.recordBytes + 256)
            rowsCapacity = min(rowsCapacity, limits.recordBytes + 256)
            var attempt = attempt(bytes, cursor..<end, mainCapacity, rowsCapacity)
            switch attempt.fault {
            case .none:
                guard attempt.main.count + attempt.rows.count <= limits.recordBytes else {
                    throw AvroError("the record decodes to more than \(limits.recordBytes) bytes", at: cursor)
                }
                learn(attempt.rows.count, of: rowsCapacity)
                let record = try finished(&attempt, at: cursor)
                cursor = attempt.offset
                return record
            // Tried again from the start: rare, and it keeps the interpreter's output at one address.
            case .full where attempt.isInRows && rowsCapacity < limits.recordBytes: rowsCapacity *= 4
            case .full where !attempt.isInRows && mainCapacity < limits.recordBytes: mainCapacity *= 4
            default:
                throw AvroError(attempt.fault.reason, field: attempt.path, at: attempt.offset)
            }
        }
    }

    /// What one run of the interpreter left.
    private struct Attempt {
        var main: [UInt8] = []
        var rows: [UInt8] = []
        var slots: [Int32] = []
        var rowStarts: [Int32] = []
        var rowRanges: [Range<Int>] = []
        /// Empty input is truncated before the interpreter starts.
        var fault = AvroFault.truncated
        var isInRows = false
        /// Of the fault, or of the first byte after the record.
        var offset = 0
        var path = ""

        /// Copies what the interpreter knows besides the bytes that it wrote.
        mutating func take(_ interpreter: borrowing AvroInterpreter, isComplete: Bool) {
            rowRanges = interpreter.rowRanges
            if isComplete {
                fault = .none
                offset = interpreter.cursor - interpreter.start
                rowStarts = interpreter.rowStarts
            } else {
                fault = interpreter.fault
                isInRows = interpreter.isInRows
                offset = interpreter.faultOffset
                path = interpreter.faultPath.reversed().joined(separator: ".")
            }
        }
    }

    private func attempt(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ mainCapacity: Int, _ rowsCapacity: Int
    ) -> Attempt {
        // One more slot than captures: the identifier's, so that there is always an address.
        var slots = [Int32](repeating: -1, count: shape.captures.count + 1)
        var result = Attempt()
        var rows: [UInt8] = []
        let mainStart = shape.identifier == nil ? 4 : 4 + AvroRecord.identifierSize
        // The arrays' own memory is written; nothing is copied afterwards.
        let main = [UInt8](unsafeUninitializedCapacity: mainCapacity) { main, mainCount in
            // Length and identifier are filled in later.
            for index in 0..<mainStart { main.initializeElement(at: index, to: 0) }
            rows = [UInt8](unsafeUninitializedCapacity: rowsCapacity) { rows, rowsCount in
                slots.withUnsafeMutableBufferPointer { slots in
                    guard let input = bytes.baseAddress, let slots = slots.baseAddress else { return }
                    var interpreter = AvroInterpreter(
                        tables, limits: limits, input: input, range: range, main: main, mainStart: mainStart,
                        rows: rows, slots: slots)
                    let isComplete = interpreter.run()
                    result.take(interpreter, isComplete: isComplete)
                    if result.fault == .none {
                        mainCount = interpreter.out - interpreter.main
                        rowsCount = interpreter.rowsOut - interpreter.rows
                    }
                }
            }
        }
        result.main = main
        result.rows = rows
        result.slots = slots
        return result
    }

    /// Keeps the estimate for the histories a little above what they take; one huge packet does not raise it
    /// for good.
    private func learn(_ count: Int, of capacity: Int) {
        guard count > capacity / 4 * 3 else { return }
        rowsExpected.store(min(count * 3 / 2, 1 << 18), ordering: .relaxed)
    }

    /// The bytes themselves, or a copy where they fill less than half of their memory and leave more than so
    /// many bytes of it free: the guess at what a record takes is kept no longer than needed.
    private static func fitted(_ bytes: consuming [UInt8], leaving free: Int) -> [UInt8] {
        guard bytes.capacity - bytes.count > max(bytes.count, free) else { return bytes }
        return bytes.withUnsafeBufferPointer { Array($0) }
    }

    /// The record of a good attempt, whose bytes it takes, its identifier in place.
    private func finished(_ attempt: inout Attempt, at offset: Int) throws(AvroError) -> AvroRecord {
        let rows = Self.fitted(attempt.rows, leaving: 2048)
        let histories = attempt.rowRanges.map {
            DocumentList(bytes: rows, starts: attempt.rowStarts, range: $0)
        }
        var main: [UInt8] = []
        // The record's own from here on, so that the identifier is written without a copy.
        swap(&main, &attempt.main)
        main = Self.fitted(main, leaving: 1 << 16)
        var record = AvroRecord(main: consume main, slots: attempt.slots, histories: histories)
        if let path = shape.identifier {
            guard record.placeIdentifier(from: shape.captures.count) else {
                throw AvroError(
                    "the value that identifies the record is null or absent", field: path.description,
                    at: offset)
            }
        }
        return record
    }
}

extension RawSpan {
    /// Lends the bytes as a buffer for the length of a call, keeping the call's own type of error.
    func lend<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(AvroError) -> Result
    ) throws(AvroError) -> Result {
        var outcome: Swift.Result<Result, AvroError>?
        withUnsafeBytes { bytes in
            do throws(AvroError) {
                outcome = .success(try body(bytes.assumingMemoryBound(to: UInt8.self)))
            } catch {
                outcome = .failure(error)
            }
        }
        guard let outcome else { throw AvroError("the bytes could not be lent") }
        return try outcome.get()
    }
}
