internal import Glibc

/// A file that is being written: any part of it at any time.
final class OutputFile {
    let path: String
    private let descriptor: Int32

    /// Takes over an open file.
    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// A file without a name in a folder: it is gone with the last of who has it open, however that ends.
    static func unnamed(in folder: String) throws(CatalogIndexError) -> OutputFile {
        removeLeftovers(in: folder)
        let path = "\(folder)/\(prefix)\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", path) }
        unlink(path)
        return OutputFile(path: path, descriptor: descriptor)
    }

    private static let prefix = ".skycat-run-"

    /// Removes names that a process left which was killed before it could: whoever has such a file open keeps it.
    private static func removeLeftovers(in folder: String) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = entry.pointee.fileName
            if name.hasPrefix(prefix) { unlink("\(folder)/\(name)") }
        }
    }

    /// An empty file of a name, which no other process has at the same time; what was in it is lost.
    ///
    /// - Throws: also where another process writes it at the moment.
    static func exclusive(_ path: String) throws(CatalogIndexError) -> OutputFile {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw failure("create", path) }
            let file = OutputFile(path: path, descriptor: descriptor)
            // The lock ends with the process, so that a killed one stands in nobody's way.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw failure("lock", path) }
                throw CatalogIndexError(path, "is being written by another process", .request)
            }
            var (locked, named) = (stat(), stat())
            guard fstat(descriptor, &locked) == 0 else { throw failure("examine", path) }
            // Before the lock was had, its last owner may have renamed the file: then it is another one's now.
            guard stat(path, &named) == 0, named.st_ino == locked.st_ino, named.st_dev == locked.st_dev else {
                continue
            }
            guard ftruncate(descriptor, 0) == 0 else { throw failure("empty", path) }
            return file
        }
    }

    private static func failure(_ action: String, _ path: String) -> CatalogIndexError {
        CatalogIndexError(path, "cannot \(action): \(String(cString: strerror(errno)))", .system)
    }

    /// Writes bytes at an offset.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(CatalogIndexError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, offset + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            done += count
        }
    }

    /// Fills bytes from an offset on.
    func read(_ bytes: inout [UInt8], from place: Int, count: Int, at offset: Int) throws(CatalogIndexError) {
        precondition(place >= 0 && count >= 0 && place + count <= bytes.count)
        var done = 0
        while done < count {
            let size = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: place + done), count - done, offset + done)
            }
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw Self.failure("read", path) }
            guard size > 0 else { throw CatalogIndexError(path, "ends early", .system) }
            done += size
        }
    }

    /// Makes the file exactly so long.
    func setLength(_ bytes: Int) throws(CatalogIndexError) {
        guard ftruncate(descriptor, bytes) == 0 else { throw Self.failure("lengthen", path) }
    }

    /// Waits until everything is on the disk, renames the file over another one, and waits until that is on the disk.
    func replace(_ target: String) throws(CatalogIndexError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
        guard rename(path, target) == 0 else { throw Self.failure("rename", path) }
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("open", folder) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw Self.failure("write", folder) }
    }

    /// Removes the file's name.
    func remove() { unlink(path) }
}
