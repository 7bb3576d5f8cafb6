import Archive
import Documents
import Foundation
import HTTP
import Service
import Sky

/// `skipper user`: who may use the API. The rules are those of its routes.
enum UserCommand {
    private static let verbs = "add, change, list, logout, passwd or remove"

    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError(verbs) }
        guard let options = options[verb] else { throw UsageError("unknown verb '\(verb)'; \(verbs)") }
        let arguments = try Arguments(
            Array(words.dropFirst()), options: options, switches: verb == "add" ? ["admin"] : [])
        let configuration = try Settings.load()
        let administrator = configuration[HTTPSettings.adminUsername]
        try await Settings.withArchive(configuration) { archive in
            try await perform(verb, arguments, archive.users(administrator: administrator))
        }
    }

    /// What each verb may be told.
    private static let options: [String: Set<String>] = [
        "add": ["password", "email", "programs", "groups", "role"],
        "change": ["name", "email", "programs", "groups", "role"],
        "list": [], "logout": [], "passwd": ["password"], "remove": [],
    ]

    private static func perform(_ verb: String, _ arguments: Arguments, _ users: Users) async throws {
        let now = Settings.now().milliseconds
        switch verb {
        case "add": try await add(arguments, users, now)
        case "change": try await change(arguments, users, now)
        case "list":
            try arguments.noWords()
            for user in try await users.list() { print(user) }
        case "logout":
            let name = try arguments.word("user name")
            guard try await users.endTokens(of: name, now: now) else { throw noUser(name) }
            print("logged out user \(name)")
        case "passwd":
            let name = try arguments.word("user name")
            let password = try password(arguments)
            let hash = try await PasswordHasher().hash(password.text)
            guard try await users.setPassword(of: name, hash: hash, now: now) else { throw noUser(name) }
            print("changed the password of \(name)" + password.note)
        default:
            let name = try arguments.word("user name")
            guard !users.isAdministrator(name) else {
                throw CommandError("\(name) is the admin of the settings, who is created at each start")
            }
            guard try await users.remove(name) else { throw noUser(name) }
            print("removed user \(name)")
        }
    }

    private static func add(_ arguments: Arguments, _ users: Users, _ now: Int64) async throws {
        let isAdmin = try isAdmin(arguments) ?? false
        let user = User(
            name: try ruled { try UserRules.name(try arguments.word("user name")) },
            programs: try programs(arguments) ?? User.publicPrograms,
            isAdmin: isAdmin || arguments.switches.contains("admin"), groups: try groups(arguments) ?? [])
        let email = try email(arguments).flatMap { $0.isEmpty ? nil : $0 }
        let password = try password(arguments)
        let hash = try await PasswordHasher().hash(password.text)
        guard try await users.add(user, email: email, passwordHash: hash, now: now) else {
            throw CommandError("there is a user '\(user.name)' already")
        }
        print("added user \(user.name)" + password.note)
    }

    private static func change(_ arguments: Arguments, _ users: Users, _ now: Int64) async throws {
        let name = try arguments.word("user name")
        var change = UserChange()
        if let newName = arguments.options["name"] { change.name = try ruled { try UserRules.name(newName) } }
        change.isAdmin = try isAdmin(arguments)
        change.programs = try programs(arguments)
        change.groups = try groups(arguments)
        if let email = try email(arguments) { change.email = .some(email.isEmpty ? nil : email) }
        guard !change.isEmpty else {
            throw UsageError("give --name, --email, --programs, --groups or --role")
        }
        if users.isAdministrator(name), change.name != nil || change.isAdmin == false {
            throw CommandError("\(name) is the admin of the settings and keeps name and role")
        }
        switch try await users.change(name, to: change, now: now) {
        case .done: print("changed user \(change.name ?? name)")
        case .notFound: throw noUser(name)
        case .nameTaken: throw CommandError("there is a user '\(change.name ?? name)' already")
        }
    }

    private static func noUser(_ name: String) -> CommandError { CommandError("there is no user '\(name)'") }

    /// The password that was given, or a new one that is printed once.
    private static func password(_ arguments: Arguments) throws -> (text: String, note: String) {
        if let given = arguments.options["password"] {
            guard given.utf8.count >= 8 else { throw UsageError("a password has at least 8 characters") }
            guard PasswordHasher.isHashable(given) else {
                throw UsageError("a password has at most \(PasswordHasher.maximumPasswordBytes) bytes")
            }
            return (given, "")
        }
        let made = try RandomBytes.text()
        return (made, ", password: \(made)")
    }

    private static func email(_ arguments: Arguments) throws -> String? {
        try arguments.options["email"].map { email in try ruled { try UserRules.email(email) } }
    }

    private static func isAdmin(_ arguments: Arguments) throws -> Bool? {
        try arguments.options["role"].map { role in try ruled { try UserRules.isAdmin(role: .string(role)) } }
    }

    private static func programs(_ arguments: Arguments) throws -> [Int64]? {
        try numbers("programs", arguments).map { given in try ruled { try UserRules.programs(given) } }
    }

    private static func groups(_ arguments: Arguments) throws -> [Int64]? {
        try numbers("groups", arguments).map { given in try ruled { try UserRules.groups(given) } }
    }

    private static func numbers(_ option: String, _ arguments: Arguments) throws -> Value? {
        guard let text = arguments.options[option] else { return nil }
        return .list(
            try text.split(separator: ",").map { word in
                guard let number = Int64(word.drop { $0 == " " }) else {
                    throw UsageError("--\(option) must be numbers with commas between, not '\(text)'")
                }
                return Value.integer(number)
            })
    }

    /// What a rule of the API says, as a fault of the command line.
    private static func ruled<Result>(_ rule: () throws -> Result) throws -> Result {
        do { return try rule() } catch let error as RequestError { throw UsageError(error.reason) }
    }
}
