import HTTP

/// The API's documentation as a page that needs nothing but a reader of HTML: no script, nothing from elsewhere.
struct DocumentationPage {
    /// The page.
    let html: String

    /// The page's style, which lies beside it as `style.css`.
    static let style = """
        body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
        body { color: #222; background: #fff; }
        code, pre { font-family: monospace; font-size: 0.95em; }
        pre { background: #f3f3f3; padding: 0.6rem; overflow-x: auto; }
        h2 { border-bottom: 1px solid #bbb; margin-top: 3rem; }
        h3 { margin-top: 2.5rem; }
        h4 { margin: 1rem 0 0.2rem; }
        table { border-collapse: collapse; }
        th, td { text-align: left; vertical-align: top; padding: 0.1rem 1rem 0.1rem 0; }
        @media (prefers-color-scheme: dark) {
            body { color: #ddd; background: #181818; }
            pre { background: #262626; }
            a { color: #8bf; }
        }

        """

    /// - Parameters:
    ///   - title: what the API is called.
    ///   - routes: the routes, in the order of their declaration.
    init(_ title: APITitle, routes: [Route]) {
        var html = HTML()
        html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        html.markup("<meta name=\"viewport\" content=\"width=device-width\">\n")
        html.element("title", title.title)
        html.markup("\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n")
        html.element("h1", "\(title.title) \(title.version)")
        html.prose(title.description)
        html.markup(
            "<p>The same for programs: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.0).</p>\n")
        let headings = OpenAPIDocument.headings(title, routes)
        Self.appendContents(headings, routes, to: &html)
        for heading in headings {
            html.element("h2", heading.name, attributes: [("id", heading.name)])
            html.markup("\n")
            html.prose(heading.meaning)
            for route in routes where route.description.tag == heading.name {
                Self.append(route, to: &html)
            }
        }
        html.element("h2", "Errors", attributes: [("id", "errors")])
        html.prose("These may come from any route to which they apply, and are not repeated above.")
        Self.appendAnswers(SharedAnswers.all.map { ($0.status, $0.answer) }, to: &html)
        html.markup("</body>\n</html>\n")
        self.html = html.text
    }

    private static func name(_ route: Route) -> String { "\(route.method) \(route.template)" }

    /// What links lead to: no blanks and no braces.
    private static func anchor(_ route: Route) -> String {
        "\(route.method)-" + route.template.filter { $0 != "{" && $0 != "}" }
    }

    private static func appendContents(
        _ headings: [(name: String, meaning: String)], _ routes: [Route], to html: inout HTML
    ) {
        html.markup("<ul>\n")
        for heading in headings {
            html.markup("<li>")
            html.element("a", heading.name, attributes: [("href", "#" + heading.name)])
            html.markup("<ul>\n")
            for route in routes where route.description.tag == heading.name {
                html.markup("<li>")
                html.element("a", name(route), attributes: [("href", "#" + anchor(route))])
                html.markup(" \(HTML.inline(route.description.summary))</li>\n")
            }
            html.markup("</ul></li>\n")
        }
        html.markup("<li><a href=\"#errors\">Errors</a></li>\n</ul>\n")
    }

    private static func append(_ route: Route, to html: inout HTML) {
        html.element("h3", name(route), attributes: [("id", anchor(route))])
        html.markup("\n")
        html.prose(route.description.summary)
        html.prose(route.description.details)
        switch route.audience {
        case .admins: html.prose("For admins.")
        case .users: html.prose("For every user with a token.")
        case nil: html.prose("For everybody, without a token.")
        }
        appendParameters(route, to: &html)
        if let body = route.description.body {
            html.element("h4", route.description.isBodyOptional ? "Body (optional)" : "Body")
            appendShape(body, to: &html)
        }
        html.element("h4", "Answers")
        appendAnswers(
            route.description.answers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, to: &html)
        html.element("h4", "Example")
        for (meaning, line) in CurlLine.lines(for: route) {
            html.prose(meaning)
            html.element("pre", line)
            html.markup("\n")
        }
    }

    private static func appendParameters(_ route: Route, to html: inout HTML) {
        let parameters =
            route.pathParameters.map { ("path", $0) } + route.description.query.map { ("query", $0) }
        guard !parameters.isEmpty else { return }
        html.element("h4", "Parameters")
        html.element("table") { html in
            html.markup("<tr><th>name</th><th>in</th><th>type</th><th>meaning</th></tr>\n")
            for (place, parameter) in parameters {
                let (shape, explanation) = parameter.schema.apart
                let need = place == "query" && parameter.isRequired ? ", required" : ""
                html.element("tr") { html in
                    html.markup("<td><code>\(HTML.escaped(parameter.name))</code></td><td>\(place)</td>")
                    html.element("td", shape.words + need)
                    html.markup("<td>\(HTML.inline(explanation))</td>")
                }
            }
        }
    }

    private static func appendAnswers(
        _ answers: [(Int, RouteDescription.Answer)], to html: inout HTML
    ) {
        html.element("ul") { html in
            for (status, answer) in answers {
                html.markup("<li>\(status): \(HTML.inline(answer.meaning))")
                for (type, schema) in answer.content.sorted(by: { $0.key < $1.key }) {
                    html.markup(" <code>\(HTML.escaped(type))</code>\n")
                    if type == "application/json" { appendShape(schema, to: &html) }
                }
                html.markup("</li>\n")
            }
        }
    }

    /// The shape's kind and word, and what is in it.
    private static func appendShape(_ schema: Schema, to html: inout HTML) {
        let (shape, explanation) = schema.apart
        html.markup("<div>\(HTML.escaped(shape.words))")
        if !explanation.isEmpty { html.markup(": \(HTML.inline(explanation))") }
        html.markup("</div>\n")
        let properties = shape.properties
        guard !properties.isEmpty else { return }
        html.element("ul") { html in
            for property in properties {
                html.markup("<li><code>\(HTML.escaped(property.name))</code>")
                html.markup(property.isRequired ? " " : " (optional) ")
                appendShape(property.schema, to: &html)
                html.markup("</li>\n")
            }
        }
    }
}
