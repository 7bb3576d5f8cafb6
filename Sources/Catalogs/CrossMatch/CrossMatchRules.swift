/// What is matched with the objects of each survey.
public struct CrossMatchRules: Sendable {
    /// The rules of one survey.
    public struct Survey: Sendable {
        /// The survey's name: "ZTF".
        public let name: String
        /// One rule per catalogue, in the order in which matches are stored.
        public var catalogs: [CatalogRule]
    }

    /// Every survey, those included that nothing is matched with.
    public var surveys: [Survey]

    /// The rules of a survey; none where it is not among them.
    public func catalogs(of survey: String) -> [CatalogRule] {
        surveys.first { $0.name == survey }?.catalogs ?? []
    }

    /// How far from an object its matches may be, in arcseconds, by catalogue and by survey.
    public var radii: [String: [String: Double]] {
        var radii: [String: [String: Double]] = [:]
        for survey in surveys {
            for rule in survey.catalogs {
                radii[rule.catalog, default: [:]][survey.name] = rule.degrees * 3600
            }
        }
        return radii
    }

    /// The fields that a catalogue's index must have for the rules of all surveys, besides `_id` and the position; nil
    /// for whole documents, which is also what a catalogue without rules has. Sorted, and none inside another.
    public func storedFields(of catalog: String) -> [String]? {
        var fields: Set<String> = []
        let rules = surveys.flatMap { $0.catalogs.filter { $0.catalog == catalog } }
        guard !rules.isEmpty else { return nil }
        for rule in rules {
            guard let needed = rule.neededFields else { return nil }
            fields.formUnion(needed)
        }
        return fields.filter { field in
            !fields.contains { $0 != field && field.isField(inside: $0) }
        }.sorted()
    }
}

extension String {
    /// Whether the path is another one, or leads further in.
    func isField(inside outer: String) -> Bool { self == outer || hasPrefix(outer + ".") }
}
