internal import Foundation

/// Tells real secrets from those that everybody knows.
enum PlaceholderSecret {
    /// Placeholders of example files and the defaults of Kowalski 3.0.0.
    private static let known: Set<String> = [
        "admin", "abc0123", "mongoadmin", "mongoadminsecret", "ztf", "kowalski", "skipper", "password",
        "passwd",
        "secret", "default", "example", "placeholder", "test", "todo", "none", "null", "root", "guest",
        "token",
        "irjsxvfjdqsj2fcnppacbh972dt-rpmmle48pq8j5hg=",
    ]

    /// Why a secret is none, or nil. Of an address like `mongodb://user:password@host` the password is judged.
    static func reason(_ secret: Secret) -> String? {
        let text = secret.value.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { return "empty" }
        if let password = passwordInAddress(text) {
            return isPlaceholder(password)
                ? "the password in it is a placeholder or a well-known default" : nil
        }
        return isPlaceholder(text) ? "a placeholder or a well-known default" : nil
    }

    /// Whether a password is a placeholder.
    private static func isPlaceholder(_ password: some StringProtocol) -> Bool {
        let text = password.lowercased()
        let joined = text.filter { $0 != "-" && $0 != "_" && $0 != " " }
        return known.contains(text) || joined.hasPrefix("changeme") || joined.hasPrefix("replaceme")
            || (text.hasPrefix("<") && text.hasSuffix(">")) || Set(text).count == 1
    }

    /// What stands between the user's name and `@` in an address; nil in other text and without one.
    private static func passwordInAddress(_ text: String) -> Substring? {
        guard let scheme = text.range(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return nil }
        let user = authority[..<at]
        return user.firstIndex(of: ":").map { user[user.index(after: $0)...] }
    }
}
