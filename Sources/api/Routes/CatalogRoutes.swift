import Archive
import Documents
import HTTP

/// The catalogues that may be queried.
struct CatalogRoutes: RouteGroup {
    let listing: Listing
    let turns: QueryTurns

    private static let message = "Successfully listed"

    private static let name = Schema.Property.required(
        "name", .explained("Name, as queries take it.", .example(#""ZTF_alerts""#, .string(minimumLength: 1)))
    )

    func declare(in table: inout RouteTable) {
        table.on(
            "GET", "/api/catalogs", for: .users,
            RouteDescription(
                "Lists the catalogues that may be queried.", tag: "listing",
                answers: [
                    200: .json(
                        "The catalogues, by name.",
                        Answer.schema(
                            data: .array(
                                .object([
                                    Self.name,
                                    .required(
                                        "documents",
                                        .explained(
                                            "How many, about; null where you may see a part of them only.",
                                            .nullable(.integer(minimum: 0)))),
                                    .required(
                                        "indexes",
                                        .explained(
                                            "Names, as queries take them for a hint.", .array(.string()))),
                                ]))))
                ])
        ) { _, user in
            let turn = try await turns.take(for: user.name)
            defer { withExtendedLifetime(turn) {} }
            let catalogues = try await listing.catalogues(for: user)
            return Answer.success(Self.message, data: .list(catalogues.map { .document($0) }))
        }
        table.on(
            "GET", "/api/catalogs/{name}", for: .users,
            RouteDescription(
                "Describes a catalogue: its indexes and the fields of one of its documents.", tag: "listing",
                path: ["name": Self.name.schema],
                answers: [200: .json("The catalogue.", Answer.schema(data: Self.catalogue))])
        ) { request, user in
            let turn = try await turns.take(for: user.name)
            defer { withExtendedLifetime(turn) {} }
            let found = try await listing.catalogue(request.parameters["name"] ?? "", for: user)
            guard let found else { return Answer.phrase(404) }
            return Answer.success(Self.message, data: .document(found))
        }
    }

    private static let catalogue = Schema.object([
        name,
        .required(
            "documents",
            .explained(
                "How many you may see, about; null where counting them takes long.",
                .nullable(.integer(minimum: 0)))),
        .required(
            "bytes",
            .explained(
                "What all of them take, uncompressed; null where you may see a part of them only.",
                .nullable(.integer(minimum: 0)))),
        .required(
            "indexes",
            .array(
                .object([
                    .required("name", .string()),
                    .required(
                        "keys",
                        .explained(
                            "Pairs of a field and a direction, 1 or -1, or a kind such as `2dsphere`.",
                            .array(.array(.anything)))), .required("unique", .boolean),
                ]))),
        .required(
            "fields",
            .explained(
                "Of one document that you may see, without image stamps; others may have others.",
                .array(
                    .object([
                        .required("name", .explained("Path with dots, through lists, too.", .string())),
                        .required("type", .explained("MongoDB's name of the type.", .string())),
                    ])))),
        .required(
            "rows", .explained("Of the load; null where it is not known.", .nullable(.integer(minimum: 0)))),
        .required(
            "loaded_at", .explained("When it was loaded; null where it is not known.", .nullable(.anything))),
        .required("columns", .explained("Of the load; null where they are not known.", .nullable(.anything))),
        .required(
            "version",
            .explained(
                "Of the index on the API's host, by its content; null where there is none of this load.",
                .nullable(.string()))),
        .required(
            "index",
            .explained(
                "The index file on the API's host, whatever load it is of; null where there is none.",
                .nullable(
                    .object([
                        .required("rows", .integer(minimum: 0)), .required("version", .string()),
                        .required("bytes", .integer(minimum: 0)), .required("created", .anything),
                        .required(
                            "fields",
                            .explained(
                                "Those that it has; null for all.", .nullable(.array(.string())))),
                        .required("is_current", .boolean),
                    ])))),
        .required(
            "cross_match_radius",
            .explained(
                "How far from an object its matches may be, arcseconds, by survey; null where none is matched.",
                .nullable(.map(.number)))),
    ])
}
