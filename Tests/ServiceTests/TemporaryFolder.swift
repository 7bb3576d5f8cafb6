import Foundation

/// A folder of a test's own, removed with the value.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "service-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // A folder left behind in /tmp fails no test.
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file with this text.
    func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

    /// The path of a file with these bytes.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }
}
