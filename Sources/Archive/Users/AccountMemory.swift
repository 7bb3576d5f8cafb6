import Synchronization

/// Accounts that were read a moment ago, so that a client who asks again and again costs no read each time.
///
/// Nobody sees it: whoever changes or removes a user through `Users`, in whatever process, is told that it is done only
/// when everything read before the change has been forgotten. The time of an entry counts from before its read began
/// and is shorter than that of the wait, which begins after the change was confirmed; only durations are compared,
/// never the clocks of two processes. A change by other means, in the database's shell, takes as long to be seen.
///
/// Users who are not there are not remembered, because new ones are let in at once.
public final class AccountMemory: Sendable {
    /// How long an account is remembered.
    public static let duration = Duration.milliseconds(200)
    /// How long whoever changes an account waits. Longer, in case one clock runs a little faster than another.
    static let wait = Duration.milliseconds(220)
    /// The most accounts.
    private static let capacity = 4096

    private struct Entry {
        let account: Account
        let end: ContinuousClock.Instant
    }

    private let users: Users
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter users: where accounts are read.
    public init(_ users: Users) { self.users = users }

    /// The account of a name, as it is now or was a moment ago; nil where there is none.
    /// - Parameter isGood: whether the account as it was will do. If not it is read anew.
    public func find(_ name: String, ifGood isGood: (Account) -> Bool) async throws -> Account? {
        let start = ContinuousClock.now
        let known = entries.withLock { $0[name] }
        // Strings are equal that look alike; names are the same byte by byte.
        if let known, start < known.end, known.account.user.name.utf8.elementsEqual(name.utf8),
            isGood(known.account)
        {
            return known.account
        }
        guard let account = try await users.find(name) else { return nil }
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries = entries.filter { $0.value.end > start } }
            if entries.count >= Self.capacity { entries = [:] }
            entries[name] = Entry(account: account, end: start + Self.duration)
        }
        return account
    }
}
