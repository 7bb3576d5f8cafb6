internal import Glibc
internal import Synchronization

/// The index files of a folder, each open once for the whole process and opened again when it is replaced.
public final class CatalogFolder: Sendable {
    /// What the names of index files end with.
    public static let suffix = ".skycat"

    /// An index file as it was when it was opened, or why it could not be.
    private struct Opened {
        let identity: MappedFile.Identity
        let outcome: Result<CatalogIndex, CatalogIndexError>
    }

    private let path: String
    private let opened = Mutex<[String: Opened]>([:])

    /// - Parameter path: of the folder, which need not exist yet.
    public init(path: String) { self.path = path }

    /// Where the index file of a catalogue is.
    public static func path(of name: String, in folder: String) -> String { "\(folder)/\(name)\(suffix)" }

    /// The index of a catalogue as its file is now.
    ///
    /// - Returns: nil where there is no file, or where the name is none that a file can have.
    /// - Throws: where the file cannot be read or is damaged; again for each call until it is replaced.
    public func index(_ name: String) throws(CatalogIndexError) -> CatalogIndex? {
        guard Self.isFileName(name) else { return nil }
        let file = Self.path(of: name, in: path)
        guard let identity = try MappedFile.identity(of: file) else {
            opened.withLock { _ = $0.removeValue(forKey: name) }
            return nil
        }
        if let known = opened.withLock({ $0[name] }), known.identity == identity {
            return try known.outcome.get()
        }
        // Outside of the lock, because a large table takes a while; two threads may both open it.
        let outcome = Result { () throws(CatalogIndexError) in try CatalogIndex(path: file) }
        switch outcome {
        case .success(let index):
            // The file may have been replaced since it was looked at.
            let current = Opened(identity: index.file.identity, outcome: outcome)
            opened.withLock { $0[name] = current }
        case .failure(let error) where error.fault == .damaged:
            opened.withLock { $0[name] = Opened(identity: identity, outcome: outcome) }
        case .failure: break
        }
        return try outcome.get()
    }

    /// The names of the catalogues that have an index file, sorted; none where the folder does not exist.
    public func names() -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let file = entry.pointee.fileName
            if file.hasSuffix(Self.suffix) {
                let name = String(file.dropLast(Self.suffix.count))
                if Self.isFileName(name) { names.append(name) }
            }
        }
        return names.sorted()
    }

    /// Whether a catalogue's name can be part of a file's.
    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 200
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}

extension dirent {
    /// The entry's name.
    var fileName: String {
        withUnsafeBytes(of: d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
