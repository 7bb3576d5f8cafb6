import Archive
import Broker
import Foundation
import HTTP
import Mongo
import Service
import Sky

/// What every command needs of the settings.
enum Settings {
    /// Every setting of every process.
    static let declared: [any SettingDeclaration] =
        ArchiveSettings.all + BrokerSettings.all + HTTPSettings.all + LogSettings.all

    /// The settings of all processes.
    static func load() throws -> Configuration {
        try Configuration.ofProcess(declared, allowsPlaceholders: true)
    }

    /// The log of a command.
    static func log(_ configuration: Configuration) -> Log {
        Log.standardError(label: "skipper", configuration: configuration)
    }

    /// Lends the database that the settings name.
    static func withArchive(
        _ configuration: Configuration, _ body: (Archive) async throws -> Void
    ) async throws {
        let archive = try Archive(configuration, application: "skipper")
        do {
            try await body(archive)
        } catch {
            await archive.database.close()
            throw error
        }
        await archive.database.close()
    }

    /// The time.
    static func now() -> UTCTime { UTCTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
