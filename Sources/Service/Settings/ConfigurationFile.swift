internal import Foundation

/// A settings file to read.
public struct ConfigurationFile: Equatable, Sendable {
    /// Settings files are small; a larger one is something else (1 MiB).
    private static let sizeLimit = 1 << 20

    /// Where it is.
    public let path: String

    /// Whether it is a fault when the file does not exist.
    public let isRequired: Bool

    /// A file that must exist.
    public static func required(_ path: String) -> ConfigurationFile {
        ConfigurationFile(path: path, isRequired: true)
    }

    /// A file that may be missing.
    public static func optional(_ path: String) -> ConfigurationFile {
        ConfigurationFile(path: path, isRequired: false)
    }

    /// The file's bytes; nil when it does not exist and need not.
    func contents() throws(ConfigurationFaultError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT && !isRequired { return nil }
            throw fault("cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw fault("cannot be read: \(String(cString: strerror(errno)))")
            }
            bytes += chunk[..<count]
            guard bytes.count <= ConfigurationFile.sizeLimit else { throw fault("larger than 1 MiB") }
        }
    }

    /// The file's document; nil when it does not exist and need not.
    func document() throws(ConfigurationFaultError) -> YAMLNode? {
        guard let bytes = try contents() else { return nil }
        do throws(YAMLError) {
            return try YAMLParser.document(bytes)
        } catch {
            throw ConfigurationFaultError(fault: ConfigurationFault(path, line: error.line, error.reason))
        }
    }

    /// An error about the whole file.
    private func fault(_ reason: String) -> ConfigurationFaultError {
        ConfigurationFaultError(fault: ConfigurationFault(path, reason))
    }
}

/// A fault on its way to the list of all.
struct ConfigurationFaultError: Error {
    /// The fault.
    let fault: ConfigurationFault
}
