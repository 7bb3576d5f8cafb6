import Archive
import Documents
import Foundation
import HTTP
import Service
import Sky

/// `skipper user`: who may use the API.
enum UserCommand {
    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError("add, list, passwd or remove") }
        let arguments = try Arguments(
            Array(words.dropFirst()), options: ["password", "email", "programs"], switches: ["admin"])
        let configuration = try Settings.load()
        let users = try Settings.archive(configuration).users(
            administrator: configuration[HTTPSettings.adminUsername])
        let now = Settings.now().milliseconds
        switch verb {
        case "add":
            let user = User(
                name: try arguments.word("user name"), programs: try programs(arguments.options["programs"]),
                isAdmin: arguments.switches.contains("admin"))
            let password = try password(arguments)
            let hash = try await PasswordHasher().hash(password.text)
            guard try await users.add(user, email: arguments.options["email"], passwordHash: hash, now: now)
            else {
                throw UsageError("there is a user '\(user.name)' already")
            }
            print("added user \(user.name)" + password.note)
        case "list":
            for user in try await users.list() { print(user) }
        case "passwd":
            let name = try arguments.word("user name")
            let password = try password(arguments)
            let hash = try await PasswordHasher().hash(password.text)
            guard try await users.setPassword(of: name, hash: hash, now: now) else {
                throw UsageError("there is no user '\(name)'")
            }
            print("changed the password of \(name)" + password.note)
        case "remove":
            let name = try arguments.word("user name")
            guard name != configuration[HTTPSettings.adminUsername] else {
                throw UsageError("\(name) is the admin of the settings, who is created at each start")
            }
            guard try await users.remove(name) else { throw UsageError("there is no user '\(name)'") }
            print("removed user \(name)")
        default: throw UsageError("unknown verb '\(verb)'; add, list, passwd or remove")
        }
    }

    /// The password that was given, or a new one that is printed once.
    private static func password(_ arguments: Arguments) throws -> (text: String, note: String) {
        if let given = arguments.options["password"] {
            guard given.utf8.count >= 8 else { throw UsageError("a password has at least 8 characters") }
            return (given, "")
        }
        let made = try RandomBytes.text()
        return (made, ", password: \(made)")
    }

    private static func programs(_ text: String?) throws -> [Int64] {
        guard let text else { return User.publicPrograms }
        return try text.split(separator: ",").map {
            guard let number = Int64($0.drop { $0 == " " }) else {
                throw UsageError("--programs must be numbers with commas between, not '\(text)'")
            }
            return number
        }
    }
}
