import Foundation

extension TableFiles {
    /// Bytes of a file.
    /// - Throws: `TableError` where there is no such file.
    public static func size(_ path: String) throws(TableError) -> Int {
        try attributes(path).size
    }

    /// When a file was changed last, in milliseconds since 1970.
    /// - Throws: `TableError` where there is no such file.
    public static func changed(_ path: String) throws(TableError) -> Int64 {
        try attributes(path).changed
    }

    private static func attributes(_ path: String) throws(TableError) -> (size: Int, changed: Int64) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw TableError(path, "the file cannot be looked at: \(String(cString: strerror(errno)))")
        }
        let changed = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return (Int(status.st_size), changed)
    }
}
