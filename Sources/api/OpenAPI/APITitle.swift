/// What the API is called in its documentation.
struct APITitle: Sendable {
    let title: String
    let version: String
    /// In CommonMark.
    let description: String
    /// What the headings of routes mean; those of tags that are not here stand alone.
    let tags: [(name: String, meaning: String)]

    /// This program's.
    static let skipper = APITitle(
        title: "Skipper", version: "1.0.0",
        description: """
            Alerts of sky surveys, the light curves of their objects and catalogues, over HTTP and in JSON.

            Answers are `{"status": "success", "message": …, "data": …}`, errors \
            `{"status": "error", "message": …}`. Values that JSON has no form for are MongoDB's relaxed Extended JSON, \
            in requests and in answers: `{"$date": "2024-05-10T06:30:00Z"}`, `{"$oid": …}`, `{"$binary": …}`. A candid is \
            an integer above 2^53: read it as one, or take `candid_str` where it is offered.

            A token comes from `POST /api/auth` and goes into the header `Authorization`, alone or after `Bearer`. \
            A token that is no good is refused everywhere under `/api/` and `/docs/`. A user sees the alerts, \
            light curves and catalogues that the user's programs allow; what a user may not see looks as if it were not \
            there.

            In the examples `URL` is the server, such as `http://localhost:4000`, and `TOKEN` the token.
            """,
        tags: [
            ("access", "Tokens."), ("users", "Who may use the API."),
            ("queries", "Questions to the database, as penquins asks them."),
            ("listing", "Catalogues, alerts, objects and light curves by their names."),
            ("filters", "Pipelines that are run on every new alert."),
            ("skymaps", "Localizations of events and their contours."),
            ("cutouts", "Image stamps."),
            ("classifications", "People's labels and models' scores of alerts."),
            ("triggers", "Requests to the queue of the ZTF telescope."),
            ("documentation", "This documentation."), ("operation", "For who runs the server."),
        ])
}
