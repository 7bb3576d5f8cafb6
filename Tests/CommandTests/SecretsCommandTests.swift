import Documents
import Foundation
import Service
import Testing

@testable import skipper

/// `skipper secrets generate`.
@Suite struct SecretsCommandTests {
    private static let generated = [
        "server.admin_password", "server.jwt_secret_key", "database.password", "database.admin_password",
    ]

    /// A folder of its own, without any server.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var outcome: Result<Void, any Error>
        do { outcome = .success(try await body(folder)) } catch { outcome = .failure(error) }
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    private func generate(_ folder: String, _ words: String...) async throws -> ChildProcess.Ending {
        try await ChildProcess(
            try ChildProcess.path(of: "skipper"), ["secrets", "generate"] + words, in: folder
        ).ending()
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func fileIsUsableAndItsOwnersAlone() async throws {
        try await withFolder { folder in
            let ending = try await generate(folder)
            #expect(ending.code == 0, "\(ending.errors)")
            let path = "\(folder)/secrets.json"
            #expect(try mode(path) == 0o600)
            let configuration = try Configuration.load(
                secretsFile: .required(path), environment: [:], declared: Settings.declared)
            #expect(configuration.placeholderSecrets.isEmpty && configuration.warnings.isEmpty)
            let document = try ExtendedJSON.document(from: try text(path))
            let secrets = try Self.generated.map { try #require(document.string(at: Path($0)), "\($0)") }
            // 24 bytes, and 48 for the key of tokens, in base64: 6 bits a character.
            #expect(secrets.map(\.count) == [32, 64, 32, 32])
            #expect(
                Set(secrets).count == 4 && secrets.allSatisfy { $0.first?.isASCII == true && $0.first != "-" }
            )
            #expect(!ending.output.contains(secrets[0]))
            // The same sections and keys as in the example.
            let example = try ExtendedJSON.document(
                from: ExampleConfiguration.secretsJSON(
                    Settings.inSecretsFile, companions: Settings.companions))
            #expect(document.keys == example.keys)
            for section in document.keys {
                #expect(
                    document.document(at: Path(section))?.keys == example.document(at: Path(section))?.keys)
            }
        }
    }

    @Test func whatIsThereIsKeptUnlessForced() async throws {
        try await withFolder { folder in
            let path = "\(folder)/mine.json"
            try Data("{}".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let refused = try await generate(folder, "--out", "mine.json")
            #expect(
                refused.code == 1
                    && refused.errors.contains("mine.json is there already; --force replaces it"))
            #expect(try text(path) == "{}")
            let forced = try await generate(folder, "--out", "mine.json", "--force")
            #expect(forced.code == 0, "\(forced.errors)")
            let first = try text(path)
            #expect(first.contains("jwt_secret_key"))
            #expect(try mode(path) == 0o600)
            _ = try await generate(folder, "--out", "mine.json", "--force")
            #expect(try text(path) != first)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine.json"])
        }
    }

    @Test func itCanBePrintedAndAFolderThatIsNotThereIsSaid() async throws {
        try await withFolder { folder in
            let printed = try await generate(folder, "--out", "-")
            #expect(printed.code == 0 && printed.output.hasPrefix("{\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let nowhere = try await generate(folder, "--out", "nowhere/secrets.json")
            #expect(nowhere.code == 1 && nowhere.errors.contains("nowhere/secrets.json cannot be written: "))
        }
    }

    /// Kowalski's own file, with sections for programs that Skipper has nothing to do with.
    @Test func secretsOfKowalskiAreReadWithoutFault() async throws {
        try await withFolder { folder in
            let path = "\(folder)/secrets.json"
            let kowalskis = """
                {"server": {"admin_username": "admin", "admin_password": "\(UUID())", "JWT_SECRET_KEY": "\(UUID())"},
                 "database": {"admin_username": "mongoadmin", "admin_password": "\(UUID())", "username": "ztf",
                              "password": "\(UUID())"},
                 "kafka": {"bootstrap.servers": "IP1:9092,IP2:9092"},
                 "skyportal": {"token": "x"}, "ztf_depot": {"username": "u", "password": "p"},
                 "ztf_ops": {"url": "https://example.org", "username": "u", "password": "p"},
                 "tns": {"bot_id": 1, "bot_name": "b", "api_key": "k"}}
                """
            try Data(kowalskis.utf8).write(to: URL(filePath: path))
            let configuration = try Configuration.load(
                secretsFile: .required(path), environment: [:], declared: Settings.declared)
            #expect(
                configuration.warnings.map(\.description) == [
                    "\(path):4: kafka.bootstrap.servers: no such setting, but there is kafka.bootstrap_servers"
                ])
        }
    }

    /// A section that only other processes use is no misspelling, whoever reads it.
    @Test func everySectionIsKnownToEveryProcess() throws {
        for setting in Settings.inSecretsFile {
            let section = try #require(setting.key.split(separator: ".").first)
            let folder = NSTemporaryDirectory() + UUID().uuidString
            try Data("\(section): {nothing_of_this_name: 1}\n".utf8).write(to: URL(filePath: folder))
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let configuration = try Configuration.load(
                files: [.required(folder)], environment: [:],
                declared: [Setting("own.name", default: 1, "Own.")])
            #expect(configuration.warnings.isEmpty, "add \(section) to SharedSections")
        }
    }
}
