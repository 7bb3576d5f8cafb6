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
        ArchiveSettings.all + BrokerSettings.all + HTTPSettings.all + APISettings.all + QueryRunner.settings
        + LogSettings.all

    /// What else stands in a secrets file, in Kowalski's shape, for other programs that read it.
    static let ofOthers: [any SettingDeclaration] = [
        Setting<Secret?>("skyportal.token", default: nil, "Token of the portal's user for the broker."),
        Setting<String?>("ztf_depot.username", default: nil, "User of ZTF's depot of nightly alerts."),
        Setting<Secret?>("ztf_depot.password", default: nil, "Password of that user."),
        Setting<String?>("ztf_ops.url", default: nil, "Table of ZTF's exposures."),
        Setting<String?>("ztf_ops.username", default: nil, "User of that table."),
        Setting<Secret?>("ztf_ops.password", default: nil, "Password of that user."),
    ]

    /// Everything that a secrets file may have.
    static let inSecretsFile: [any SettingDeclaration] = declared + ofOthers

    /// Settings that are no secrets and stand beside them in a secrets file.
    static let companions: Set<String> = [
        HTTPSettings.adminUsername.key, ArchiveSettings.username.key, ArchiveSettings.adminUsername.key,
        BrokerSettings.username.key, "ztf_depot.username", "ztf_ops.url", "ztf_ops.username",
    ]

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
        _ configuration: Configuration, longestOperation: Duration = .seconds(300),
        _ body: (Archive) async throws -> Void
    ) async throws {
        let archive = try Archive(
            configuration, application: "skipper", longestOperation: longestOperation)
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
