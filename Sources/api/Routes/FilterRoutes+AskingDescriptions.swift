import HTTP

extension FilterRoutes {
    static let running = RouteDescription(
        "Runs a version of a filter over stored alerts and gives what passes.", tag: "filters",
        details: """
            Each alert is seen with what was known of its object before it. Objects or both dates must be given; \
            without objects the dates are a day apart at most. Dates are Julian dates with a decimal point, or ISO \
            8601. The last version is run where none is named.

            With `stages` the answer also says how many documents each stage left, how many alerts of each night \
            passed (one document came out of them), and what an alert costs. `engine` says who ran it; what is not \
            known is null, and `reason` says why. \(whose) Alerts and points of programs that the user may not see are \
            not seen by the filter either.
            """,
        path: path,
        body: .object([
            .optional("filter_version", .nullable(.string())),
            .optional("object_ids", .nullable(.array(.string()))),
            .optional("start_date", .nullable(.either([.number, .string()]))),
            .optional("end_date", .nullable(.either([.number, .string()]))),
            .optional("max_time_ms", .nullable(.integer(minimum: 1, maximum: 300_000))),
            .optional("stages", .explained("Whether to count.", .nullable(.boolean))),
        ]),
        answers: [
            200: .json(
                "What the filter makes of the alerts that pass.",
                .object([
                    .required("status", .string(allowed: ["success"])), .required("message", .string()),
                    .required("data", .array(.object([]))),
                    .optional("alerts", .explained("Alerts that were looked at.", .integer(minimum: 0))),
                    .optional("stages", .nullable(.array(stageCount))),
                    .optional("nights", .nullable(.array(.object(night + [.required("hit_rate", .number)])))),
                    .optional("microseconds_per_alert", .nullable(.number)),
                    .optional("engine", .string(allowed: ["memory", "database"])),
                    .optional("reason", .nullable(.string())),
                ]))
        ])

    static let explaining = RouteDescription(
        "Explains why a version of a filter lets an alert through, or does not.", tag: "filters",
        details: explanationDetails, path: path,
        body: .object(
            alert + [
                .optional(
                    "filter_version",
                    .explained("The last one where nothing is said.", .nullable(.string())))
            ]),
        answers: [200: .json("Stage by stage.", Answer.schema(data: explanation))])

    static let explainingUnsaved = RouteDescription(
        "Explains why a pipeline that is not saved lets an alert through, or does not.", tag: "filters",
        details: explanationDetails,
        body: .object(
            [.required("pipeline", .either([.array(.object([])), .string()]))] + alert + [
                .optional(
                    "permissions",
                    .explained(
                        "The programs whose alerts it may see, of those that the user may see; all of these where "
                            + "nothing is said.", .nullable(.array(.integer())))),
                .optional(
                    "catalog",
                    .explained(
                        "The collection of alerts; ZTF_alerts where nothing is said.", .nullable(.string()))),
            ]),
        answers: [200: .json("Stage by stage.", Answer.schema(data: explanation))])

    static let comparing = RouteDescription(
        "Compares what two versions of a filter find in a night.", tag: "filters",
        details: """
            The night is a date (UTC), a time in it, or its number (the whole part of the modified Julian date); or \
            both dates say from when to when, a day at most. An alert is gained where the second version lets it \
            through and the first does not; at most 10,000 are named, all are counted. \(whose)
            """,
        path: path,
        body: .object([
            .required("from_version", .string()), .required("to_version", .string()),
            .optional("night", .nullable(.either([.number, .string()]))),
            .optional("start_date", .nullable(.either([.number, .string()]))),
            .optional("end_date", .nullable(.either([.number, .string()]))),
            .optional("max_time_ms", .nullable(.integer(minimum: 1, maximum: 300_000))),
        ]),
        answers: [
            200: .json(
                "What differs.",
                Answer.schema(
                    data: .object([
                        .required("from_version", .string()), .required("to_version", .string()),
                        .required("start_jd", .number), .required("end_jd", .number),
                        .required("evaluated", .integer(minimum: 0)), .required("from", passed),
                        .required("to", passed), .required("kept", .integer(minimum: 0)),
                        .required("gained_count", .integer(minimum: 0)),
                        .required("lost_count", .integer(minimum: 0)),
                        .required("gained", .array(named)), .required("lost", .array(named)),
                    ])))
        ])

    /// Who may ask for what is not for admins alone.
    static let whose = "Users who are not admins ask for their own filters and for those of their groups."

    private static let explanationDetails = """
        For each stage how many documents it left. Where the pipeline runs in memory the first stage that left none \
        says why: the conditions with the values that they saw. Where it does not, `supported` is false, `unsupported` \
        names the operator and its place, and the database says how many documents each stage left. An alert passes \
        where one document comes out. \(whose)
        """

    private static let alert: [Schema.Property] = [
        .optional(
            "candid",
            .explained(
                "Number of the alert; as text where integers end at 2^53.",
                .nullable(.either([.integer(), .string()])))),
        .optional(
            "objectId",
            .explained("Name of the object, whose last alert is taken without candid.", .nullable(.string()))),
    ]

    private static let explanation = Schema.object([
        .required("candid", .integer()), .required("candid_str", .string()),
        .required("objectId", .anything), .required("filter_version", .nullable(.string())),
        .required(
            "permissions", .explained("The programs that the pipeline saw.", .array(.integer()))),
        .required("supported", .boolean),
        .optional(
            "unsupported",
            .nullable(.object([.required("place", .string()), .required("reason", .string())]))),
        .required("passed", .boolean),
        .optional("results", .explained("Documents; absent where a stage failed.", .integer(minimum: 0))),
        .required(
            "stages",
            .array(
                .object([
                    .required("stage", .integer(minimum: 0)), .required("name", .string()),
                    .required("passed", .boolean), .optional("documents", .integer(minimum: 0)),
                    .optional("error", .string()),
                    .optional(
                        "conditions",
                        .explained(
                            "Of each document that came to the stage, at most three: the tree of its conditions.",
                            .array(.object([])))),
                ]))),
        .optional("failed_stage", .integer(minimum: 0)), .optional("reason", .string()),
        .optional(
            "failed_condition",
            .explained("The condition whose negation the stage would have let through.", .object([]))),
    ])

    private static let stageCount = Schema.object([
        .required("stage", .integer(minimum: 0)), .required("name", .string()),
        .required("documents", .integer(minimum: 0)),
    ])

    private static let passed = Schema.object([
        .required("passed", .integer(minimum: 0)), .required("errors", .integer(minimum: 0)),
    ])

    private static let named = Schema.object([
        .required("candid", .integer()), .required("candid_str", .string()),
        .required("objectId", .anything), .required("jd", .anything),
    ])

    /// What is counted of a night.
    static let night: [Schema.Property] = [
        .required(
            "night", .explained("The whole part of the modified Julian date, a day in UTC.", .integer())),
        .required("evaluated", .integer(minimum: 0)), .required("passed", .integer(minimum: 0)),
        .required("errors", .integer(minimum: 0)),
    ]
}
