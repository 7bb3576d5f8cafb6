import Foundation
import TestSupport
import Testing

/// The units in deploy/systemd, as systemd reads them.
@Suite struct SystemdUnitTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/systemd").standardizedFileURL.path
    /// The tool that reads them.
    private static let analyzer = "/usr/bin/systemd-analyze"
    private static let isThere = FileManager.default.isExecutableFile(atPath: analyzer)

    /// A copy in which a program that is there stands in the place of ours, which is not installed.
    private func copy(_ unit: String, to folder: String) throws -> String {
        let text = try String(contentsOfFile: "\(Self.folder)/\(unit)", encoding: .utf8)
        let program = unit.hasPrefix("skipper-api") ? "skipper-api" : "skipper-ingester"
        #expect(text.contains("ExecStart=/usr/local/bin/\(program)\n"))
        let path = "\(folder)/\(unit)"
        try text.replacing("/usr/local/bin/\(program)", with: "/bin/true")
            .write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    @Test(
        .enabled(if: isThere, "no systemd-analyze"),
        arguments: ["skipper-api.service", "skipper-ingester@.service"])
    func unitIsValidAndHardened(unit: String) async throws {
        let folder = NSTemporaryDirectory() + "units-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = try copy(unit, to: folder)
        let verified = try await ChildProcess(Self.analyzer, ["verify", "--man=no", path]).ending()
        #expect(verified.code == 0 && verified.errors.isEmpty, "\(verified.errors)")
        // A template is judged under a name without instance. In tenths: below 2 of 10; one without any of it has 9.6.
        let plain = path.replacing("@", with: "")
        if plain != path { try FileManager.default.copyItem(atPath: path, toPath: plain) }
        let judged = try await ChildProcess(
            Self.analyzer, ["security", "--offline=yes", "--threshold=20", plain]
        ).ending()
        #expect(judged.code == 0, "\(judged.output.suffix(300))\(judged.errors)")
        try FileManager.default.removeItem(atPath: folder)
    }
}
