import HTTP
import Service

/// The secrets without which there is no start.
struct StartSecrets {
    /// The password that the admin is created with.
    let adminPassword: String
    /// The key that signs tokens.
    let tokenKey: String

    /// Takes them from the settings.
    /// - Parameter insecure: whether placeholders do, and what is missing is made up; for development only.
    /// - Throws: `StartError` with everything that is missing or a placeholder, and without any value.
    init(_ configuration: Configuration, insecure: Bool) throws {
        func text(_ setting: Setting<Secret?>) -> String { configuration[setting]?.value ?? "" }
        guard !insecure else {
            let (password, key) = (text(HTTPSettings.adminPassword), text(HTTPSettings.jwtSecretKey))
            adminPassword = password.isEmpty ? "admin" : password
            tokenKey = key.isEmpty ? try RandomBytes.text() : key
            return
        }
        let missing = [HTTPSettings.adminPassword, HTTPSettings.jwtSecretKey]
            .filter { configuration[$0] == nil }
            .map { "\($0.key) must be set: \($0.meaning)" }
        let faults = configuration.placeholderSecrets.map(\.description) + missing
        guard faults.isEmpty else { throw StartError(faults.joined(separator: "\n")) }
        adminPassword = text(HTTPSettings.adminPassword)
        tokenKey = text(HTTPSettings.jwtSecretKey)
    }
}

/// Why the process does not start.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
