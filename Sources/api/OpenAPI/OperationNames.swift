/// Gives each operation a name of its own: `getFiltersByFilterId` for `GET /api/filters/{filter_id}`.
struct OperationNames {
    private var given: Set<String> = []

    /// The name of an operation; a path that makes the name of an earlier one is named in full.
    /// - Parameter template: the path with its parameters in braces.
    mutating func name(method: String, template: String) -> String {
        let short = Self.name(method, template.hasPrefix("/api/") ? String(template.dropFirst(4)) : template)
        let long = Self.name(method, "/root" + template)
        let numbered = (2...).lazy.map { "\(long)\($0)" }
        let name =
            [short, long].first { !given.contains($0) } ?? numbered.first { !given.contains($0) } ?? long
        given.insert(name)
        return name
    }

    private static func name(_ method: String, _ template: String) -> String {
        let words = template.replacing("/{", with: "/by/").split { !($0.isLetter || $0.isNumber) }
        let path = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return method.lowercased() + (path.isEmpty ? "Root" : path)
    }
}
