/// Who may use the API.
public struct User: Sendable, Equatable {
    /// The name, `_id` of the document.
    public let name: String
    /// The programs whose alerts the user may see.
    public let programs: [Int64]
    /// Whether the user may do everything.
    public let isAdmin: Bool
    /// The groups, SkyPortal's numbers, whose filters the user may see.
    public let groups: [Int64]

    /// - Parameters:
    ///   - name: the name.
    ///   - programs: the programs whose alerts the user may see.
    ///   - isAdmin: whether the user may do everything.
    ///   - groups: the groups whose filters the user may see.
    public init(name: String, programs: [Int64], isAdmin: Bool, groups: [Int64] = []) {
        self.name = name
        self.programs = programs
        self.isAdmin = isAdmin
        self.groups = groups
    }

    /// What may be seen without further rights: the public survey, program 1.
    public static let publicPrograms: [Int64] = [1]
}
