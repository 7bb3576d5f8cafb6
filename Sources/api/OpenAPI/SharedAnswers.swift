import HTTP

/// The answers that routes have in common: what goes wrong before or around a route's own work.
enum SharedAnswers {
    /// One of them, under its name in the document.
    struct Named {
        /// The name among the document's components.
        let name: String
        /// The status.
        let status: Int
        /// When it comes and what is in it.
        let answer: RouteDescription.Answer
    }

    /// `{"status": "error", "message": …}`.
    static let envelope = Schema.object([
        .required("status", .string(allowed: ["error"])), .required("message", .string()),
    ])

    private static let text = ("text/plain", Schema.string())

    private static func named(_ name: String, _ status: Int, _ meaning: String) -> Named {
        Named(name: name, status: status, answer: .json(meaning, envelope))
    }

    private static let badRequest = Named(
        name: "BadRequest", status: 400,
        answer: .init(
            meaning:
                "The request, or its token, is no good; the message names the field. Plain text where the "
                + "request cannot even be read.",
            content: ["application/json": envelope, text.0: text.1]))
    private static let unauthorized = named("Unauthorized", 401, "There is no token.")
    private static let forbidden = named(
        "Forbidden", 403, "The user may not do this: most of what changes something is for admins.")
    private static let notFound = named(
        "NotFound", 404, "There is no such thing, or the user may not see it.")
    private static let tooLarge = Named(
        name: "TooLarge", status: 413,
        answer: .init(meaning: "The body is too large.", content: [text.0: text.1]))
    private static let tooMany = named("TooManyRequests", 429, "Too many requests; to be repeated later.")
    private static let fault = named("Fault", 500, "The server failed; the request may be good.")
    private static let unavailable = named(
        "Unavailable", 503,
        "What is needed, such as the database, cannot be reached, or too many queries of the user wait.")

    /// All of them.
    static let all = [
        badRequest, unauthorized, forbidden, notFound, tooLarge, tooMany, fault, unavailable,
    ]

    /// Those that a route may give besides its own. The operator's routes look at no token and have none.
    static func of(_ route: Route) -> [Named] {
        guard route.description.tag != "operation" else { return [] }
        var answers = [badRequest, tooMany, fault, unavailable]
        // Who has a token may still ask for what only others may do or see.
        if route.audience != nil { answers += [unauthorized, forbidden, notFound] }
        if route.description.body != nil { answers.append(tooLarge) }
        return answers.filter { route.description.answers[$0.status] == nil }
    }
}
