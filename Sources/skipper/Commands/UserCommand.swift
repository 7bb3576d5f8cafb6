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
        guard let options = options[verb] else {
            throw UsageError("unknown verb '\(verb)'; add, list, passwd or remove")
        }
        let arguments = try Arguments(
            Array(words.dropFirst()), options: options, switches: verb == "add" ? ["admin"] : [])
        let configuration = try Settings.load()
        let administrator = configuration[HTTPSettings.adminUsername]
        try await Settings.withArchive(configuration) { archive in
            try await perform(
                verb, arguments, archive.users(administrator: administrator), administrator: administrator)
        }
    }

    /// What each verb may be told.
    private static let options: [String: Set<String>] = [
        "add": ["password", "email", "programs"], "list": [], "passwd": ["password"], "remove": [],
    ]

    private static func perform(
        _ verb: String, _ arguments: Arguments, _ users: Users, administrator: String
    ) async throws {
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
                throw CommandError("there is a user '\(user.name)' already")
            }
            print("added user \(user.name)" + password.note)
        case "list":
            try arguments.noWords()
            for user in try await users.list() { print(user) }
        case "passwd":
            let name = try arguments.word("user name")
            let password = try password(arguments)
            let hash = try await PasswordHasher().hash(password.text)
            guard try await users.setPassword(of: name, hash: hash, now: now) else {
                throw CommandError("there is no user '\(name)'")
            }
            print("changed the password of \(name)" + password.note)
        default:
            let name = try arguments.word("user name")
            guard name != administrator else {
                throw CommandError("\(name) is the admin of the settings, who is created at each start")
            }
            guard try await users.remove(name) else { throw CommandError("there is no user '\(name)'") }
            print("removed user \(name)")
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
