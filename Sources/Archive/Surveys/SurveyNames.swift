extension Survey {
    /// The name in routes and their messages: "ztf".
    public var routeName: String { name.lowercased() }

    /// Bytes of a name that are quoted in a message.
    private static let quoted = 64

    /// The survey of a route's name.
    /// - Throws: `RequestError` where there is none of that name.
    public static func named(_ name: String) throws(RequestError) -> Survey {
        if let survey = Archive.surveys.first(where: { $0.routeName == name }) { return survey }
        let names = Archive.surveys.map(\.routeName).joined(separator: ", ")
        throw RequestError(nil, "survey \(name.prefix(quoted)) must be one of [\(names)]")
    }
}
