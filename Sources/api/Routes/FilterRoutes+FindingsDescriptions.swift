import HTTP

extension FilterRoutes {
    static let hits = RouteDescription(
        "Lists what a filter has found, the newest alerts first.", tag: "filters",
        details: """
            Pages follow each other by `after`, without gaps and without repeating anything, also while the filter \
            finds more. \(findings)
            """,
        path: path,
        query: dates + [
            .optional("fid", .explained("What one version found.", .string())),
            .optional(
                "backfill",
                .explained("What runs over the past found, or what they did not find.", .boolean)),
            .optional(
                "limit",
                .explained(
                    "Hits of a page; 100 where nothing is said.",
                    .integer(minimum: limits.lowerBound, maximum: limits.upperBound))),
            .optional("after", .explained("`next` of the page before.", .string())),
        ],
        answers: [
            200: .json(
                "A page.",
                Answer.schema(
                    data: .object([
                        .required("hits", .array(hit)),
                        .required(
                            "next",
                            .explained(
                                "Where the next page begins; null where this is the last.",
                                .nullable(.string()))),
                    ])))
        ])

    static let statistics = RouteDescription(
        "Tells what a filter did: alerts that it looked at, let through and failed at, and their cost, by night.",
        tag: "filters", details: "`suspended` says why it does not run where it was stopped. \(findings)",
        path: path,
        query: dates,
        answers: [
            200: .json(
                "By night and version.",
                Answer.schema(
                    data: .object([
                        .required("filter_id", .integer(minimum: 1)), .required("active", .boolean),
                        .required("active_fid", .nullable(.string())),
                        .required("suspended", .nullable(.object([]))),
                        .required(
                            "nights",
                            .array(
                                .object(
                                    night + [
                                        .required("fid", .string()),
                                        .required("microseconds_per_alert", .nullable(.number)),
                                    ]))),
                    ])))
        ])

    static let backfilling = RouteDescription(
        "Runs a version of a filter over the alerts between two dates, in the background.", tag: "filters",
        details: """
            An ingester, or `skipper filter backfill`, works on it when there is time. What it finds is marked \
            (`backfill`) and not sent anywhere unless `notify` says so. The last version is run where none is named.
            """,
        path: path,
        body: .object([
            .required("start_date", .either([.number, .string()])),
            .required("end_date", .either([.number, .string()])),
            .optional("filter_version", .nullable(.string())),
            .optional("notify", .explained("Whether hits are sent.", .nullable(.boolean))),
        ]),
        answers: [202: .json("It is waiting for its turn.", Answer.schema(data: job))])

    static let backfills = RouteDescription(
        "Lists the runs of a filter over the past, newest first.", tag: "filters",
        details: "At most 100. \(findings)", path: path,
        answers: [200: .json("The runs.", Answer.schema(data: .array(job)))])

    static let backfillReading = RouteDescription(
        "Shows a run of a filter over the past and how far it is.", tag: "filters", details: findings,
        path: jobPath, answers: [200: .json("The run.", Answer.schema(data: job))])

    static let backfillCancelling = RouteDescription(
        "Ends a run of a filter over the past.", tag: "filters",
        details: "What it has found stays. One that has ended already stays as it is.", path: jobPath,
        answers: [200: .json("The run as it is now.", Answer.schema(data: job))])

    private static let findings =
        "\(whose) They must be allowed to see all programs that the filter sees."

    private static let jobPath = path.merging(["job": .string()]) { first, _ in first }

    private static let dates: [Schema.Property] = [
        .optional("from", .explained("The first alerts: Julian date or ISO 8601.", .string())),
        .optional("to", .explained("The last alerts: Julian date or ISO 8601.", .string())),
    ]

    private static let hit = Schema.object([
        .required("_id", .anything), .required("filter_id", .integer()), .required("fid", .string()),
        .required("group_id", .integer()), .required("candid", .integer()),
        .required("candid_str", .string()), .required("objectId", .string()), .required("jd", .number),
        .required("passed_at", time),
        .required("result", .explained("What the filter made of the alert.", .object([]))),
        .required("annotations", .object([])), .required("backfill", .boolean),
        .optional("autosave", .object([])), .optional("auto_followup", .object([])),
        .optional("job", .explained("The run over the past that found it.", .string())),
        .optional("notify", .explained("Whether a hit of such a run is to be sent.", .boolean)),
    ])

    private static let job = Schema.object([
        .required("job", .explained("Its name.", .string())), .required("filter_id", .integer()),
        .required("group_id", .integer()), .required("fid", .string()), .required("catalog", .string()),
        .required("start_jd", .number), .required("end_jd", .number), .required("notify", .boolean),
        .required("state", .string(allowed: ["waiting", "running", "done", "failed", "cancelled"])),
        .required(
            "total",
            .explained(
                "Alerts between the dates; null where they are too many to count.",
                .nullable(.integer(minimum: 0)))),
        .required("evaluated", .integer(minimum: 0)), .required("passed", .integer(minimum: 0)),
        .required("errors", .integer(minimum: 0)),
        .required(
            "position",
            .explained(
                "The last alert that was looked at.",
                .nullable(.object([.required("jd", .number), .required("candid", .integer())])))),
        .required("reason", .explained("Why it failed.", .nullable(.string()))),
        .required("created_by", .string()), .required("created_at", time),
        .required("started_at", .nullable(time)), .required("finished_at", .nullable(time)),
    ])
}
