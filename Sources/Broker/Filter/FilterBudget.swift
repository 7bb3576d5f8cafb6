import Archive
import Documents
import Synchronization

/// What filters have taken so far in this process, and who has taken too much.
final class FilterBudget: Sendable {
    /// What a filter may take.
    struct Rules: Sendable {
        /// Nanoseconds per alert in the mean.
        let nanoseconds: Int64
        /// Alerts over which the mean is taken at least.
        static let leastAlerts: Int64 = 500
        /// Errors that are no reason to suspend.
        static let mostErrors: Int64 = 10
        /// Alerts after which what a filter has done long ago counts half.
        static let memory: Int64 = 100_000
    }

    /// What a filter has taken.
    struct Account: Sendable, Equatable {
        var evaluated: Int64 = 0
        var errors: Int64 = 0
        var nanoseconds: Int64 = 0
        var lastError = ""

        static func += (account: inout Account, other: Account) {
            account.evaluated += other.evaluated
            account.errors += other.errors
            account.nanoseconds += other.nanoseconds
            if !other.lastError.isEmpty { account.lastError = other.lastError }
        }

        /// Why the filter is to be suspended; nil where it is not.
        ///
        /// Fewer alerts than count for the mean are taken as so many, so that a filter is not waited for that has
        /// already taken what all of them together may.
        func fault(_ rules: Rules) -> String? {
            let alerts = max(evaluated, Rules.leastAlerts)
            if nanoseconds > alerts * rules.nanoseconds {
                return "it took \(nanoseconds / 1000) microseconds for \(evaluated) alerts, more than "
                    + "\(rules.nanoseconds / 1000) for one in the mean over \(alerts)"
            }
            if errors >= Rules.mostErrors, errors * 100 > evaluated {
                return "it failed at \(errors) of \(evaluated) alerts, last: \(lastError)"
            }
            return nil
        }
    }

    let rules: Rules
    private let accounts = Mutex<[String: Account]>([:])

    init(_ rules: Rules) { self.rules = rules }

    /// What filters have taken before a batch. What is kept of others is dropped: one that comes back begins anew.
    func accounts(of filters: [ActiveFilter]) -> [Account] {
        accounts.withLock { accounts in
            let names = filters.map(\.name)
            let present = Set(names)
            accounts = accounts.filter { present.contains($0.key) }
            return names.map { accounts[$0] ?? Account() }
        }
    }

    /// Adds what a filter has taken for a batch.
    /// - Returns: why it is to be suspended; nil where it is not.
    func add(_ spent: Account, to filter: ActiveFilter) -> String? {
        accounts.withLock { accounts in
            var account = accounts[filter.name] ?? Account()
            account += spent
            let fault = account.fault(rules)
            if account.evaluated > Rules.memory {
                account.evaluated /= 2
                account.errors /= 2
                account.nanoseconds /= 2
            }
            accounts[filter.name] = account
            return fault
        }
    }
}

extension ActiveFilter {
    /// What tells it and its version from all others: `7/ive1rh`.
    var name: String { "\(filter.filterID)/\(filter.fid)" }
}
