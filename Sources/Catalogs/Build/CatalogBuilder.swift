public import Documents
public import Sky

/// Makes an index file of rows that come in any order, in bounded memory.
///
/// Rows are collected up to the memory that is allowed, sorted and written to a scratch file; at the end these runs are
/// merged, in several rounds where they are many. The index is written under a temporary name and renamed when it is
/// complete and on the disk, so that its name always stands for a whole one. The same rows give the same bytes, whatever
/// their order and the memory, but for what the caller says of load and time. A builder that is dropped, or killed, leaves
/// nothing that the next one for the same path does not remove. Not to be shared between threads.
public final class CatalogBuilder {
    private let path: String
    private let name: String
    private let load: String
    private let fields: [String]?
    private let memory: Int
    private let scratch: String
    private let output: OutputFile
    /// Rows that are not in a run yet, and where each begins.
    private var bytes: [UInt8] = []
    private var starts: [(key: UInt64, offset: Int)] = []
    /// Sorted runs and the file that they are in.
    private var runs: [Range<Int>] = []
    private var runFile: OutputFile?
    private var rows = 0
    private var isFinished = false

    /// - Parameters:
    ///   - path: of the index file; the temporary one lies beside it, `.building` appended.
    ///   - name: the catalogue's name.
    ///   - load: which load of the collection this is.
    ///   - fields: the fields that the documents were cut down to, besides `_id` and the coordinates; nil where they are
    ///     whole.
    ///   - memory: bytes to use for collecting and for merging; less than the longest row is exceeded.
    ///   - scratch: a folder for the runs, with room for all documents; twice that where little memory makes many rounds.
    /// - Throws: where the file cannot be created, or where another process makes it at the moment.
    public init(
        path: String, name: String, load: String, fields: [String]?, memory: Int = 1 << 30, scratch: String
    ) throws(CatalogIndexError) {
        self.path = path
        self.name = name
        self.load = load
        self.fields = fields
        self.memory = max(memory, 1024)
        self.scratch = scratch
        output = try OutputFile.exclusive(path + ".building")
    }

    deinit {
        if !isFinished { output.remove() }
    }

    /// Adds a row.
    ///
    /// - Parameter document: as it is to be found, already cut down to the stored fields.
    /// - Throws: where the document has no `_id` or a run cannot be written.
    public func add(_ position: Coordinates, _ document: Document) throws(CatalogIndexError) {
        let start = bytes.count
        guard let key = RowBytes.append(position, document, to: &bytes) else {
            throw CatalogIndexError(path, "cannot take a document without _id", .request)
        }
        starts.append((key, start))
        rows += 1
        if bytes.count + starts.count * MemoryLayout<(UInt64, Int)>.stride >= memory { try spill() }
    }

    /// Puts the collected rows in order.
    private func sort() {
        let bytes = bytes
        starts.sort { one, other in
            if one.key != other.key { return one.key < other.key }
            return RowBytes.precedes(bytes.span.bytes, one.offset, bytes.span.bytes, other.offset)
        }
    }

    /// Calls a function with the collected rows in the order that they are in.
    private func appendRows(
        _ body: (RawSpan, Int) throws(CatalogIndexError) -> Void
    ) throws(CatalogIndexError) {
        let bytes = bytes
        for (_, offset) in starts { try body(bytes.span.bytes, offset) }
    }

    /// Writes the collected rows as a run.
    private func spill() throws(CatalogIndexError) {
        guard !starts.isEmpty else { return }
        sort()
        if runFile == nil { runFile = try OutputFile.unnamed(in: scratch) }
        guard let file = runFile else { return }
        var run = RunWriter(file, at: runs.last?.upperBound ?? 0, capacity: min(memory / 8, 1 << 20))
        try appendRows { span, offset throws(CatalogIndexError) in try run.append(span, offset) }
        runs.append(try run.finish())
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
    }

