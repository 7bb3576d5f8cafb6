import HTTP

/// What `POST /api/xmatch` takes and answers, for the documentation.
enum MatchDescription {
    static let route: RouteDescription = {
        var route = RouteDescription(
            "Finds the rows of catalogues that lie near many positions.", tag: "queries", details: details,
            query: parameters,
            body: .object(
                [
                    .required("catalogs", .either([.map(.object(own, isClosed: true)), .array(.string())])),
                    .required(
                        "positions",
                        .either([
                            .array(.array(.number)),
                            .array(
                                .object(
                                    [
                                        .required("ra", .number), .required("dec", .number),
                                        .optional("name", .string()),
                                    ], isClosed: true)), .map(.array(.number)),
                        ])),
                ] + own + [time], isClosed: true),
            answers: [
                200: .init(
                    meaning:
                        "The matches, catalogue after catalogue, position after position, the nearest first. An answer "
                        + "that fails after it has begun is cut off.",
                    content: [
                        "application/json": Answer.schema(data: .array(match)),
                        "text/csv": .string(),
                    ])
            ],
            examples: [
                .init(
                    MatchRoutes.path,
                    body:
                        #"{"catalogs": {"ZTF_alerts": {"radius": 5, "projection": {"objectId": 1}}}, "positions": {"target": [155.1, -42.1]}}"#
                )
            ])
        route.otherBodies["text/csv"] = .explained(
            "A header with `ra` and `dec`, perhaps `name` or `id`, and a line for each position.", .string())
        return route
    }()

    private static let details = """
        Positions are degrees (J2000), or texts such as `12:34:56.7`. With `Content-Type: text/csv` the body is a table of \
        positions, and all else stands in the query string. With `Accept: text/csv` the answer is a table: one line for \
        each match, for one catalogue. Catalogues that are indexed on the API's host take more positions at a time than \
        others; both give the same matches.
        """

    private static let own: [Schema.Property] = [
        .optional("radius", .explained("Greatest distance; 2 arcsec where nothing is said.", .number)),
        .optional("unit", .explained("Of `radius`.", .string(allowed: ["arcsec", "arcmin", "deg", "rad"]))),
        .optional("filter", .explained("As in a find.", .object([]))),
        .optional("projection", .explained("As in a find.", .object([]))),
        .optional("limit", .explained("Matches of one position at most.", .integer(minimum: 1))),
        .optional("nearest_only", .explained("The same as a limit of 1.", .boolean)),
    ]

    private static let time = Schema.Property.optional(
        "max_time_ms", .explained("How long each catalogue may take.", .integer(minimum: 1)))

    private static let parameters: [Schema.Property] =
        [
            .optional("catalogs", .explained("Of a table: names, with commas between.", .string()))
        ]
        + own.map { property in
            .optional(property.name, .explained("Of a table: as in a JSON body.", property.name.textual))
        } + [
            .optional("max_time_ms", .explained("Of a table: as in a JSON body.", .integer(minimum: 1))),
            .optional("ra_column", .explained("Name of the column of right ascension.", .string())),
            .optional("dec_column", .explained("Name of the column of declination.", .string())),
            .optional("name_column", .explained("Name of the column of names.", .string())),
        ]

    private static let match = Schema.object([
        .required("catalog", .string()),
        .required("position", .explained("Its place in the request, from 0.", .integer(minimum: 0))),
        .optional("name", .explained("Where the position has one.", .string())),
        .required("ra", .number), .required("dec", .number), .required("distance_arcsec", .number),
        .required("match", .explained("The catalogue's document.", .object([]))),
    ])
}

extension String {
    /// The shape of a parameter of this name in a query string.
    fileprivate var textual: Schema {
        switch self {
        case "radius": .number
        case "limit": .integer(minimum: 1)
        case "nearest_only": .boolean
        case "unit": .string(allowed: ["arcsec", "arcmin", "deg", "rad"])
        default: .explained("JSON.", .string())
        }
    }
}
