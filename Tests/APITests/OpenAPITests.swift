import Documents
import HTTP
import Testing

@testable import api

/// The document of some routes.
@Suite struct OpenAPIDocumentTests {
    private static let title = APITitle(title: "T", version: "9", description: "D", tags: [("b", "B.")])

    private static let routes: [Route] = {
        var router = Router()
        let handler: RequestHandler = { _ in .text("") }
        let property = Schema.Property.optional("q", .explained("What to look for.", .string()))
        router.on("GET", "/", RouteDescription("Root.", tag: "a"), handler: handler)
        router.on(
            "GET", "/api/x/{id:digits}/{name}",
            RouteDescription(
                "X.", tag: "b", path: ["name": .explained("Its name.", .string(allowed: ["n"]))],
                query: [property], answers: [200: .json("It.", .nullable(.either([.number, .string()])))]),
            head: true, metadata: ["audience": RouteTable.Audience.users], handler: handler)
        router.on(
            "PUT", "/api/x/{id:digits}/{name}",
            RouteDescription(
                "Y.", tag: "b", details: "More.", body: .object([.required("k", .example("7", .integer()))]),
                answers: [404: .json("Mine.", .anything)], examples: [.init("/api/x/1/n", body: #"{"k": 8}"#)]
            ),
            metadata: ["audience": RouteTable.Audience.admins], handler: handler)
        router.on("GET", "/x/by/id/by/name", RouteDescription("Z.", tag: "c"), handler: handler)
        router.on("GET", "/api/x-by-id-by-name", RouteDescription("Z.", tag: "c"), handler: handler)
        return router.routes
    }()

    private let document = OpenAPIDocument(title, routes: routes).document

    private func operation(_ path: String, _ method: String) throws -> Document {
        let paths = try #require(document.document(at: "paths"))
        let item = try #require(paths.element(key: path)?.view)
        return try #require(item.document(at: Path(method)))
    }

    @Test func everyRouteIsThereOnce() throws {
        let paths = try #require(document.document(at: "paths"))
        #expect(
            paths.keys == ["/", "/api/x/{id}/{name}", "/x/by/id/by/name", "/api/x-by-id-by-name"])
        let item = try #require(paths.element(key: "/api/x/{id}/{name}")?.view)
        #expect(item.elements.map(\.key) == ["get", "head", "put"])
        let names = paths.elements.flatMap { path in
            path.view?.elements.compactMap { $0.view?.string(at: "operationId") } ?? []
        }
        #expect(
            names == [
                "getRoot", "getXByIdByName", "headXByIdByName", "putXByIdByName", "getRootXByIdByName",
                "getRootApiXByIdByName",
            ])
        #expect(document.documents(at: "tags").map { $0.string(at: "name") } == ["b", "a", "c"])
    }

