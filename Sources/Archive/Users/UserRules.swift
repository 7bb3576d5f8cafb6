public import Documents

/// What new users may be called and what may be said of them. Users who are there already stay as they are.
public enum UserRules {
    /// The longest name, in characters.
    public static let longestName = 128
    /// The longest address, in characters (RFC 5321 section 4.5.3.1).
    static let longestEmail = 320
    /// The most programs of a user.
    static let mostPrograms = 100
    /// The most groups of a user.
    static let mostGroups = 1000
    /// The largest number of a group.
    public static let largestGroup: Int64 = 2_147_483_647
    /// The largest programid.
    public static let largestProgram: Int64 = 2_147_483_647

    /// A name for a new user: printable, without `/`, which no address of a user could hold, and without spaces at its
    /// ends, which nobody sees.
    public static func name(_ name: String) throws(RequestError) -> String {
        guard (1...longestName).contains(name.unicodeScalars.count) else {
            throw RequestError(.value, "username must have 1 to \(longestName) characters")
        }
        guard name.isPrintable, !name.contains("/"), name.first != " ", name.last != " ",
            name != ".", name != ".."
        else {
            throw RequestError(
                .value, "username must be printable, without '/' and without spaces at its ends")
        }
        return name
    }

    /// An address.
    public static func email(_ email: String) throws(RequestError) -> String {
        guard email.unicodeScalars.count <= longestEmail, email.isPrintable else {
            throw RequestError(.value, "email must be printable, at most \(longestEmail) characters")
        }
        return email
    }

    /// Programs from a request's `permissions`: integers of at least 0. Kowalski's `{}` means those of the public.
    public static func programs(_ given: Value) throws(RequestError) -> [Int64] {
        if given.document?.isEmpty == true { return User.publicPrograms }
        guard let list = given.list, list.count <= mostPrograms else {
            throw RequestError(
                .type, "permissions must be a list of programids, at most \(mostPrograms)")
        }
        var programs: [Int64] = []
        for (index, value) in list.enumerated() {
            guard let program = value.int64, (0...largestProgram).contains(program) else {
                throw RequestError(
                    .value, "permissions.\(index) must be an integer from 0 to \(largestProgram)")
            }
            if !programs.contains(program) { programs.append(program) }
        }
        return programs
    }

    /// Groups from a request's `groups`: integers of at least 1.
    public static func groups(_ given: Value) throws(RequestError) -> [Int64] {
        guard let list = given.list, list.count <= mostGroups else {
            throw RequestError(.type, "groups must be a list of numbers of groups, at most \(mostGroups)")
        }
        var groups: [Int64] = []
        for (index, value) in list.enumerated() {
            guard let group = value.int64, (1...largestGroup).contains(group) else {
                throw RequestError(.value, "groups.\(index) must be an integer from 1 to \(largestGroup)")
            }
            if !groups.contains(group) { groups.append(group) }
        }
        return groups
    }

    /// Whether a request's `role` is that of admins.
    public static func isAdmin(role given: Value) throws(RequestError) -> Bool {
        switch given.string {
        case "admin": return true
        case "user": return false
        default: throw RequestError(.value, "role must be 'admin' or 'user'")
        }
    }
}

extension String {
    /// Whether every character can be seen, the space included: no control or format characters, no line ends, nothing
    /// that Unicode has not assigned.
    fileprivate var isPrintable: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                false
            case .spaceSeparator: scalar == " "
            default: true
            }
        }
    }
}