    /// Writes the file, waits until it is on the disk and gives it its name. Nothing may be added afterwards.
    ///
    /// - Parameters:
    ///   - created: the time, in milliseconds since 1970-01-01T00:00:00Z.
    ///   - progress: told now and then how many rows are written; what it throws ends the work.
    /// - Returns: what the file says of itself.
    public func finish(
        created: Int64, _ progress: (Int) throws -> Void = { _ in }
    ) throws -> CatalogDescription {
        let sample = CatalogDescription(
            name: name, load: load, version: String(repeating: "0", count: 16), rows: rows, bytes: 0,
            fields: fields, created: created, order: 0)
        var writer = try IndexWriter(
            output, rows: rows, headerBytes: sample.document(documentBytes: 0).bytes.count,
            memory: min(memory / 2, 3 << 20))
        var written = 0
        var interruption: (any Error)?
        func take(_ span: RawSpan, _ offset: Int) throws(CatalogIndexError) {
            try writer.append(span, offset)
            written += 1
            guard written % 65_536 == 0 else { return }
            do { try progress(written) } catch {
                interruption = error
                throw CatalogIndexError(path, "is not made: the work was ended", .request)
            }
        }
        do throws(CatalogIndexError) {
            if runs.isEmpty {
                sort()
                try appendRows(take)
            } else {
                try spill()
                bytes = []
                starts = []
                try mergeRuns(take)
            }
        } catch { throw interruption ?? error }
        let description = try writer.finish(name: name, load: load, fields: fields, created: created)
        runFile = nil
        try output.replace(path)
        isFinished = true
        try progress(written)
        return description
    }

    /// Merges the runs, first into fewer where they are too many for the memory.
    private func mergeRuns(
        _ body: (RawSpan, Int) throws(CatalogIndexError) -> Void
    ) throws(CatalogIndexError) {
        // Below 64 KiB reading is spent on seeking; beyond 512 runs the comparisons cost more than another round.
        let width = min(max(memory / 65_536, 2), 512)
        let capacity = min(memory / (width + 1), 8 << 20)
        func readers(_ runs: ArraySlice<Range<Int>>, _ file: OutputFile) -> [RunReader] {
            runs.map { RunReader(file, $0, capacity: capacity) }
        }
        guard var file = runFile else { return }
        while runs.count > width {
            let next = try OutputFile.unnamed(in: scratch)
            var merged: [Range<Int>] = []
            for first in stride(from: 0, to: runs.count, by: width) {
                var run = RunWriter(next, at: merged.last?.upperBound ?? 0, capacity: capacity)
                let group = runs[first..<min(first + width, runs.count)]
                try merge(readers(group, file)) { span, offset throws(CatalogIndexError) in
                    try run.append(span, offset)
                }
                merged.append(try run.finish())
            }
            runs = merged
            file = next
            runFile = next
        }
        try merge(readers(runs[...], file), body)
    }
}

/// Writes a run: rows in order, as they are.
private struct RunWriter {
    private let file: OutputFile
    private let start: Int
    private var written = 0
    private var buffer: [UInt8] = []
    private let capacity: Int

    init(_ file: OutputFile, at start: Int, capacity: Int) {
        self.file = file
        self.start = start
        self.capacity = capacity
        buffer.reserveCapacity(capacity)
    }

    /// Appends the row at an offset of some bytes.
    mutating func append(_ bytes: RawSpan, _ offset: Int) throws(CatalogIndexError) {
        let row = bytes.extracting(offset..<offset + RowBytes.size(bytes, at: offset))
        row.withUnsafeBytes { buffer.append(contentsOf: $0) }
        if buffer.count >= capacity { try flush() }
    }

    private mutating func flush() throws(CatalogIndexError) {
        try file.write(buffer[...], at: start + written)
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left; where the run lies in the file.
    mutating func finish() throws(CatalogIndexError) -> Range<Int> {
        try flush()
        return start..<start + written
    }
}
