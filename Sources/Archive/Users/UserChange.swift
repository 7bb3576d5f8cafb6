/// What is to change of a user; nil stays as it is.
public struct UserChange: Sendable, Equatable {
    /// Another name.
    public var name: String?
    /// The hash of another password. All tokens end with the old one.
    public var passwordHash: String?
    /// Other programs.
    public var programs: [Int64]?
    /// Other groups.
    public var groups: [Int64]?
    /// Whether the user may do everything from now on.
    public var isAdmin: Bool?
    /// Another address; `.some(nil)` for none.
    public var email: String??

    /// Nothing.
    public init() {}

    /// Whether nothing is to change.
    public var isEmpty: Bool { self == UserChange() }

    /// What came of a change.
    public enum Outcome: Sendable, Equatable {
        case done
        /// There is no such user, or the password has changed meanwhile.
        case notFound
        /// There is another user of the new name.
        case nameTaken
    }
}
