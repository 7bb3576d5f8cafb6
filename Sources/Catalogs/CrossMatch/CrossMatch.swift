import Aggregation
import Documents
public import Sky

/// Matches positions with a survey's catalogues, by their index files.
///
/// The answer for a position depends on nothing but the position, the rules and the catalogues. Reading may wait for the
/// disk: call from a thread that may block.
public struct CrossMatch: Sendable {
    /// What is matched.
    public let rules: [CatalogRule]
    private let folder: CatalogFolder

    /// - Parameters:
    ///   - rules: one per catalogue.
    ///   - folder: where the index files are; they are opened when they are needed, and again when they are replaced.
    public init(_ rules: [CatalogRule], in folder: CatalogFolder) {
        self.rules = rules
        self.folder = folder
    }

    /// The catalogues that matches are made with now: all of the rules' that can be opened and have the fields that
    /// their rules need. Why others cannot, `matches` says.
    public var loaded: [CatalogDescription] { matches(at: []).loaded }

    /// What lies at positions.
    /// - Parameter catalogs: only these of the rules' catalogues; nil for all.
    public func matches(at positions: [Coordinates], of catalogs: Set<String>? = nil) -> CrossMatchBatch {
        var batch = CrossMatchBatch()
        batch.objects = [CrossMatches](repeating: CrossMatches(), count: positions.count)
        var ready: [(rule: CatalogRule, index: CatalogIndex)] = []
        for rule in rules where catalogs?.contains(rule.catalog) ?? true {
            do {
                guard let index = try opened(rule) else {
                    batch.missing.append(rule.catalog)
                    continue
                }
                batch.loaded.append(index.description)
                ready.append((rule, index))
            } catch {
                batch.take(.init(catalog: rule.catalog, reason: "\(error)", positions: positions.count))
            }
        }
        // The disk works for all catalogues at once, while the first are being matched.
        for (rule, index) in ready { index.expect(positions, within: rule.degrees) }
        for (rule, index) in ready {
            var search = CatalogSearch(rule, index)
            for (place, position) in positions.enumerated() {
                do {
                    batch.objects[place].catalogs.append(
                        .init(
                            name: rule.catalog, version: index.description.version,
                            documents: try search.matches(at: position)))
                } catch {
                    batch.take(.init(catalog: rule.catalog, reason: "\(error)", positions: 1))
                }
            }
        }
        return batch
    }

    /// The index of a rule's catalogue; nil where there is none.
    private func opened(_ rule: CatalogRule) throws -> CatalogIndex? {
        guard let index = try folder.index(rule.catalog) else { return nil }
        guard let stored = index.description.fields else { return index }
        // What a file of an earlier configuration lacks would be missing in silence.
        guard let needed = rule.neededFields else {
            throw MissingFields(catalog: rule.catalog, fields: ["all fields"])
        }
        let missing = needed.filter { field in !stored.contains { field.isField(inside: $0) } }
        guard missing.isEmpty else {
            throw MissingFields(catalog: rule.catalog, fields: missing.sorted())
        }
        return index
    }
}

/// An index that was made for other rules.
struct MissingFields: Error, CustomStringConvertible {
    let catalog: String
    let fields: [String]

    var description: String {
        "the index lacks \(fields.joined(separator: ", ")): run skipper catalog index \(catalog)"
    }
}
