import Foundation

/// Certificates of a test's own, in a folder that goes with the last reference to this.
public final class Certificates: Sendable {
    /// Where they are: `ca.pem`, `other-ca.pem`, `server.pem`, `client.pem`, `client.crt`, `client.key`,
    /// `client-locked.pem`, `client-locked.key`; PEM files, `server.pem` and `client.pem` with their keys.
    public let folder: String

    /// Makes them by openssl(1).
    public init() async throws {
        folder = NSTemporaryDirectory() + "certificates-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "certificates.sh")
        let ending = try await ChildProcess("sh", [script.path, folder]).ending(within: .seconds(300))
        guard ending.code == 0 else {
            throw ChildProcess.Failure(description: "openssl made no certificates: \(ending.errors)")
        }
    }

    deinit {
        // What is left of it in the temporary folder is no fault of a test.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The path of one of them.
    public func path(_ name: String) -> String { "\(folder)/\(name)" }
}
