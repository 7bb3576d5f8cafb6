import Archive
import Documents
import HTTP

/// `/api/classifications`: people's labels and programs' scores of alerts.
struct ClassificationRoutes: RouteGroup {
    let classifications: Classifications

    private static let surveys = Archive.surveys.map { $0.name.lowercased() }
    private static let path = ["survey": Schema.string(allowed: surveys)]
    private static let probabilities = Schema.map(.explained("0 to 1", .number))
    private static let labels = Schema.explained(
        "Probabilities by name, or names, whose probability is 1, as a list or with commas.",
        .either([probabilities, .array(.string()), .string()]))
    private static let body = Schema.explained(
        "By candid; each alert has at least one label.",
        .map(
            .object([.optional("human_labels", .nullable(labels)), .optional("ml_scores", .nullable(labels))])
        ))

    func declare(in table: inout RouteTable) {
        table.on(
            "PUT", "/api/classifications/{survey}", for: .users,
            RouteDescription(
                "Labels alerts.", tag: "classifications",
                details: """
                    Labels of the same name get the new probability, others stay. All alerts of a request are labelled \
                    or none. A name has 1 to \(AlertLabels.longestName) characters, no `.`, no NUL and no `$` at its \
                    beginning.
                    """, path: Self.path, body: Self.body,
                answers: [200: .json("All alerts are labelled.", Answer.schema())])
        ) { request, user in
            let (survey, name) = try Self.survey(request)
            let labels = try AlertLabels.read(try JSONBody.object(request.body))
            try await classifications.add(labels, of: survey, for: user)
            return Answer.success("added classifications for \(name) alerts")
        }
        table.on(
            "DELETE", "/api/classifications/{survey}", for: .users,
            RouteDescription(
                "Removes labels of alerts by their names.", tag: "classifications",
                details: "A label that an alert does not have is no error; an alert without any is.",
                path: Self.path, body: Self.body,
                answers: [200: .json("The labels are gone.", Answer.schema())])
        ) { request, user in
            let (survey, name) = try Self.survey(request)
            let labels = try AlertLabels.read(try JSONBody.object(request.body))
            try await classifications.remove(labels, of: survey, for: user)
            return Answer.success("deleted classifications for \(name) alerts")
        }
        table.on(
            "GET", "/api/classifications/{survey}/{candid}", for: .users,
            RouteDescription(
                "Shows an alert's labels.", tag: "classifications",
                path: Self.path.merging(["candid": .integer()]) { $1 },
                answers: [
                    200: .json(
                        "The labels.",
                        .object([
                            .required("status", .string(allowed: ["success"])),
                            .required(
                                "data",
                                .object([
                                    .required("objectId", .anything),
                                    .required("human_labels", .map(.number)),
                                    .optional("ml_scores", .map(.number)), .required("candid", .integer()),
                                ])),
                        ]))
                ])
        ) { request, user in
            let (survey, _) = try Self.survey(request)
            let candid = try AlertLabels.candid(request.parameters["candid"] ?? "")
            let found = try await classifications.find(candid, of: survey, for: user)
            return Answer.json(["status": "success", "data": .document(found)])
        }
    }

    private static func survey(_ request: Request) throws -> (survey: Survey, name: String) {
        let survey = try Survey.named(request.parameters["survey"] ?? "")
        return (survey, survey.name.lowercased())
    }
}
