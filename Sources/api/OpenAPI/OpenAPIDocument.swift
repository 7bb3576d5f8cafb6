import Documents
import HTTP

/// The OpenAPI 3.0.3 document of an API, made of the declarations of its routes.
struct OpenAPIDocument {
    /// The document.
    let document: Document

    /// - Parameters:
    ///   - title: what the API is called.
    ///   - routes: the routes, in the order of their declaration.
    init(_ title: APITitle, routes: [Route]) {
        var writer = DocumentWriter(capacity: 1 << 16)
        writer.append("openapi", string: "3.0.3")
        writer.append(
            "info",
            document: [
                "title": .string(title.title), "version": .string(title.version),
                "description": .string(title.description),
            ])
        writer.append("tags", documents: Self.tags(title, routes))
        Self.appendPaths(routes, to: &writer)
        Self.appendComponents(to: &writer)
        document = writer.finish()
    }

    /// The tags that routes have, in the order of the title and then of the routes.
    private static func tags(_ title: APITitle, _ routes: [Route]) -> [Document] {
        headings(title, routes).map { tag in
            tag.meaning.isEmpty
                ? ["name": .string(tag.name)]
                : ["name": .string(tag.name), "description": .string(tag.meaning)]
        }
    }

    /// The headings of some routes with their meanings, in the order of the title and then of the routes.
    static func headings(_ title: APITitle, _ routes: [Route]) -> [(name: String, meaning: String)] {
        var headings = title.tags.filter { tag in routes.contains { $0.description.tag == tag.name } }
        for route in routes where !headings.contains(where: { $0.name == route.description.tag }) {
            headings.append((route.description.tag, ""))
        }
        return headings
    }

    private static func appendPaths(_ routes: [Route], to writer: inout DocumentWriter) {
        var templates: [String] = []
        for route in routes where !templates.contains(route.template) { templates.append(route.template) }
        var names = OperationNames()
        writer.beginDocument("paths")
        for template in templates {
            writer.beginDocument(template)
            for route in routes where route.template == template {
                for method in route.answersHead ? [route.method, "HEAD"] : [route.method] {
                    let name = names.name(method: method, template: template)
                    writer.append(
                        method.lowercased(), document: operation(route, name, isHead: method == "HEAD"))
                }
            }
            writer.end()
        }
        writer.end()
    }

    private static func operation(_ route: Route, _ name: String, isHead: Bool) -> Document {
        let description = route.description
        var writer = DocumentWriter()
        writer.append("tags", .list([.string(description.tag)]))
        writer.append("summary", string: description.summary)
        let details = [description.details, route.audience == .admins ? "For admins only." : ""]
            .filter { !$0.isEmpty }
        if !details.isEmpty { writer.append("description", string: details.joined(separator: "\n\n")) }
        writer.append("operationId", string: name)
        writer.append(
            "security", documents: route.audience == nil ? [] : [["bearerAuth": []], ["token": []]])
        let parameters =
            route.pathParameters.map { parameter($0, in: "path") }
            + description.query.map { parameter($0, in: "query") }
        if !parameters.isEmpty { writer.append("parameters", documents: parameters) }
        if let body = description.body { writer.append("requestBody", document: request(body, description)) }
        appendResponses(route, isHead: isHead, to: &writer)
        return writer.finish()
    }

    private static func parameter(_ property: Schema.Property, in place: String) -> Document {
        let (shape, explanation) = property.schema.apart
        var writer = DocumentWriter()
        writer.append("name", string: property.name)
        writer.append("in", string: place)
        writer.append("required", bool: property.isRequired || place == "path")
        if !explanation.isEmpty { writer.append("description", string: explanation) }
        writer.append("schema", document: shape.openAPI)
        return writer.finish()
    }

    private static func request(_ body: Schema, _ description: RouteDescription) -> Document {
        var media = DocumentWriter()
        media.append("schema", document: body.openAPI)
        let examples = description.examples.filter { $0.body != nil }
        if !examples.isEmpty {
            media.beginDocument("examples")
            for (index, example) in examples.enumerated() {
                // What is declared in the program and is no JSON is found by a test.
                let value = (try? ExtendedJSON.value(from: example.body ?? "", wrappers: .literal)) ?? .null
                let summary = example.meaning.isEmpty ? description.summary : example.meaning
                media.append("example\(index + 1)", ["summary": .string(summary), "value": value])
            }
            media.end()
        }
        var content = DocumentWriter()
        content.append("application/json", document: media.finish())
        for (type, schema) in description.otherBodies.sorted(by: { $0.key < $1.key }) {
            content.append(type, ["schema": .document(schema.openAPI)])
        }
        return [
            "required": .bool(!description.isBodyOptional), "content": .document(content.finish()),
        ]
    }

    private static func appendResponses(_ route: Route, isHead: Bool, to writer: inout DocumentWriter) {
        var responses = route.description.answers.map { status, answer in
            (status, response(answer, isHead: isHead))
        }
        responses += SharedAnswers.of(route).map { shared in
            (shared.status, ["$ref": .string("#/components/responses/\(shared.name)")])
        }
        writer.beginDocument("responses")
        for (status, response) in responses.sorted(by: { $0.0 < $1.0 }) {
            writer.append(String(status), document: response)
        }
        writer.end()
    }

    private static func response(_ answer: RouteDescription.Answer, isHead: Bool = false) -> Document {
        var writer = DocumentWriter()
        writer.append("description", string: answer.meaning)
        guard !answer.content.isEmpty, !isHead else { return writer.finish() }
        writer.beginDocument("content")
        for (type, schema) in answer.content.sorted(by: { $0.key < $1.key }) {
            writer.append(type, ["schema": .document(schema.openAPI)])
        }
        writer.end()
        return writer.finish()
    }

    private static func appendComponents(to writer: inout DocumentWriter) {
        let reference: Document = ["$ref": "#/components/schemas/Error"]
        writer.beginDocument("components")
        writer.append("schemas", ["Error": .document(SharedAnswers.envelope.openAPI)])
        writer.beginDocument("responses")
        for shared in SharedAnswers.all {
            var content = DocumentWriter()
            for (type, schema) in shared.answer.content.sorted(by: { $0.key < $1.key }) {
                let isEnvelope = type == "application/json"
                content.append(type, ["schema": .document(isEnvelope ? reference : schema.openAPI)])
            }
            writer.append(
                shared.name,
                ["description": .string(shared.answer.meaning), "content": .document(content.finish())])
        }
        writer.end()
        writer.append(
            "securitySchemes",
            [
                "bearerAuth": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
                "token": [
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "The token alone, without a scheme before it.",
                ],
            ])
        writer.end()
    }
}