    @Test func parametersComeFromPatternAndDescription() throws {
        let operation = try operation("/api/x/{id}/{name}", "get")
        #expect(
            operation.documents(at: "parameters").map(\.document) == [
                [
                    "name": "id", "in": "path", "required": true,
                    "schema": ["type": "integer", "format": "int64", "minimum": 0],
                ],
                [
                    "name": "name", "in": "path", "required": true, "description": "Its name.",
                    "schema": ["type": "string", "enum": ["n"]],
                ],
                [
                    "name": "q", "in": "query", "required": false, "description": "What to look for.",
                    "schema": ["type": "string"],
                ],
            ])
        // `nullable` counts only beside a type.
        #expect(
            operation.view(at: "responses.200.content")?.elements.first { _ in true }?.view?.document(
                at: "schema")
                == ["anyOf": [["type": "number", "nullable": true], ["type": "string"]]])
    }

    @Test func errorsFollowFromWhoMayAskAndWhatIsTaken() throws {
        func statuses(_ path: String, _ method: String) throws -> [String] {
            try operation(path, method).document(at: "responses")?.keys ?? []
        }
        #expect(try statuses("/", "get") == ["400", "429", "500", "503"])
        #expect(
            try statuses("/api/x/{id}/{name}", "get")
                == ["200", "400", "401", "403", "404", "429", "500", "503"])
        #expect(
            try statuses("/api/x/{id}/{name}", "put")
                == ["400", "401", "403", "404", "413", "429", "500", "503"])
        // What the route says itself counts.
        let put = try operation("/api/x/{id}/{name}", "put")
        #expect(put.string(at: "responses.404.description") == "Mine.")
        #expect(
            put.element(at: "responses.403")?.view?.string(at: "$ref") == "#/components/responses/Forbidden")
        #expect(put["security"] == [["bearerAuth": []], ["token": []]])
        #expect(try operation("/", "get")["security"] == [])
        #expect(put.string(at: "description") == "More.\n\nFor admins only.")
        let body = try #require(put.view(at: "requestBody.content")?.elements.first { _ in true }?.view)
        #expect(body["examples.example1.value"] == ["k": 8])
        #expect(body["schema.properties.k"] == ["type": "integer", "format": "int64", "example": 7])
    }

    @Test func thePageEscapesWhatIsNoMarkup() {
        var router = Router()
        router.on(
            "GET", "/a",
            RouteDescription("<b> & `<i>`.", tag: "\"t\"", query: [.optional("<q>", .string(pattern: "<"))])
        ) { _ in .text("") }
        let html = DocumentationPage(Self.title, routes: router.routes).html
        #expect(html.contains("&lt;b&gt; &amp; <code>&lt;i&gt;</code>."))
        #expect(html.contains("&lt;q&gt;") && html.contains("matches &lt;"))
        #expect(!html.contains("<b>") && !html.contains("<i>") && !html.contains("<q>"))
        #expect(html.contains(##"href="#&quot;t&quot;""##))
    }

    @Test func linesForTheShellAreMadeOfShapes() {
        let lines = Self.routes.map { CurlLine.lines(for: $0).map(\.line) }
        #expect(
            lines[0...2] == [
                [#"curl -sS "$URL/""#],
                [#"curl -sS "$URL/api/x/0/n" -H "Authorization: Bearer $TOKEN""#],
                [#"curl -sS -X PUT "$URL/api/x/1/n" -H "Authorization: Bearer $TOKEN" -d '{"k": 8}'"#],
            ])
    }
}

extension Conformance {
    /// The document of all routes, as it is served.
    @Suite struct OpenAPITests {
        private func document() async throws -> Document {
            let reply = try await RunningAPI.current.send("GET", "/docs/api/openapi.json")
            #expect(reply.status == 200 && reply.type == "application/json; charset=utf-8")
            return try #require(reply.body)
        }

        private func operations(of document: Document) -> [(path: String, method: String, Document)] {
            (document.document(at: "paths") ?? [:]).elements.flatMap { path in
                path.view?.elements.compactMap { method in
                    method.view.map { (path.key, method.key, $0.document) }
                } ?? []
            }
        }

        @Test func itIsServedToEverybodyUnderBothNames() async throws {
            let api = try RunningAPI.current
            let one = try await api.send("GET", "/docs/api/openapi.json")
            let other = try await api.send("GET", "/docs/api/swagger.json")
            #expect(one.text == other.text)
            #expect(one.body?.string(at: "openapi") == "3.0.3")
            #expect(
                one.body?["components.securitySchemes.bearerAuth"]
                    == ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"])
            #expect(one.body?.string(at: "components.securitySchemes.token.in") == "header")
            #expect(one.body?.string(at: "components.securitySchemes.token.name") == "Authorization")
        }

        @Test func everyMethodOfEveryPathIsThere() async throws {
            let api = try RunningAPI.current
            let document = try await document()
            let paths = try #require(document.document(at: "paths"))
            #expect(Set(paths.keys).count == paths.keys.count)
            for path in paths.elements {
                // A method that no route has: the answer names those that there are.
                let target = path.key.split(separator: "/", omittingEmptySubsequences: false)
                    .map { $0.hasPrefix("{") ? "1" : String($0) }.joined(separator: "/")
                let reply = try await api.send("PROPFIND", target)
                #expect(reply.status == 405, "\(path.key)")
                let allowed = (reply.headers["Allow"] ?? "").split(separator: ", ").map { $0.lowercased() }
                #expect(Set(allowed) == Set(path.view?.elements.map(\.key) ?? []), "\(path.key)")
            }
            for path in ["/", "/api/auth", "/api/queries", "/docs/api/", "/healthz", "/metrics"] {
                #expect(paths.keys.contains(path))
            }
        }

        @Test func everyOperationIsWhole() async throws {
            let document = try await document()
            let check = OpenAPISchemaCheck(document: document)
            let tags = document.documents(at: "tags").compactMap { $0.string(at: "name") }
            var names: Set<String> = []
            for (path, method, operation) in operations(of: document) {
                let place: Comment = "\(method) \(path)"
                let name = operation.string(at: "operationId") ?? ""
                #expect(name.wholeMatch(of: /[a-z][A-Za-z0-9]+/) != nil && names.insert(name).inserted, place)
                #expect(operation.string(at: "summary")?.hasSuffix(".") == true, place)
                #expect(
                    operation.array(at: "tags")?.allSatisfy { tags.contains($0.string ?? "") } == true, place)
                // Braces of the path and parameters in it are the same.
                let inPath = operation.documents(at: "parameters").filter { $0.string(at: "in") == "path" }
                let braces = path.matches(of: /\{([^}]+)\}/).map { String($0.1) }
                #expect(inPath.compactMap { $0.string(at: "name") } == braces, place)
                #expect(inPath.allSatisfy { $0.bool(at: "required") == true }, place)
                let parameters = operation.documents(at: "parameters").compactMap { $0.string(at: "name") }
                #expect(Set(parameters).count == parameters.count, place)
                // Every answer has a word, and one with content a schema.
                let responses = operation.document(at: "responses") ?? [:]
                #expect(!responses.isEmpty, place)
                for response in responses.elements {
                    let answer = check.resolved(response.view?.document ?? [:])
                    #expect(answer.string(at: "description")?.isEmpty == false, place)
                    for content in answer.view(at: "content")?.elements ?? Document().elements {
                        #expect(content.view?.document(at: "schema") != nil, place)
                    }
                }
                // Examples are of the shape that they show.
                for media in operation.view(at: "requestBody.content")?.elements ?? Document().elements {
                    let schema = media.view?.document(at: "schema") ?? [:]
                    for example in media.view?.view(at: "examples")?.elements ?? Document().elements {
                        let value = example.view?["value"] ?? .null
                        #expect(check.faults(value, schema) == [], place)
                    }
                }
            }
        }

        /// Routes that need a token say so, and refuse whoever has none or is no admin.
        @Test func securityIsAsServed() async throws {
            let api = try RunningAPI.current
            for (path, method, operation) in operations(of: try await document()) where path != "/api/auth" {
                let target = path.replacing(/\{[^}]+\}/, with: "1")
                let method = method.uppercased()
                let responses = operation.document(at: "responses") ?? [:]
                let without = try await api.send(method, target)
                #expect((without.status == 401) == (responses["401"] != nil), "\(method) \(path)")
                #expect(operation.array(at: "security")?.isEmpty == (responses["401"] == nil))
                guard operation.string(at: "description")?.hasSuffix("For admins only.") == true else {
                    continue
                }
                let reader = try await api.send(method, target, token: try RunningAPI.token("reader"))
                #expect(reader.isError(403, "Forbidden"), "\(method) \(path)")
                #expect(responses["403"] != nil)
            }
        }
    }
}

