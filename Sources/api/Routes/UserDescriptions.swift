import Archive
import HTTP

/// What is said about the routes of users.
enum UserDescriptions {
    private static let name = Schema.explained(
        "Printable, without `/` and without spaces at its ends, at most \(UserRules.longestName) characters.",
        .string())
    private static let password = Schema.explained("1 to 511 bytes.", .string())
    private static let permissions = Schema.explained(
        "Programs whose alerts the user may see; `{}` means [1].",
        .either([
            .array(.integer(minimum: 0, maximum: Int(UserRules.largestProgram))), .object([], isClosed: true),
        ]))
    private static let groups = Schema.explained(
        "Groups, SkyPortal's numbers, whose filters the user may see.",
        .array(.integer(minimum: 1, maximum: Int(UserRules.largestGroup))))
    private static let role = Schema.string(allowed: ["admin", "user"])
    private static let path = ["username": Schema.string()]
    private static let profile = Schema.object(
        [
            .required("username", .string()), .required("email", .nullable(.string())),
            .required("role", role), .required("permissions", .array(.integer())),
            .required("groups", .array(.integer())),
            .required(
                "last_modified",
                .nullable(.object([.required("$date", .string())]))),
        ], isClosed: true)

    static let list = RouteDescription(
        "Lists the users.", tag: "users",
        answers: [200: .json("All of them, by name.", Answer.schema(data: .array(profile)))])

    static let add = RouteDescription(
        "Adds a user.", tag: "users",
        body: .object([
            .required("username", name), .required("password", password),
            .optional("email", .nullable(.string())), .optional("permissions", .nullable(permissions)),
            .optional("groups", .nullable(groups)), .optional("role", .nullable(role)),
        ]), answers: [200: .json("The user is there now.", Answer.schema())])

    static let get = RouteDescription(
        "Shows a user.", tag: "users", details: "Users who are not admins see only themselves.", path: path,
        answers: [200: .json("The user.", Answer.schema(data: profile))])

    static let change = RouteDescription(
        "Changes a user: name, password, address, programs, groups or role.", tag: "users",
        details: """
            What is not named stays as it is. Another password or name ends all tokens of the user. Users who are not \
            admins may change only their own password and must give `current_password`; too many wrong ones are \
            answered with 429 and `Retry-After`. The admin of the settings cannot be renamed.
            """,
        path: path,
        body: .object([
            .optional("username", .nullable(name)), .optional("password", .nullable(password)),
            .optional("current_password", .nullable(.string())),
            .optional("email", .nullable(.string())),
            .optional("permissions", .nullable(permissions)), .optional("groups", .nullable(groups)),
            .optional("role", .nullable(role)),
        ]),
        answers: [
            200: .json("The user is changed.", Answer.schema()),
            429: .json(
                "Too many wrong passwords; Retry-After says how long to wait.", SharedAnswers.envelope),
        ])

    static let remove = RouteDescription(
        "Removes a user, whose tokens end.", tag: "users", path: path,
        answers: [200: .json("The user is gone.", Answer.schema())])

    static let logOut = RouteDescription(
        "Ends all tokens of a user.", tag: "users",
        details: "Users who are not admins may log out only themselves.", path: path,
        answers: [200: .json("New tokens are to be had with the password.", Answer.schema())])
}
