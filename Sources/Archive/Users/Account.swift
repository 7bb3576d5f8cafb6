/// A user as stored, with what decides who is let in under the name. Never to be shown.
public struct Account: Sendable, Equatable {
    /// The user.
    public let user: User
    /// The stored hash of the password; empty where there is none, which no password matches.
    public let passwordHash: String
    /// When the tokens that are good now began to be, milliseconds since 1970. Changes whenever all tokens of the user
    /// are to end. 0 in documents of Kowalski's.
    public let tokensSince: Int64

    /// Whether a token is still good that this database's users were signed in with.
    ///
    /// A token names the `tokensSince` that was in force when its password was looked at. So one signed while
    /// the password changes is no good, whatever the clocks of several processes say. A token without it (Kowalski's)
    /// counts by the time of its making.
    ///
    /// - Parameters:
    ///   - tokensSince: what the token names; nil where it does not.
    ///   - created: when the token says that it was made, milliseconds since 1970; nil where it does not.
    public func admits(tokensSince: Int64?, created: Double?) -> Bool {
        if let tokensSince { return tokensSince == self.tokensSince }
        return self.tokensSince == 0 || created.map { $0 >= Double(self.tokensSince) } ?? false
    }
}