extension Listings {
    /// What is served and what is said of it.
    @Suite struct OpenAPIAnswerTests {
        @Test(arguments: [
            ("/", "/", 200), ("/api/catalogs", "/api/catalogs", 200),
            ("/api/catalogs/ZTF_alerts", "/api/catalogs/{name}", 200),
            ("/api/catalogs/ZTF_alerts_aux", "/api/catalogs/{name}", 200),
            ("/api/catalogs/nothing", "/api/catalogs/{name}", 404),
            ("/api/alerts/\(AlertSamples.candid)", "/api/alerts/{candid}", 200),
            ("/api/alerts/\(AlertSamples.candid)?cutouts=true", "/api/alerts/{candid}", 200),
            ("/api/alerts/\(AlertSamples.candid)?survey=x", "/api/alerts/{candid}", 400),
            ("/api/objects/\(AlertSamples.name)", "/api/objects/{objectId}", 200),
            ("/api/objects/\(AlertSamples.name)/photometry", "/api/objects/{objectId}/photometry", 200),
            ("/docs/api/openapi.json", "/docs/api/openapi.json", 200),
            ("/api/triggers/ztf.test", "/api/triggers/ztf.test", 200),
            ("/api/triggers/ztf", "/api/triggers/ztf", 400),
            ("/api/filters/8", "/api/filters/{filter_id}", 200), ("/api/filters", "/api/filters", 200),
            ("/api/filters/8/hits", "/api/filters/{filter_id}/hits", 200),
            ("/api/filters/8/stats", "/api/filters/{filter_id}/stats", 200),
            ("/api/filters/8/backfill", "/api/filters/{filter_id}/backfill", 200),
            (
                "/api/filters/8/backfill/4k2jd81hx0zq", "/api/filters/{filter_id}/backfill/{job}", 200
            ),
        ])
        func answersAreOfTheirShape(target: String, path: String, status: Int) async throws {
            let api = try RunningAPI.current
            let document = try #require(try await api.send("GET", "/docs/api/openapi.json").body)
            let check = OpenAPISchemaCheck(document: document)
            for user in path.contains("triggers") || path.contains("filters")
                ? ["admin"] : ["reader", "admin"]
            {
                let reply = try await api.get(target, as: user)
                #expect(reply.status == status, "\(reply.text)")
                let item = try #require(
                    document.document(at: "paths")?.element(key: path)?.view?.document(at: "get"))
                let given = try #require(item.view(at: "responses")?.document(at: Path("\(status)")))
                let content = try #require(check.resolved(given).view(at: "content"))
                let media = try #require(content.elements.first { reply.type.hasPrefix($0.key) }?.view)
                // As JSON has it: an object is an object, whatever Extended JSON means by it.
                let value = try ExtendedJSON.value(from: reply.text, wrappers: .literal)
                #expect(check.faults(value, try #require(media.document(at: "schema"))) == [])
            }
        }

