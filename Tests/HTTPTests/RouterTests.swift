import HTTP
import Testing

@Suite struct RouterTests {
    private static let router = {
        var router = Router()
        func answer(_ text: String) -> RequestHandler {
            { request in
                let parameters = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                return .text(([text] + parameters).joined(separator: " "))
            }
        }
        router.on("GET", "/", handler: answer("root"))
        router.on("GET", "/docs/api/", handler: answer("slash"))
        router.on("POST", "/api/filters", handler: answer("new"))
        router.on("PATCH", "/api/filters", handler: answer("change"))
        router.on("GET", "/api/filters/{filter_id:digits}", head: true, handler: answer("read"))
        router.on("DELETE", "/api/filters/{filter_id:digits}", handler: answer("delete"))
        router.on("POST", "/api/filters/{id:digits}/test", handler: answer("test"))
        router.on("GET", "/api/{survey}/{candid}/{cutout}", handler: answer("cutout"))
        router.on("GET", "/api/ztf/{candid}/science", handler: answer("science"))
        router.on("POST", "/api/ztf/latest", handler: answer("latest"))
        router.on("GET", "/api/ztf/{anything}", handler: answer("any"))
        return router
    }()

    private static let table: [(String, String, Int, String)] = [
        ("GET", "/", 200, "root"),
        ("HEAD", "/", 405, "GET"),
        ("GET", "", 200, "root"),
        ("GET", "//", 404, ""),
        ("GET", "/docs/api/", 200, "slash"),
        ("GET", "/docs/api", 404, ""),
        ("POST", "/api/filters", 200, "new"),
        ("PATCH", "/api/filters", 200, "change"),
        ("GET", "/api/filters", 405, "PATCH, POST"),
        ("POST", "/api/filters/", 404, ""),
        ("post", "/api/filters", 405, "PATCH, POST"),
        ("GET", "/api/filters/12", 200, "read filter_id=12"),
        ("HEAD", "/api/filters/12", 200, "read filter_id=12"),
        ("PUT", "/api/filters/12", 405, "DELETE, GET, HEAD"),
        ("GET", "/api/filters/1a", 404, ""),
        ("GET", "/api/filters/%D9%A3", 404, ""),
        ("POST", "/api/filters/7/test", 200, "test id=7"),
        ("GET", "/api/filters/7/test", 200, "cutout candid=7 cutout=test survey=filters"),
        ("PUT", "/api/filters/7/test", 405, "GET, POST"),
        ("GET", "/api/ztf/9/science", 200, "science candid=9"),
        ("GET", "/api/ztf/9/template", 200, "cutout candid=9 cutout=template survey=ztf"),
        ("GET", "/api/ztf//science", 404, ""),
        ("GET", "/api/a%2Fb/1/x", 200, "cutout candid=1 cutout=x survey=a/b"),
        ("GET", "/api/ztf/latest", 200, "any anything=latest"),
        ("POST", "/api/ztf/latest", 200, "latest"),
        ("PUT", "/api/ztf/latest", 405, "GET, POST"),
        ("GET", "/api/../api/filters/1", 404, ""),
        ("OPTIONS", "*", 404, ""),
    ]

    @Test(arguments: table) func aPathLeadsToItsRoute(
        method: String, target: String, status: Int, expected: String
    ) async throws {
        let request = try #require(Request(method, target))
        let response = await Self.router.compiled().respond(to: request)
        #expect(response.status == status)
        switch status {
        case 200: #expect(response.text == expected)
        case 405:
            #expect(response.headers["Allow"] == expected)
            #expect(response.text == "405: Method Not Allowed")
        default: #expect(response.text == "404: Not Found")
        }
    }

