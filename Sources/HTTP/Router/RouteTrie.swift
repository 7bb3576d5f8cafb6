/// All routes by the segments of their patterns, made once and then only read.
///
/// At each segment a literal is tried before digits, and digits before anything; a way that ends without the
/// method is left for the next one.
struct RouteTrie: Sendable {
    /// What a request's path and method lead to.
    enum Match {
        /// A route and what its parameters matched.
        case found(Route, [String: String])
        /// The path is known with these methods only, sorted.
        case wrongMethod(allowed: [String])
        /// No route has such a path.
        case unknown
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var digits: Int?
        var any: Int?
        /// Indices into `entries` by method.
        var methods: [String: Int] = [:]
    }

    private struct Entry: Sendable {
        let route: Route
        let parameterNames: [String]
    }

    private var nodes = [Node()]
    private var entries: [Entry] = []

    /// Adds a route; false if another one has its method and its path, or its pattern is none.
    mutating func insert(_ route: Route) -> Bool {
        guard let pattern = RoutePattern(route.pattern) else { return false }
        var node = 0
        for segment in pattern.segments { node = child(of: node, segment) }
        let methods = route.answersHead ? [route.method, "HEAD"] : [route.method]
        for method in methods {
            if nodes[node].methods[method] != nil { return false }
            nodes[node].methods[method] = entries.count
        }
        entries.append(Entry(route: route, parameterNames: pattern.parameterNames))
        return true
    }

    private mutating func child(of node: Int, _ segment: RoutePattern.Segment) -> Int {
        let existing =
            switch segment {
            case .literal(let text): nodes[node].literals[text]
            case .digits: nodes[node].digits
            case .any: nodes[node].any
            }
        if let existing { return existing }
        let new = nodes.count
        nodes.append(Node())
        switch segment {
        case .literal(let text): nodes[node].literals[text] = new
        case .digits: nodes[node].digits = new
        case .any: nodes[node].any = new
        }
        return new
    }

    /// The route for a method and the decoded segments of a path.
    func match(method: String, segments: [String]) -> Match {
        var allowed: Set<String> = []
        var values: [String] = []
        if let index = walk(0, segments[...], method, &values, &allowed) {
            let entry = entries[index]
            return .found(
                entry.route, Dictionary(zip(entry.parameterNames, values), uniquingKeysWith: { $1 }))
        }
        return allowed.isEmpty ? .unknown : .wrongMethod(allowed: allowed.sorted())
    }

    private func walk(
        _ index: Int, _ segments: ArraySlice<String>, _ method: String, _ values: inout [String],
        _ allowed: inout Set<String>
    ) -> Int? {
        let node = nodes[index]
        guard let segment = segments.first else {
            allowed.formUnion(node.methods.keys)
            return node.methods[method]
        }
        let rest = segments.dropFirst()
        if let next = node.literals[segment], let found = walk(next, rest, method, &values, &allowed) {
            return found
        }
        guard !segment.isEmpty else { return nil }
        let isDigits = segment.utf8.allSatisfy { (0x30...0x39).contains($0) }
        for next in [isDigits ? node.digits : nil, node.any] {
            guard let next else { continue }
            values.append(segment)
            if let found = walk(next, rest, method, &values, &allowed) { return found }
            values.removeLast()
        }
        return nil
    }
}
