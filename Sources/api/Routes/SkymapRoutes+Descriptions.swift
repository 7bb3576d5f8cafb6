import HTTP

extension SkymapRoutes {
    private static let path = "/api/skymap"
    private static let name = "90.00000_30.00000_10.00000"
    private static let time = Schema.explained(
        "When the event was: `YYYY-MM-DDTHH:MM:SS[.ffffff]`, UTC, kept to milliseconds.",
        .example(#""2023-06-23T15:42:26""#, .string()))
    private static let level = Schema.either([.integer(minimum: 1, maximum: 100), .number])

    static let saving = RouteDescription(
        "Saves contours of a sky map, or adds others to those that there are.", tag: "skymaps",
        details: """
            A map is described by one of these in `skymap`, in this order: `localization_name`, `uniq` and `probdensity` \
            (a multi-order HEALPix map); `url`, the address of a FITS file on a server that the setting \
            `skymaps.allowed_hosts` names; `localization_name` and `content`, the FITS file in base64; `ra`, `dec` and \
            `error` (degrees), a Gaussian; `localization_name` and `polygon`, a list of `[ra, dec]` or `{center, corners}`; \
            `localization_name`, `ra`, `dec`, `amaj`, `amin` and `phi` (degrees), an ellipse. Instead `voevent` may be a \
            notice, VOEvent 2.0 in XML, which says the time, the number and the other names of the event, too. \
            Contours are made of pixels of nside 512, and of finer ones where the map is small. Pixels of equal \
            probability are inside or outside together.
            """,
        body: .object([
            .optional("dateobs", .nullable(time)),
            .required(
                "contours",
                .explained(
                    "Levels in percent, above 0 up to 100.",
                    .example("[90, 95]", .either([level, .array(level), .string()])))),
            .optional(
                "skymap",
                .nullable(.example(#"{"ra": 90, "dec": 30, "error": 10}"#, .object([])))),
            .optional("voevent", .nullable(.string())),
            .optional(
                "triggerid",
                .explained("The mission's number of the event.", .nullable(.either([.integer(), .string()])))),
            .optional(
                "aliases",
                .explained(
                    "Other names of the event.", .nullable(.either([.array(.string()), .string()])))),
        ]),
        answers: [
            200: .json("The contours are there now.", Answer.schema(data: saved)),
            409: .json(
                "They were there before.",
                .object([
                    .required("status", .string(allowed: ["already_exists"])),
                    .required("message", .string()), .required("data", saved),
                ])),
        ],
        examples: [
            .init(
                path,
                body: #"""
                    {"dateobs": "2023-06-23T15:42:26", "skymap": {"ra": 90, "dec": 30, "error": 10}, "contours": [90]}
                    """#)
        ])

    static let reading = RouteDescription(
        "Gives the contours of a sky map.", tag: "skymaps",
        details: """
            At least one of `dateobs`, `triggerid` and `alias` must be there; a map must match all that are. Where there is no such \
            map the status is 200, too, and `status` says `error`.
            """,
        query: [
            .optional("dateobs", time), .optional("triggerid", .string()),
            .optional("alias", .explained("One of the event's other names.", .string())),
            .optional("localization_name", .explained("The map's name.", .string())),
            .optional("contours", .explained("Levels that it must have: `90` or `90,95`.", .string())),
        ],
        answers: [
            200: .json(
                "The map, or that there is none.",
                .either([
                    .object([.required("status", .string(allowed: ["success"])), .required("data", stored)]),
                    SharedAnswers.envelope,
                ]))
        ],
        examples: [.init("\(path)?dateobs=2023-06-23T15:42:26&localization_name=\(name)&contours=90")])

    static let removing = RouteDescription(
        "Removes a sky map.", tag: "skymaps",
        details: """
            Besides the name at least one of the others must be there. Where there is no such map the status is 200, too, \
            and `status` says `error`.
            """,
        body: .object([
            .required("localization_name", .example("\"\(name)\"", .string())),
            .optional("dateobs", .nullable(time)),
            .optional("triggerid", .nullable(.either([.integer(), .string()]))),
            .optional("alias", .nullable(.string())),
        ]),
        answers: [
            200: .json(
                "The map is gone, or there was none.", .either([Answer.schema(), SharedAnswers.envelope]))
        ],
        examples: [
            .init(
                path, body: #"{"dateobs": "2023-06-23T15:42:26", "localization_name": "\#(name)"}"#)
        ])

    private static let saved = Schema.object([
        .required("dateobs", .string()), .required("localization_name", .string()),
        .required("contours", .explained("All levels that it has.", .array(.number))),
    ])

    /// Maps of a database taken over from Kowalski may have other fields besides.
    private static let stored = Schema.object([
        .required("dateobs", .string()), .required("localization_name", .string()),
        .required("aliases", .array(.string())),
        .optional("triggerid", .either([.integer(), .string()])),
        .required(
            "contours",
            .explained(
                "`center`, a GeoJSON Point, and a MultiPolygon for each level, such as `contour90`; longitudes are "
                    + "ra − 180.", .map(.object([])))),
    ])
}