    @Test func middlewareStandsAroundEverythingTheFirstOutermost() async throws {
        var router = Self.router
        router.use { request, next in
            var response = try await next(request)
            response.headers.add("Trace", "outer")
            response.headers["Route"] = request.route?.pattern
            return response
        }
        router.use { request, next in
            if request.headers["Stop"] != nil { return .text("stopped", status: 403) }
            var request = request
            request.parameters["added"] = "yes"
            var response = try await next(request)
            response.headers.add("Trace", "inner")
            return response
        }
        let compiled = router.compiled()
        let found = await compiled.respond(to: try #require(Request("GET", "/api/filters/3")))
        #expect(found.text == "read added=yes filter_id=3")
        #expect(found.headers.values(of: "trace") == ["inner", "outer"])
        #expect(found.headers["route"] == "/api/filters/{filter_id:digits}")
        let missing = await compiled.respond(to: try #require(Request("GET", "/nowhere")))
        #expect(missing.status == 404)
        #expect(missing.headers.values(of: "Trace") == ["inner", "outer"])
        #expect(missing.headers["Route"] == nil)
        let stopped = await compiled.respond(to: try #require(Request("GET", "/", headers: ["stop": "1"])))
        #expect(stopped.text == "stopped")
        #expect(stopped.headers.values(of: "Trace") == ["outer"])
    }

    @Test func anErrorBecomesItsResponseOrAFault() async throws {
        struct Known: ResponseError { let response = Response.text("known", status: 409) }
        struct Unknown: Error {}
        var router = Router()
        router.on("GET", "/known") { _ in throw Known() }
        router.on("GET", "/unknown") { _ in throw Unknown() }
        let known = try #require(Request("GET", "/known"))
        let unknown = try #require(Request("GET", "/unknown"))
        #expect(await router.compiled().respond(to: known).text == "known")
        let plain = await router.compiled().respond(to: unknown)
        #expect(plain.status == 500)
        #expect(plain.text == "500: Internal Server Error")
        let own = router.compiled { error, request in .text("\(error) at \(request.path)", status: 400) }
        #expect(await own.respond(to: unknown).text == "Unknown() at /unknown")
        #expect(await own.respond(to: known).status == 409)
    }

    @Test func declarationsAreKeptInTheirOrder() {
        var router = Router()
        router.on("PUT", "/b", RouteDescription("Puts b.", tag: ""), metadata: ["access": "admin"]) { _ in
            .text("")
        }
        router.on("GET", "/a", head: true) { _ in .text("") }
        #expect(router.routes.map(\.pattern) == ["/b", "/a"])
        #expect(router.routes[0].description.summary == "Puts b.")
        #expect(router.routes[0].metadata["access"] as? String == "admin")
        #expect(router.routes.map(\.answersHead) == [false, true])
    }

    @Test func patternsAreToldAsOpenAPIHasThem() {
        var router = Router()
        let names: Schema = .string(allowed: ["x"])
        router.on("GET", "/") { _ in .text("") }
        router.on("GET", "/a/") { _ in .text("") }
        router.on(
            "GET", "/api/{id:digits}/{name}/{rest}", RouteDescription("", tag: "", path: ["name": names])
        ) { _ in .text("") }
        #expect(router.routes.map(\.template) == ["/", "/a/", "/api/{id}/{name}/{rest}"])
        #expect(router.routes.prefix(2).map(\.pathParameters.count) == [0, 0])
        let parameters = router.routes[2].pathParameters
        #expect(parameters.map(\.name) == ["id", "name", "rest"])
        #expect(parameters.map(\.isRequired) == [true, true, true])
        guard case .integer(minimum: 0, maximum: nil) = parameters[0].schema,
            case .string(nil, ["x"], nil, 0) = parameters[1].schema,
            case .string(nil, [], nil, 1) = parameters[2].schema
        else {
            Issue.record("\(parameters)")
            return
        }
    }

    @Test(arguments: ["a", "/{", "/{}", "/{a}b", "/{a:hex}", "/{a}/{a}", "/{a:}", "/}{"])
    func whatIsNoPatternTraps(pattern: String) async {
        let message = await #expect(processExitsWith: .failure) { [pattern] in
            var router = Router()
            router.on("GET", pattern) { _ in .text("") }
        }
        #expect(message != nil)
    }

    @Test func aRouteDeclaredTwiceTraps() async {
        await #expect(processExitsWith: .failure) {
            var router = Router()
            router.on("GET", "/a/{x}", head: true) { _ in .text("") }
            router.on("HEAD", "/a/{y}") { _ in .text("") }
        }
    }
}

extension Response {
    /// The body as text; a stream is none.
    fileprivate var text: String {
        if case .bytes(let bytes) = body { return String(decoding: bytes, as: UTF8.self) }
        return "a stream"
    }
}
