import Archive
import Broker
import Foundation
import HTTP
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

    /// The database that the settings name.
    static func archive(_ configuration: Configuration) throws -> Archive {
        try Archive(configuration, application: "skipper")
    }

    /// The time.
    static func now() -> UTCTime { UTCTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
