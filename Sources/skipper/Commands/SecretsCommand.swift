import Archive
import Foundation
import HTTP
import Service

/// `skipper secrets`: a secrets file with secrets that nobody can guess.
enum SecretsCommand {
    /// Random bytes of a password, 192 bits.
    private static let passwordBytes = 24
    /// Random bytes of the key of tokens: as long as SHA-256's block, more would be hashed (RFC 2104, section 3).
    private static let keyBytes = 48

    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError("generate") }
        guard verb == "generate" else { throw UsageError("unknown verb '\(verb)'; generate") }
        let arguments = try Arguments(Array(words.dropFirst()), options: ["out"], switches: ["force"])
        try arguments.noWords()
        let path = arguments.options["out"] ?? "secrets.json"
        guard !path.isEmpty else { throw UsageError("--out needs a file's name, or - for the output") }
        let text = ExampleConfiguration.secretsJSON(
            Settings.inSecretsFile, values: try values(), companions: Settings.companions)
        guard path != "-" else { return print(text, terminator: "") }
        try write(text, to: path, replaces: arguments.switches.contains("force"))
        print("wrote \(path), which only you can read")
    }

    /// What can be made up here; what others give (Kafka's password, the portal's token) is left to be filled in.
    private static func values() throws -> [String: String] {
        [
            HTTPSettings.adminPassword.key: try secret(passwordBytes),
            HTTPSettings.jwtSecretKey.key: try secret(keyBytes),
            ArchiveSettings.username.key: "skipper",
            ArchiveSettings.password.key: try secret(passwordBytes),
            ArchiveSettings.adminUsername.key: "mongoadmin",
            ArchiveSettings.adminPassword.key: try secret(passwordBytes),
        ]
    }

    /// A random text that begins with a letter or a digit, so that no command takes it for an option.
    private static func secret(_ bytes: Int) throws -> String {
        while true {
            let text = try RandomBytes.text(bytes: bytes)
            if let first = text.first, first.isLetter || first.isNumber { return text }
        }
    }

    /// Writes a file that only its owner may read; one that is there stays as it is, or is replaced whole.
    private static func write(_ text: String, to path: String, replaces: Bool) throws {
        umask(0o077)
        guard replaces else {
            do { try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting) } catch {
                guard FileManager.default.fileExists(atPath: path) else { throw Self.failure(path, error) }
                throw CommandError(
                    "\(path) is there already; --force replaces it, and with it secrets that may be in use")
            }
            return
        }
        let new = "\(path).\(UUID().uuidString)"
        do {
            try Data(text.utf8).write(to: URL(filePath: new), options: .withoutOverwriting)
            guard unsafe rename(new, path) == 0 else {
                throw CommandError(unsafe String(cString: strerror(errno)))
            }
        } catch {
            // What is left of it is none of the caller's files.
            try? FileManager.default.removeItem(atPath: new)
            throw Self.failure(path, error)
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> CommandError {
        CommandError(
            "\(path) cannot be written: \((error as? CommandError)?.description ?? error.localizedDescription)"
        )
    }
}
