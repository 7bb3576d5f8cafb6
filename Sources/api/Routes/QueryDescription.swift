import HTTP

/// What `POST /api/queries` takes and answers, for the documentation.
enum QueryDescription {
    static let route = RouteDescription(
        "Runs a query.", tag: "queries",
        body: .either([
            query("find", catalogFields(filter: true, projection: true), words: finding),
            query("find_one", catalogFields(filter: true, projection: true), words: finding),
            query("count_documents", catalogFields(filter: true, projection: false), words: counting),
            query("estimated_document_count", catalogFields(filter: false, projection: false), words: []),
            query("aggregate", [catalog, .required("pipeline", pipeline)], words: aggregating),
            query("cone_search", coneSearch, words: finding + searching),
            query("near", near, words: finding + searching),
            query("skymap", catalogFields(filter: true, projection: true) + [skymap], words: finding),
            query("info", information, words: []),
            query("drop", [catalog], words: []),
        ]),
        answers: [
            200: .json(
                """
                find, aggregate, skymap: a list of documents. find_one: a document, or no data. cone_search, near: for \
                each catalogue an object with a list of documents for each position. count_documents, \
                estimated_document_count: a number. info: names, or what MongoDB says. drop: no data. Documents are \
                MongoDB Extended JSON v2, relaxed. An answer that fails after it has begun is cut off.
                """,
                Answer.schema(data: .either([.array(.anything), .object([]), .integer()])))
        ])

    private static func query(
        _ type: String, _ fields: [Schema.Property], words: [Schema.Property]
    ) -> Schema {
        .object([
            .required("query_type", .string(allowed: [type])), .required("query", .object(fields)),
            .optional("kwargs", .nullable(.object(words + [time]))),
        ])
    }

    private static func catalogFields(filter: Bool, projection: Bool) -> [Schema.Property] {
        [catalog] + (filter ? [.required("filter", document)] : [])
            + (projection ? [.optional("projection", .nullable(document))] : [])
    }

    private static let catalog = Schema.Property.required(
        "catalog", .explained("Name of a collection.", .string()))

    private static let document = Schema.explained(
        "In MongoDB's language, as an object or as a text with a Python literal.",
        .either([.object([]), .string()]))

    private static let pipeline = Schema.explained(
        "Stages, or a text with a Python literal of them.", .either([.array(.object([])), .string()]))

    /// Catalogues with what is asked of each.
    private static let catalogs = Schema.Property.required(
        "catalogs",
        .map(
            .nullable(
                .object([.optional("filter", document), .optional("projection", .nullable(document))]))))

    private static let angle = Schema.either([.number, .string()])
    private static let unit = Schema.string(allowed: ["arcsec", "arcmin", "deg", "rad"])

    /// Positions in all their forms.
    private static let positions = Schema.explained(
        """
        Named pairs [ra, dec], a list of pairs, a text with a Python literal of these, or a text "ra dec". A pair is two \
        numbers in degrees or two texts such as 12:34:56.7 and -01d02m03s.
        """,
        .either([
            .map(.array(.either([.number, .string()]))), .array(.array(.either([.number, .string()]))),
            .string(),
        ]))

    private static let coneSearch: [Schema.Property] = [
        .required(
            "object_coordinates",
            .object([
                .required("cone_search_radius", angle), .required("cone_search_unit", unit),
                .required("radec", positions),
            ])),
        catalogs,
    ]

    private static let near: [Schema.Property] = [
        .required("radec", positions), catalogs, .optional("min_distance", angle),
        .optional("max_distance", .explained("An arcminute unless given.", angle)),
        .optional("distance_units", unit),
    ]

    private static let skymap = Schema.Property.required(
        "skymap",
        .explained(
            "One of dateobs, trigger_id and aliases must be there.",
            .object([
                .required("localization_name", .string()),
                .optional("dateobs", .explained("YYYY-MM-DDTHH:MM:SS[.SSS]", .string())),
                .optional("trigger_id", .either([.integer(), .string()])),
                .optional("aliases", .array(.string())),
                .optional("contour", .explained("Percent; 90 unless given.", .number)),
            ])))

    private static let information: [Schema.Property] = [
        .required(
            "command", .string(allowed: ["catalog_names", "catalog_info", "index_info", "db_info"])),
        .optional("catalog", .string()),
    ]

    private static let time = Schema.Property.optional(
        "max_time_ms",
        .explained("How long the database may take for the whole query.", .nullable(.integer(minimum: 1))))

    private static let counting: [Schema.Property] = [
        .optional("skip", .nullable(.integer(minimum: 0))),
        .optional("limit", .nullable(.integer(minimum: 0))),
        .optional(
            "hint", .explained("Name or keys of an index.", .nullable(.either([.string(), .object([])])))),
    ]

    private static let finding: [Schema.Property] =
        counting + [
            .optional(
                "sort",
                .explained(
                    "[[field, 1 or -1], …] or {field: 1 or -1, …}.",
                    .nullable(.either([.array(.array(.anything)), .object([])]))))
        ]

    private static let searching: [Schema.Property] = [
        .optional(
            "filter_first", .explained("Whether the filter stands before the position.", .nullable(.boolean))),
        .optional(
            "distance_arcsec",
            .explained("Whether documents get their distance from the position.", .nullable(.boolean))),
    ]

    private static let aggregating: [Schema.Property] =
        [.optional("allowDiskUse", .nullable(.boolean))]
        + [
            .optional(
                "hint", .explained("Name or keys of an index.", .nullable(.either([.string(), .object([])]))))
        ]
}
