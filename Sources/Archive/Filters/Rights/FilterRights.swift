import Documents

/// What a user may see of filters, and of alerts through them.
///
/// Filters are seen by admins, by their owner and by their group. A filter finds what its own permissions let it see;
/// run for a user it sees no more than the user may.
struct FilterRights {
    let user: User

    /// The condition on filters that the user may see; nil for all of them.
    var condition: Document? {
        if user.isAdmin { return nil }
        return [
            "$or": [
                ["group_id": ["$in": .list(user.groups.map { .integer($0) })]],
                ["owner": .string(user.name)],
            ]
        ]
    }

    /// The programs that a filter sees where it runs for the user: of its own those that are the user's.
    func permissions(of filter: Filter) -> [Int64] { limited(filter.permissions) }

    /// Of some programs those that the user may see.
    func limited(_ programs: [Int64]) -> [Int64] {
        user.isAdmin ? programs : programs.filter(user.programs.contains)
    }

    /// Whether the user may know what the filter found by itself, which tells of every program that it may see.
    func seesFindings(of filter: Filter, _ survey: Survey?) -> Bool {
        if user.isAdmin { return true }
        let hasPrograms =
            survey.map { $0.fields.programID != nil || $0.filterWindow.pointsHavePrograms } ?? true
        return !hasPrograms || filter.permissions.allSatisfy(user.programs.contains)
    }

    /// What stands between the system's prefix and stages that run in the database for the user: nothing of these may
    /// be looked at before the prefix is, because it would show in errors what the prefix hides.
    var barrier: [Document] { user.isAdmin ? [] : [AlertRights.barrier] }
}

/// The user may not see the filter, or what it finds; or there is no such filter, which is not said to those who could
/// not see it.
public struct FilterHidden: Error {}
