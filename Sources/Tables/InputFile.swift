import Foundation

/// A file read from its beginning to its end, inflated where it was compressed by gzip or bzip2, however many members
/// it has.
final class InputFile {
    let path: String
    /// Bytes of the file itself, not inflated.
    let size: Int
    /// How many of them were read.
    private(set) var position = 0

    private let file: UnsafeMutablePointer<FILE>
    private var inflater: (any Inflater)?
    /// What was read and not yet inflated.
    private var input = [UInt8](repeating: 0, count: 1 << 18)
    private var pending = 0..<0

    /// - Throws: `TableError` if it cannot be opened.
    init(_ path: String) throws(TableError) {
        guard let file = fopen(path, "rbe") else {
            throw TableError(path, "the file cannot be opened: \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.file = file
        var status = stat()
        size = fstat(fileno(file), &status) == 0 ? Int(status.st_size) : 0
        try fill()
        let head = input[pending]
        if head.starts(with: [0x1F, 0x8B]) { inflater = GzipInflater() }
        if head.starts(with: Array("BZh".utf8)) { inflater = Bzip2Inflater() }
    }

    deinit { fclose(file) }

    /// The next bytes, at least one; none at the end.
    /// - Throws: `TableError` if the file cannot be read, is damaged or ends within a member.
    func next() throws(TableError) -> ArraySlice<UInt8> {
        guard let inflater else {
            if pending.isEmpty { try fill() }
            defer { pending = pending.upperBound..<pending.upperBound }
            return input[pending]
        }
        while true {
            if pending.isEmpty { try fill() }
            if pending.isEmpty {
                guard inflater.isBetweenMembers else {
                    throw TableError(path, "the compressed file ends too early")
                }
                return []
            }
            let (consumed, output) = try inflater.inflate(input[pending], path)
            pending = pending.lowerBound + consumed..<pending.upperBound
            if !output.isEmpty { return output }
        }
    }

    private func fill() throws(TableError) {
        let count = fread(&input, 1, input.count, file)
        guard count > 0 || ferror(file) == 0 else {
            throw TableError(path, "the file cannot be read: \(String(cString: strerror(errno)))")
        }
        position += count
        pending = 0..<count
    }
}

/// What undoes one kind of compression, piece by piece.
protocol Inflater: AnyObject {
    /// Whether what was read so far ends with a member's end.
    var isBetweenMembers: Bool { get }

    /// Inflates some of the input.
    /// - Parameters:
    ///   - input: at least one byte.
    ///   - path: of the file, for the error.
    /// - Returns: how many bytes were consumed, and what came out of them.
    /// - Throws: `TableError` if the input is damaged.
    func inflate(_ input: ArraySlice<UInt8>, _ path: String) throws(TableError) -> (Int, ArraySlice<UInt8>)
}

extension InputFile {
    /// The next so many bytes; fewer only at the end.
    /// - Parameter rest: what was inflated and not used before, and is left over after.
    func next(exactly count: Int, _ rest: inout ArraySlice<UInt8>) throws(TableError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, 1 << 24))
        while bytes.count < count {
            if rest.isEmpty { rest = try next() }
            if rest.isEmpty { break }
            let part = rest.prefix(count - bytes.count)
            bytes += part
            rest = rest.dropFirst(part.count)
        }
        return bytes
    }
}
