import Archive
import Documents
import HTTP

/// Alerts and objects by their names, with the light curves of the latter.
struct AlertRoutes: RouteGroup {
    let listing: Listing
    let turns: QueryTurns

    private static let message = "Successfully listed"
    private static let candid: Schema = .explained(
        "Number of the alert.", .example("1127561445515015011", .integer(minimum: 0)))
    private static let candidText: Schema = .explained(
        "The same as text, for languages whose integers end at 2^53.",
        .example(#""1127561445515015011""#, .string()))
    private static let objectID: Schema = .explained(
        "The survey's name of the object.", .example(#""ZTF20aapqiga""#, .string(minimumLength: 1)))
    private static let survey = Schema.Property.optional(
        "survey",
        .explained(
            "The survey; `ztf` where nothing is said.", .string(allowed: Archive.surveys.map(\.routeName))))

    func declare(in table: inout RouteTable) {
        table.on(
            "GET", "/api/alerts/{candid:digits}", for: .users,
            RouteDescription(
                "Gives an alert.", tag: "listing",
                details: "The document as it is stored, see the data model, with `candid_str` besides.",
                path: ["candid": Self.candid],
                query: [
                    Self.survey,
                    .optional("cutouts", .explained("Whether with the image stamps: no.", .boolean)),
                ],
                answers: [
                    200: .json(
                        "The alert.",
                        Answer.schema(data: .object([.required("candid_str", Self.candidText)])))
                ])
        ) { try await alert($0, $1) }
        table.on(
            "GET", "/api/objects/{objectId}", for: .users,
            RouteDescription(
                "Gives an object: its alerts in short, newest first, its cross-matches and how much is known of it.",
                tag: "listing", path: ["objectId": Self.objectID], query: [Self.survey],
                answers: [200: .json("The object.", Answer.schema(data: Self.object))])
        ) { request, user in
            let turn = try await turns.take(for: user.name)
            defer { withExtendedLifetime(turn) {} }
            let name = request.parameters["objectId"] ?? ""
            let found = try await listing.object(
                name, of: try Survey.named(request.queryValue("survey") ?? "ztf"), for: user)
            guard let found else { return Answer.phrase(404) }
            return Answer.success(Self.message, data: .document(found))
        }
        table.on(
            "GET", "/api/objects/{objectId}/photometry", for: .users,
            RouteDescription(
                "Gives an object's light curve, by time.", tag: "listing", details: Self.photometryDetails,
                path: ["objectId": Self.objectID],
                query: [
                    Self.survey,
                    .optional(
                        "format",
                        .explained(
                            "`csv` for a table with the same columns; `json` where nothing is said.",
                            .string(allowed: ["json", "csv"]))),
                ],
                answers: [
                    200: .init(
                        meaning: "The light curve.",
                        content: [
                            "application/json": Answer.schema(data: .array(LightCurveRows.schema)),
                            "text/csv": .string(),
                        ])
                ],
                examples: [
                    .init("/api/objects/ZTF20aapqiga/photometry"),
                    .init("/api/objects/ZTF20aapqiga/photometry?format=csv", meaning: "As a table."),
                ])
        ) { try await photometry($0, $1) }
    }

    private static let photometryDetails = """
        Every point comes from an alert (`source` is `alert`), from what alerts had of earlier ones (`prv_candidates`), \
        or from forced photometry (`fp_hists`). Each measurement comes once:

        - Of the points with one candid the alert's own counts, else the one that arrived last.
        - Points without candid, where nothing was detected, are one for each `jd` and filter; none where something was \
        detected in the same exposure.
        - Forced photometry is a measurement of its own and stands beside a detection in the same exposure. Points \
        whose `procstatus` is not 0 are left out.
        """

    private static let object = Schema.object([
        .required("objectId", objectID),
        .required(
            "alerts",
            .explained(
                "At most 10,000.",
                .array(
                    .object([
                        .required("candid", candid), .required("candid_str", candidText),
                        .optional(
                            "jd", .explained("Start of the exposure, Julian date, UTC.", .nullable(.number))),
                        .optional("fid", .explained("Number of the filter.", .nullable(.integer()))),
                        .optional("magpsf", .explained("AB magnitude.", .nullable(.number))),
                    ])))),
        .required(
            "auxiliary",
            .nullable(
                .object([
                    .optional(
                        "cross_matches",
                        .explained(
                            "Catalogue to what it has at this place.", .nullable(.map(.anything)))),
                    .required(
                        "prv_candidates", .explained("Points of earlier detections.", .integer(minimum: 0))),
                    .optional(
                        "fp_hists", .explained("Points of forced photometry.", .integer(minimum: 0))),
                ]))),
    ])

    private func alert(_ request: Request, _ user: User) async throws -> Response {
        let survey = try Survey.named(request.queryValue("survey") ?? "ztf")
        let withStamps: Bool
        switch request.queryValue("cutouts") {
        case nil, "false": withStamps = false
        case "true": withStamps = true
        case let other?: throw RequestError(.value, "cutouts \(other) must be true or false")
        }
        let turn = try await turns.take(for: user.name)
        defer { withExtendedLifetime(turn) {} }
        // A number too large for any candid is as absent as another.
        guard let candid = request.parameters["candid"].flatMap({ Int64($0) }),
            let alert = try await listing.alert(candid, of: survey, withStamps: withStamps, for: user)
        else { return Answer.phrase(404) }
        return Answer.success(Self.message, data: .document(alert))
    }

    private func photometry(_ request: Request, _ user: User) async throws -> Response {
        let survey = try Survey.named(request.queryValue("survey") ?? "ztf")
        let format = request.queryValue("format") ?? "json"
        guard ["json", "csv"].contains(format) else {
            throw RequestError(.value, "format \(format) must be one of [json, csv]")
        }
        let turn = try await turns.take(for: user.name)
        defer { withExtendedLifetime(turn) {} }
        let name = request.parameters["objectId"] ?? ""
        guard let points = try await listing.lightCurve(of: name, survey, for: user) else {
            return Answer.phrase(404)
        }
        guard format == "csv" else {
            return Answer.success(Self.message, data: .list(points.map { .document($0.document) }))
        }
        return Response(
            status: 200, headers: ["Content-Type": "text/csv; charset=utf-8; header=present"],
            body: .bytes(LightCurveRows.csv(points)))
    }
}
