import Archive
import Documents
import Foundation
import HTTP
import Service

/// `/api/users`: who may use the API. For admins; users see themselves, change their own password and log out.
struct UserRoutes: RouteGroup {
    let users: Users
    let check: PasswordCheck
    let log: Log
    let now: @Sendable () -> Int64

    func declare(in table: inout RouteTable) {
        table.on("GET", "/api/users", for: .admins, UserDescriptions.list) { _, _ in
            Answer.success(
                "Retrieved users", data: .list(try await users.profiles().map { .document($0) }))
        }
        table.on("POST", "/api/users", for: .admins, UserDescriptions.add) { try await add($0, by: $1) }
        table.on("GET", "/api/users/{username}", for: .users, UserDescriptions.get) { request, user in
            let name = try Self.target(request)
            guard user.isAdmin || Self.isSame(user.name, name) else { throw forbidden("of another user") }
            guard let profile = try await users.profile(of: name) else { throw Self.notFound(name) }
            return Answer.success("Retrieved user \(name)", data: .document(profile))
        }
        table.on("PUT", "/api/users/{username}", for: .users, UserDescriptions.change) {
            try await change($0, by: $1)
        }
        table.on("DELETE", "/api/users/{username}", for: .admins, UserDescriptions.remove) { request, admin in
            let name = try Self.target(request)
            guard !users.isAdministrator(name) else {
                throw RequestError(nil, "cannot remove the superuser!")
            }
            guard try await users.remove(name) else { throw Self.notFound(name) }
            note("user removed", name, request, admin)
            return Answer.success("removed user \(name)")
        }
        table.on("POST", "/api/users/{username}/logout", for: .users, UserDescriptions.logOut) {
            request, user in
            let name = try Self.target(request)
            guard user.isAdmin || Self.isSame(user.name, name) else { throw forbidden("of another user") }
            guard try await users.endTokens(of: name, now: now()) else { throw Self.notFound(name) }
            note("user logged out", name, request, user)
            return Answer.success("logged out user \(name)")
        }
    }

    private func add(_ request: Request, by admin: User) async throws -> Response {
        let body = try UserBody(try JSONBody.object(request.body))
        guard let name = body.name, !name.isEmpty, let password = body.password, !password.isEmpty else {
            throw RequestError(nil, "username and password must be set")
        }
        let user = User(
            name: try UserRules.name(name), programs: body.programs ?? User.publicPrograms,
            isAdmin: body.isAdmin ?? false, groups: body.groups ?? [])
        let hash = try await check.hash(password)
        guard
            try await users.add(user, email: body.email.flatMap(\.self), passwordHash: hash, now: now())
        else { throw Self.taken(name) }
        note("user added", name, request, admin)
        return Answer.success("added user \(name)")
    }

    private func change(_ request: Request, by user: User) async throws -> Response {
        let name = try Self.target(request)
        guard user.isAdmin || Self.isSame(user.name, name) else { throw forbidden("of another user") }
        let body = try UserBody(try JSONBody.object(request.body))
        guard user.isAdmin else { return try await changeOwnPassword(body, of: user, request) }
        var change = UserChange()
        if let newName = body.name, !Self.isSame(newName, name) {
            guard !users.isAdministrator(name) else {
                throw RequestError(nil, "cannot rename the superuser!")
            }
            change.name = try UserRules.name(newName)
        }
        if users.isAdministrator(name), body.isAdmin == false {
            throw RequestError(nil, "cannot take the superuser's role!")
        }
        change.programs = body.programs
        change.groups = body.groups
        change.isAdmin = body.isAdmin
        change.email = body.email
        guard !change.isEmpty || body.password != nil || body.name != nil else {
            throw RequestError(
                nil,
                "nothing to change, give at least one of username, password, email, permissions, groups or role"
            )
        }
        if let password = body.password { change.passwordHash = try await check.hash(password) }
        switch try await users.change(name, to: change, now: now()) {
        case .notFound: throw Self.notFound(name)
        case .nameTaken: throw Self.taken(change.name ?? name)
        case .done: break
        }
        note("user changed", name, request, user)
        return Answer.success("edited user \(name)")
    }

    /// A user who is no admin changes nothing but the own password, and only by showing that it is known: a stolen
    /// token must not do.
    private func changeOwnPassword(
        _ body: UserBody, of user: User, _ request: Request
    ) async throws -> Response {
        guard body.programs == nil, body.groups == nil, body.isAdmin == nil, body.email == nil,
            body.name.map({ Self.isSame($0, user.name) }) ?? true
        else { throw forbidden("more than the own password") }
        guard let password = body.password else { throw RequestError(nil, "password must be set") }
        guard let current = body.currentPassword else {
            throw RequestError(nil, "current_password must be set")
        }
        var change = UserChange()
        let wrong = RequestError(nil, "current_password is wrong")
        do {
            let account = try await check.account(user.name, current, for: request)
            change.passwordHash = try await check.hash(password)
            // The hash may be another now, of the same password: see PasswordCheck.
            let stored = try await users.find(user.name)
            guard let stored, stored.tokensSince == account.tokensSince else { throw wrong }
            guard
                try await users.change(
                    user.name, to: change, ifPasswordHashIs: stored.passwordHash, now: now()) == .done
            else { throw wrong }
        } catch AccessError.wrongPassword {
            throw wrong
        }
        note("user changed", user.name, request, user)
        return Answer.success("edited user \(user.name)")
    }

    private func note(_ message: StaticString, _ name: String, _ request: Request, _ by: User) {
        log.info(
            message,
            ["request.id": .string(request.id), "user": .string(name), "changed.by": .string(by.name)])
    }

    private func forbidden(_ reason: String) -> AccessError {
        RequestTrail.current?.refusal = reason
        return .forbidden
    }

    private static func target(_ request: Request) throws -> String {
        guard let name = request.parameters["username"] else { throw RequestError.missing("username") }
        return name
    }

    private static func notFound(_ name: String) -> RequestError {
        RequestError(nil, "user \(name) not found")
    }

    private static func taken(_ name: String) -> RequestError {
        RequestError(nil, "user \(name) already exists")
    }

    /// Whether two names are the same in the database, which compares bytes.
    private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}

/// What a request says of a user; null is as good as absent, but for the address.
struct UserBody {
    let name: String?
    let password: String?
    let currentPassword: String?
    let email: String??
    let programs: [Int64]?
    let groups: [Int64]?
    let isAdmin: Bool?

    /// - Throws: `RequestError`, which names the field.
    init(_ body: Document) throws {
        name = try Self.text("username", body)
        password = try Self.text("password", body)
        currentPassword = try Self.text("current_password", body)
        if body.element(key: "email")?.value == .null {
            email = .some(nil)
        } else {
            email = try Self.text("email", body).map { try UserRules.email($0) }
        }
        programs = try Self.given("permissions", body).map { try UserRules.programs($0) }
        groups = try Self.given("groups", body).map { try UserRules.groups($0) }
        isAdmin = try Self.given("role", body).map { try UserRules.isAdmin(role: $0) }
    }

    private static func given(_ field: String, _ body: Document) -> Value? {
        guard let given = body.element(key: field)?.value, given != .null else { return .none }
        return given
    }

    private static func text(_ field: String, _ body: Document) throws -> String? {
        guard let given = given(field, body) else { return nil }
        guard let text = given.string else { throw RequestError(.type, "\(field) must be a string") }
        return text
    }
}
