import Foundation

/// The files that words on a command line mean.
public enum TableFiles {
    /// The files of paths, globs and folders: what each word means in the order of the words, and within a word by the
    /// bytes of their paths. A folder means the files in it, hidden ones left out, and those in its folders.
    ///
    /// - Parameter words: a glob has `*`, `?` or `[`; the shell may have expanded it before.
    /// - Throws: `TableError` where a word means no file or a file is meant twice.
    public static func expand(_ words: [String]) throws(TableError) -> [String] {
        var files: [String] = []
        for word in words {
            let found = try expand(word).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard !found.isEmpty else { throw TableError(word, "there is no such file") }
            files += found
        }
        var seen: Set<String> = []
        for file in files where !seen.insert(file).inserted {
            throw TableError(file, "the file is named twice")
        }
        return files
    }

    private static func expand(_ word: String) throws(TableError) -> [String] {
        if FileManager.default.fileExists(atPath: word) { return try files(of: word) }
        guard word.contains(where: { "*?[".contains($0) }) else { return [] }
        var matches = glob_t()
        defer { globfree(&matches) }
        guard glob(word, 0, nil, &matches) == 0 else { return [] }
        var files: [String] = []
        for index in 0..<Int(matches.gl_pathc) {
            guard let path = matches.gl_pathv[index] else { continue }
            files += try self.files(of: String(cString: path))
        }
        return files
    }

    /// A file, or the files of a folder.
    private static func files(of path: String) throws(TableError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw TableError(path, "the folder cannot be read")
        }
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        var files: [String] = []
        for name in names where !name.hasPrefix(".") { files += try self.files(of: "\(folder)/\(name)") }
        return files
    }
}
