import Foundation

/// What a run of tests is told about its surroundings. A test that needs what is not there fails: one that does not
/// run proves nothing.
public enum TestEnvironment {
    /// Why a test cannot run.
    public struct Missing: Error, CustomStringConvertible {
        let variable: String
        let meaning: String

        /// What to set.
        public var description: String { "set \(variable): \(meaning)" }
    }

    /// The connection string of a mongod in a replica set.
    public static var mongodb: String {
        get throws {
            try variable("SKIPPER_TEST_MONGODB", "the connection string of a mongod in a replica set")
        }
    }

    /// The bootstrap servers of a Kafka.
    public static var kafka: String {
        get throws { try variable("SKIPPER_TEST_KAFKA", "the bootstrap servers of a Kafka") }
    }

    /// The Python that judges.
    public static var python: String {
        get throws {
            try variable("SKIPPER_TEST_PYTHON", "a Python with the packages of scripts/requirements.txt")
        }
    }

    /// The mongod that tests may start themselves.
    public static var mongod: String {
        get throws { try besideServices(".services/mongodb-6.0.5/mongod") }
    }

    /// The folder with what renders files for Kubernetes.
    public static var tools: String {
        get throws { try besideServices(".services/deployment") }
    }

    private static func besideServices(_ path: String) throws -> String {
        let services = try variable("SKIPPER_TEST_SERVICES", "the path of scripts/services")
        return URL(filePath: services).deletingLastPathComponent().appending(path: "../\(path)")
            .standardizedFileURL.path
    }

    /// The folder with one folder of real packets for each survey; tests that need it are skipped where it does not
    /// exist.
    public static let packets: String = {
        if let path = ProcessInfo.processInfo.environment["SKIPPER_TEST_DATA"] { return path }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/data").standardizedFileURL.path
    }()

    /// Whether there are real packets.
    public static var hasPackets: Bool { FileManager.default.fileExists(atPath: packets + "/ztf") }

    /// A folder or program that `scripts/services` has unpacked.
    /// - Parameters:
    ///   - beginning: of its folder's name, such as `mongodb-`.
    ///   - program: a file in that folder; empty for the folder itself.
    public static func unpacked(_ beginning: String, _ program: String = "") throws -> String {
        let services = try variable("SKIPPER_TEST_SERVICES", "the path of scripts/services")
        let folder = URL(filePath: services).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".services")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        guard let name = names.first(where: { $0.hasPrefix(beginning) && !$0.hasSuffix(".new") }) else {
            throw Missing(variable: "SKIPPER_TEST_SERVICES", meaning: "\(folder.path) has no \(beginning)…")
        }
        return folder.appending(path: name).appending(path: program).path
    }

    private static func variable(_ name: String, _ meaning: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw Missing(variable: name, meaning: meaning)
        }
        return value
    }
}
