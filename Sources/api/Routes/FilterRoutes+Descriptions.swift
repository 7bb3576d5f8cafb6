import HTTP

extension FilterRoutes {
    static let saving = RouteDescription(
        "Saves a filter, or another version of it, which becomes the active one.", tag: "filters",
        details: """
            The pipeline is run on the alert that was inserted last before it is saved. It is an array of stages, or a \
            text of one in Extended JSON or as a Python literal. Stages that read or write other collections and \
            JavaScript are refused at any depth. Of a filter that exists nothing but the versions changes.
            """,
        body: .object([
            .required("filter_id", .integer(minimum: 1)), .required("group_id", .integer(minimum: 1)),
            .required("catalog", .explained("The collection of alerts, such as ZTF_alerts.", .string())),
            .required("pipeline", .either([.array(.object([])), .string()])),
            .optional(
                "permissions",
                .explained("The programs whose alerts the filter may see.", .array(.integer()))),
            .optional("active", .boolean), .optional("autosave", autosave),
            .optional("auto_followup", autoFollowup), .optional("update_annotations", .boolean),
            .optional("owner", owner),
        ]),
        answers: [
            200: .json(
                "The version is saved.",
                Answer.schema(
                    data: .object(
                        version(withPipeline: true) + [
                            .required("filter_id", .integer(minimum: 1)),
                            .required("active_fid", .string()),
                        ])))
        ])

    static let changing = RouteDescription(
        "Changes a filter: whether it is active, which version is, and what is done with what passes.",
        tag: "filters",
        details:
            "Fields that are absent or null stay as they are. Pipelines are run on the last alert first.",
        body: .object([
            .required("filter_id", .integer(minimum: 1)), .optional("active", .nullable(.boolean)),
            .optional("active_fid", .nullable(.string())), .optional("autosave", .nullable(autosave)),
            .optional("auto_followup", .nullable(autoFollowup)),
            .optional("update_annotations", .nullable(.boolean)), .optional("owner", owner),
        ]),
        answers: [200: .json("The filter as it is now.", Answer.schema(data: filter(withPipelines: true)))])

    static let listing = RouteDescription(
        "Lists filters by their numbers, without the pipelines.", tag: "filters", details: whose,
        query: [
            .optional("group_id", .explained("Those of a group.", .integer())),
            .optional("catalog", .explained("Those on a collection of alerts.", .string())),
            .optional("active", .explained("Those that are active, or those that are not.", .boolean)),
        ],
        answers: [
            200: .json("The filters.", Answer.schema(data: .array(filter(withPipelines: false))))
        ])

    static let reading = RouteDescription(
        "Gives a filter with all its versions.", tag: "filters", details: whose, path: path,
        answers: [200: .json("The filter.", Answer.schema(data: filter(withPipelines: true)))])

    static let removing = RouteDescription(
        "Removes a filter with all its versions.", tag: "filters", path: path,
        answers: [200: .json("The filter is removed.", Answer.schema())])

    /// What is in the path.
    static let path: [String: Schema] = ["filter_id": .integer(minimum: 0)]

    private static let autosave = Schema.either([
        .boolean,
        .object(
            [
                .optional("active", .nullable(.boolean)), .optional("comment", .nullable(.string())),
                .optional("ignore_group_ids", .nullable(.array(.integer()))),
                .optional("pipeline", .either([.array(.object([])), .string()])),
                .optional("saver_id", .nullable(.integer())),
            ], isClosed: true),
    ])

    private static let autoFollowup = Schema.object(
        [
            .optional("active", .nullable(.boolean)), .optional("comment", .nullable(.string())),
            .optional("pipeline", .either([.array(.object([])), .string()])),
            .optional("allocation_id", .nullable(.either([.integer(), .string()]))),
            .optional("payload", .nullable(.object([]))),
            .optional("target_group_ids", .nullable(.array(.integer()))),
            .optional("ignore_allocation_ids", .nullable(.array(.integer()))),
            .optional(
                "not_if_tns_reported", .nullable(.explained("Hours.", .integer()))),
            .optional("radius", .nullable(.explained("Arcseconds.", .number))),
            .optional("validity_days", .nullable(.integer())),
            .optional("priority_order", .string(allowed: ["asc", "desc"])),
            .optional("implements_update", .nullable(.boolean)),
        ], isClosed: true)

    private static let owner = Schema.explained(
        "Name of the user whose filter it is, who may see it.", .nullable(.string()))

    /// A time in Extended JSON.
    static let time = Schema.object([.required("$date", .anything)])

    private static func version(withPipeline: Bool) -> [Schema.Property] {
        [.required("fid", .string()), .optional("created_at", time)]
            + (withPipeline
                ? [.required("pipeline", .explained("An array of stages in Extended JSON.", .string()))] : [])
    }

    /// Times are absent where a database taken over has none.
    private static func filter(withPipelines: Bool) -> Schema {
        .object([
            .required("filter_id", .integer(minimum: 1)), .required("group_id", .integer(minimum: 1)),
            .required("catalog", .string()), .required("permissions", .array(.integer())),
            .required("active", .boolean), .required("autosave", .either([.boolean, .object([])])),
            .required("auto_followup", .object([])), .required("update_annotations", .boolean),
            .required("active_fid", .nullable(.string())),
            .required("fv", .array(.object(version(withPipeline: withPipelines)))),
            .optional("created_at", time), .optional("last_modified", time), .optional("owner", .string()),
            .optional(
                "suspended",
                .explained("Why it does not run, where it was stopped.", .nullable(.object([])))),
            .required("_id", .anything),
        ])
    }
}
