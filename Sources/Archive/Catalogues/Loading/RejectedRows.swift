import Documents
import Foundation

/// Rows that could not be stored: how many, the first of them, and all of them in a file if one is wanted.
final class RejectedRows {
    /// A row that could not be stored.
    struct Row: Sendable {
        let file: String
        let line: Int
        let number: Int
        let reason: String
    }

    /// How many there are.
    private(set) var count = 0
    /// The first of them.
    private(set) var first: [Row] = []
    /// Bytes of the file that are written.
    private(set) var bytes = 0
    private let path: String?
    private let handle: FileHandle?

    /// How many of the first are kept.
    private static let kept = 20

    /// - Parameters:
    ///   - path: of a file with a JSON object a line for each row: `file`, `line`, `row`, `reason`; nil for none.
    ///   - progress: how far a load that goes on had come; what was written after that is cut off.
    /// - Throws: `CatalogueError` where the file cannot be written, or is shorter than it was.
    init(_ path: String?, after progress: LoadProgress?) throws(CatalogueError) {
        self.path = path
        if let progress { (count, first) = (progress.rejected, progress.firstRejected) }
        guard let path else {
            handle = nil
            return
        }
        let start = progress?.rejectsBytes ?? 0
        if !FileManager.default.fileExists(atPath: path), start == 0 {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw CatalogueError("\(path): the file cannot be written")
            }
        }
        do {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            guard try handle.seekToEnd() >= UInt64(start) else {
                throw CatalogueError(
                    "\(path): the file is shorter than the load left it; --restart begins anew")
            }
            try handle.truncate(atOffset: UInt64(start))
            self.handle = handle
            bytes = start
        } catch { throw Self.fault(error, path) }
    }

    /// Adds rows.
    func add(_ rows: [Row]) throws(CatalogueError) {
        guard !rows.isEmpty else { return }
        count += rows.count
        first += rows.prefix(Self.kept - min(Self.kept, first.count))
        guard let handle, let path else { return }
        var text: [UInt8] = []
        for row in rows {
            ExtendedJSON.append(row.document, to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        do { try handle.write(contentsOf: text) } catch { throw Self.fault(error, path) }
        bytes += text.count
    }

    /// Waits until everything is on the disk.
    func synchronize() throws(CatalogueError) {
        guard let handle, let path else { return }
        do { try handle.synchronize() } catch { throw Self.fault(error, path) }
    }

    private static func fault(_ error: any Error, _ path: String) -> CatalogueError {
        error as? CatalogueError ?? CatalogueError("\(path): the file cannot be written: \(error)")
    }
}

extension RejectedRows.Row {
    /// As it stands in files and in the progress of a load.
    var document: Document {
        [
            "file": .string(file), "line": .integer(Int64(line)), "row": .integer(Int64(number)),
            "reason": .string(reason),
        ]
    }

    /// What stands there; nil where something is missing.
    init?(_ document: Document) {
        guard let file = document.string(at: "file"), let line = document.int64(at: "line"),
            let number = document.int64(at: "row"), let reason = document.string(at: "reason")
        else { return nil }
        self.init(file: file, line: Int(line), number: Int(number), reason: reason)
    }
}
