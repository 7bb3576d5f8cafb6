import Documents
import HTTP

/// `/docs/api/`: what the API answers, for people and for programs.
struct DocumentationRoutes: RouteGroup {
    private let page: [UInt8]
    private let document: [UInt8]

    /// - Parameters:
    ///   - title: what the API is called.
    ///   - routes: what is documented; these routes are among them.
    init(_ title: APITitle, of routes: [Route]) {
        page = Array(DocumentationPage(title, routes: routes).html.utf8)
        document = ExtendedJSON.bytes(of: OpenAPIDocument(title, routes: routes).document)
    }

    /// Nothing may be loaded but the style beside the page.
    private static let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    func declare(in table: inout RouteTable) {
        table.onForEverybody(
            "GET", "/docs/api",
            RouteDescription(
                "Leads to the page.", tag: "documentation",
                answers: [301: .init(meaning: "The page is at `/docs/api/`, as the header Location says.")])
        ) { _ in Response(status: 301, headers: ["Location": "/docs/api/"]) }
        table.onForEverybody(
            "GET", "/docs/api/",
            RouteDescription(
                "Shows all routes on a page.", tag: "documentation",
                answers: [200: .other("The page.", "text/html")])
        ) { _ in Self.answer(page, "text/html; charset=utf-8") }
        table.onForEverybody(
            "GET", "/docs/api/style.css",
            RouteDescription(
                "The style of the page.", tag: "documentation", answers: [200: .other("It.", "text/css")])
        ) { _ in Self.answer(Array(DocumentationPage.style.utf8), "text/css; charset=utf-8") }
        for (name, details) in [("openapi.json", ""), ("swagger.json", "The same as `openapi.json`.")] {
            table.onForEverybody(
                "GET", "/docs/api/\(name)",
                RouteDescription(
                    "Describes all routes to programs.", tag: "documentation", details: details,
                    answers: [
                        200: .json("An OpenAPI 3.0.3 document.", .object([.required("openapi", .string())]))
                    ])
            ) { _ in .json(document) }
        }
    }

    private static func answer(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: 200,
            headers: [
                "Content-Type": type, "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            ], body: .bytes(bytes))
    }
}
