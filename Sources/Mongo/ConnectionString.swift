/// A connection string, which holds a password: it prints itself with `***` in the place of who logs in.
public struct ConnectionString: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// The string as given, for libmongoc alone.
    let text: String

    /// - Parameter text: `mongodb://user:password@host:port/?replicaSet=…`, user and password percent-encoded.
    public init(_ text: String) { self.text = text }

    /// The connection string that a literal means.
    public init(stringLiteral text: String) { self.text = text }

    /// The string without user and password.
    public var description: String { secrets.removed(from: text) }

    /// The string without user and password.
    public var debugDescription: String { description }

    /// Nothing to look into: `dump` and string interpolation of what holds us would show the text.
    public var customMirror: Mirror { Mirror(self, children: ["uri": description]) }

    /// What must not appear anywhere.
    var secrets: Secrets { Secrets(of: text) }
}

/// Pieces of text that must not appear in errors and logs.
struct Secrets: Sendable, Hashable {
    /// The longest first, so that no part of one is left over.
    private let pieces: [String]

    /// User, password and, because a badly encoded password is cut at its own `/`, `:` and `@`, what lies between
    /// those. Pieces of one or two characters are left out: they are in every text.
    init(of uri: String) {
        guard let scheme = uri.firstRange(of: "://"), let at = uri.lastIndex(of: "@"), scheme.upperBound <= at
        else {
            pieces = []
            return
        }
        let whole = uri[scheme.upperBound..<at]
        var pieces: [Substring] = whole.split { character in ":@/?#[]".contains(character) }
        if let colon = whole.firstIndex(of: ":") { pieces.append(whole[whole.index(after: colon)...]) }
        pieces.append(whole)
        self.pieces = (pieces.map(String.init) + pieces.map { Self.decoded($0) })
            .filter { $0.count > 2 }
            .sorted { $0.count > $1.count }
    }

    /// The text with every piece replaced by `***`.
    func removed(from text: String) -> String {
        var text = text
        for piece in pieces { text.replace(piece, with: "***") }
        return text
    }

    /// Percent-encoding undone; what is not hexadecimal stays.
    private static func decoded(_ piece: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(piece.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
