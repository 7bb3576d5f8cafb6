/// The header field Authorization.
public enum Authorization {
    /// The token in the field's value: the second word if the value contains `bearer` in any case, else the
    /// whole value, as Kowalski's clients send it without a scheme. Nil, which is no valid token, for
    /// `bearer` alone.
    public static func token(in value: String) -> String? {
        guard value.lowercased().contains("bearer") else { return value }
        let words = value.split(whereSeparator: \.isWhitespace)
        return words.count > 1 ? String(words[1]) : nil
    }
}
