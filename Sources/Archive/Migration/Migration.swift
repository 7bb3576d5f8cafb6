import Documents
import Mongo

/// Takes over a database of Kowalski's: says what differs from what is needed, and makes up for it.
///
/// Checking writes nothing. Applying changes users, filters, indexes and the names of the light curves' collections,
/// never a document of alerts; what has been done is found and not done again.
public struct Migration: Sendable {
    /// The oldest server that is supported, of which `$sortArray` (5.2) is asked for; 5 is out of support.
    static let oldestServer = (6, 0)

    let database: Database
    let surveys: [Survey]
    let archive: Archive
    let rules: Rules

    /// What the database does not say.
    public struct Rules: Sendable {
        /// Whether a stored password hash can be checked.
        public var understandsHash: @Sendable (String) -> Bool
        /// The programs whose alerts users may see for whom Kowalski has stored none.
        public var programs: [Int64]

        /// - Parameters:
        ///   - programs: of users for whom none are stored; the public survey without being told.
        ///   - understandsHash: whether a stored password hash can be checked.
        public init(
            programs: [Int64] = User.publicPrograms, understandsHash: @escaping @Sendable (String) -> Bool
        ) {
            self.programs = programs
            self.understandsHash = understandsHash
        }
    }

    /// Everything that was seen, area by area.
    /// - Throws: `MongoError`.
    public func check() async throws -> [MigrationFinding] {
        let present = Set(try await database.listCollectionNames())
        var findings = try await serverFindings()
        for survey in surveys where present.contains(survey.alerts) {
            findings += try await indexFindings(of: survey)
            findings += try await alertFindings(of: survey)
            findings += try await lightCurveFindings(of: survey)
        }
        findings += try await userFindings()
        findings += try await filterFindings()
        findings += try await skymapFindings()
        findings += try await catalogueFindings(present)
        if !surveys.contains(where: { present.contains($0.alerts) }) {
            findings.append(
                MigrationFinding(
                    .note, "alerts", "\(database.name) has no collection of alerts",
                    cure: "correct database.db, or begin without: the ingester creates what it needs"))
        }
        return findings
    }

    /// Makes up for what `check` has found.
    /// - Parameter writes: whether anything is done at all, or only said.
    /// - Returns: what was done, or would be; empty where nothing was left to do.
    /// - Throws: `MigrationFault` where something must be done by hand first; `MongoError`.
    public func apply(writes: Bool) async throws -> [String] {
        let faults = try await check().filter { $0.state == .fault }
        guard faults.isEmpty else { throw MigrationFault(findings: faults) }
        var steps = try await convertUsers(writes: writes)
        steps += try await convertFilters(writes: writes)
        steps += try await missingStructure()
        // Repeats what is there already, so that a run that was interrupted is finished.
        if writes { try await archive.prepare() }
        return steps
    }
}

/// Something that no program should decide.
public struct MigrationFault: Error, CustomStringConvertible {
    /// What was found.
    public let findings: [MigrationFinding]

    /// One line for each.
    public var description: String {
        findings.map { "\($0.area): \($0.text)" + ($0.cure.map { "; \($0)" } ?? "") }.joined(separator: "\n")
    }
}

extension Archive {
    /// Takes over a database of Kowalski's.
    public func migration(_ rules: Migration.Rules) -> Migration {
        Migration(database: database, surveys: Self.surveys, archive: self, rules: rules)
    }
}