        /// A check that finds nothing is none.
        @Test func theCheckFindsFaults() throws {
            let check = OpenAPISchemaCheck(document: ["components": ["a": ["type": "string"]]])
            let schema: Document = [
                "type": "object", "required": ["a"], "additionalProperties": false,
                "properties": [
                    "a": ["type": "integer", "minimum": 0],
                    "b": ["type": "array", "items": ["type": "string"]],
                    "c": ["$ref": "#/components/a"], "d": ["type": "string", "nullable": true],
                    "e": ["type": "string", "enum": ["x"]], "f": ["anyOf": [["type": "number"]]],
                ],
            ]
            let good: [Value] = [["a": 1], ["a": 1, "b": ["x"], "c": "x", "d": nil, "e": "x", "f": 1.5]]
            for value in good { #expect(check.faults(value, schema) == []) }
            let bad: [Value] = [
                [:], 5, ["a": "x"], ["a": -1], ["a": 1.5], ["a": nil], ["a": 1, "z": 1], ["a": 1, "b": [1]],
                ["a": 1, "c": 1], ["a": 1, "d": 1], ["a": 1, "e": "y"], ["a": 1, "f": "x"],
            ]
            for value in bad { #expect(check.faults(value, schema).count == 1, "\(value)") }
        }
    }

    /// The page.
    @Suite struct OpenAPIPageTests {
        @Test func itShowsEveryRouteAndLoadsNothingFromElsewhere() async throws {
            let api = try RunningAPI.current
            let page = try await api.send("GET", "/docs/api/")
            #expect(page.status == 200 && page.type == "text/html; charset=utf-8")
            let policy = page.headers["Content-Security-Policy"] ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"))
            for word in ["<script", "http://www", "https://", "src=", "onload", "style=\""] {
                #expect(!page.text.contains(word), "\(word)")
            }
            let document = try #require(try await api.send("GET", "/docs/api/openapi.json").body)
            for path in document.document(at: "paths")?.elements ?? Document().elements {
                for method in path.view?.elements.map(\.key) ?? [] where method != "head" {
                    #expect(page.text.contains(">\(method.uppercased()) \(path.key)</h3>"))
                }
            }
            let style = try await api.send("GET", "/docs/api/style.css")
            #expect(style.status == 200 && style.type == "text/css; charset=utf-8")
            #expect(page.text.contains(#"<link rel="stylesheet" href="style.css">"#))
        }

        /// Every element that is opened is closed, in order; Python's parser judges.
        @Test func itIsWellFormed() async throws {
            let page = try await RunningAPI.current.send("GET", "/docs/api/")
            let script = """
                import sys
                from html.parser import HTMLParser

                class Check(HTMLParser):
                    stack, identifiers, links = [], [], []
                    def handle_starttag(self, tag, attributes):
                        attributes = dict(attributes)
                        self.identifiers += [attributes["id"]] if "id" in attributes else []
                        self.links += [attributes["href"]] if "href" in attributes else []
                        if tag not in ("meta", "link"):
                            self.stack.append(tag)
                    def handle_endtag(self, tag):
                        assert self.stack.pop() == tag, (tag, self.getpos())

                check = Check()
                check.feed(sys.stdin.read())
                check.close()
                assert not check.stack, check.stack
                assert len(set(check.identifiers)) == len(check.identifiers), check.identifiers
                inside = [link[1:] for link in check.links if link.startswith("#")]
                assert len(inside) > 10 and set(inside) == set(check.identifiers), set(inside) ^ set(check.identifiers)
                assert {link for link in check.links if not link.startswith("#")} == {"style.css", "openapi.json"}
                print("well")
                """
            #expect(try await python(script, input: page.text) == "well\n")
        }

        @Test func thePathWithoutSlashLeadsThere() async throws {
            let reply = try await RunningAPI.current.send("GET", "/docs/api")
            #expect(reply.status == 301 && reply.headers["Location"] == "/docs/api/")
        }
    }
}
