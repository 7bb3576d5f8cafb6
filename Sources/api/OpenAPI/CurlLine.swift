import Documents
import HTTP

/// A line for a shell that sends a request by curl(1), with the server in `URL` and a token in `TOKEN`.
enum CurlLine {
    /// The lines that show a route's use: its examples, or one that is made of its shapes.
    static func lines(for route: Route) -> [(meaning: String, line: String)] {
        var examples = route.description.examples
        if examples.isEmpty { examples = [example(of: route)] }
        return examples.map { ($0.meaning, line(for: route, $0)) }
    }

    private static func line(for route: Route, _ example: RouteDescription.Example) -> String {
        var words = ["curl -sS"]
        let usual = example.body == nil ? "GET" : "POST"
        if route.method != usual { words.append("-X \(route.method)") }
        words.append("\"$URL\(example.target)\"")
        if route.audience != nil { words.append("-H \"Authorization: Bearer $TOKEN\"") }
        if let body = example.body { words.append("-d '\(body.replacing("'", with: #"'\''"#))'") }
        return words.joined(separator: " ")
    }

    private static func example(of route: Route) -> RouteDescription.Example {
        var target = route.template
        for parameter in route.pathParameters {
            target = target.replacing("{\(parameter.name)}", with: encoded(parameter.schema.sample))
        }
        let query = route.description.query.filter(\.isRequired)
            .map { "\($0.name)=\(encoded($0.schema.sample))" }
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        let body = route.description.isBodyOptional ? nil : route.description.body
        return .init(target, body: body.map { json($0.sample) })
    }

    private static func json(_ value: Value) -> String {
        var bytes: [UInt8] = []
        ExtendedJSON.append(value, to: &bytes, mode: .relaxed)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A value for a URL: every byte escaped that is not unreserved, RFC 3986 section 2.3.
    private static func encoded(_ value: Value) -> String {
        (value.string ?? json(value)).utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
