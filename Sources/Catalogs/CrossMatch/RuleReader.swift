import Documents
import Service

/// Reads rules from a mapping of settings, and collects all that is wrong with them, each with its place.
struct RuleReader {
    /// What is wrong.
    private(set) var faults: [SettingRefusal.Fault] = []

    /// Takes note of a fault.
    mutating func refuse(_ place: String, _ line: Int, _ reason: String) {
        faults.append(SettingRefusal.Fault(place, line: line, reason))
    }

    /// The entries of a mapping; keys that come twice are faults, since either could be meant.
    mutating func distinct(_ entries: [YAMLNode.Entry], in place: String) -> [YAMLNode.Entry] {
        var seen: Set<String> = []
        return entries.filter { entry in
            if seen.insert(entry.key).inserted { return true }
            refuse(place.isEmpty ? entry.key : "\(place).\(entry.key)", entry.line, "given twice")
            return false
        }
    }

    /// The rules of one survey laid over others; none for null.
    mutating func catalogs(_ node: YAMLNode, over earlier: [CatalogRule], in place: String) -> [CatalogRule] {
        if node.isNull { return [] }
        guard let entries = node.entries else {
            refuse(place, node.line, "not a mapping of catalogues")
            return earlier
        }
        var rules = earlier
        for entry in distinct(entries, in: place) {
            let place = "\(place).\(entry.key)"
            let index = rules.firstIndex { $0.catalog == entry.key }
            if entry.value.isNull {
                if let index { rules.remove(at: index) }
            } else if let rule = rule(entry, over: index.map { rules[$0] }, in: place) {
                if let index { rules[index] = rule } else { rules.append(rule) }
            }
        }
        return rules
    }

    /// One rule; nil where something is wrong with it.
    private mutating func rule(
        _ entry: YAMLNode.Entry, over earlier: CatalogRule?, in place: String
    ) -> CatalogRule? {
        guard Self.isName(entry.key) else {
            refuse(place, entry.line, "a catalogue's name has letters, digits, _ and - only, at most 100")
            return nil
        }
        guard let given = entry.value.entries else {
            refuse(place, entry.value.line, "not a mapping of \(Self.keys)")
            return nil
        }
        let before = faults.count
        var values = RuleValues(earlier)
        var lines: [String: Int] = [:]
        for entry in distinct(given, in: place) {
            lines[entry.key] = entry.line
            guard let key = CatalogRule.Key(rawValue: entry.key) else {
                refuse("\(place).\(entry.key)", entry.line, "no such key, there are \(Self.keys)")
                continue
            }
            do throws(RuleFault) {
                try values.take(key, entry.value)
            } catch {
                refuse("\(place).\(error.key)", entry.value.line, error.reason)
            }
        }
        guard faults.count == before else { return nil }
        do throws(RuleFault) {
            return try values.rule(of: entry.key)
        } catch {
            let key = error.key.split(separator: ".").first.map { String($0) } ?? ""
            refuse("\(place).\(error.key)", lines[key] ?? entry.line, error.reason)
            return nil
        }
    }

    /// The keys of a rule, for a message.
    private static let keys = CatalogRule.Key.allCases.map(\.rawValue).joined(separator: ", ")

    /// Whether a catalogue may have this name: it is a collection's, a file's and a field's.
    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy {
                $0 == "_" || $0 == "-"
                    || $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
            }
    }
}

/// The values that make a rule, while they are taken.
private struct RuleValues {
    private var radius: Double?
    private var unit = CatalogRule.Unit.arcsec
    private var filter = Document()
    private var projection = Document()
    private var addsDistances = false
    private var usesDistance = false
    private var field: String?
    private var method: DistanceRule.Measure?
    private var atDistance: Double?
    private var lowDistance: Double?

    /// The values of a rule, or the defaults.
    init(_ rule: CatalogRule?) {
        guard let rule else { return }
        radius = rule.radius
        unit = rule.unit
        filter = rule.filter
        projection = rule.projection
        addsDistances = rule.addsDistances
        usesDistance = rule.distance != nil
        field = rule.distance?.field
        method = rule.distance?.measure
        atDistance = rule.distance?.atDistance
        lowDistance = rule.distance?.lowDistance
    }

    /// Takes one value.
    mutating func take(_ key: CatalogRule.Key, _ node: YAMLNode) throws(RuleFault) {
        switch key {
        case .radius: radius = try positive(key, node)
        case .atDistance: atDistance = try positive(key, node)
        case .lowDistance: lowDistance = try positive(key, node)
        case .unit:
            guard let unit = node.text.flatMap(CatalogRule.Unit.init) else {
                throw RuleFault(key, notOneOf: CatalogRule.Unit.allCases.map(\.rawValue))
            }
            self.unit = unit
        case .filter: filter = try document(key, node)
        case .projection: projection = try document(key, node)
        case .distances: addsDistances = try truth(key, node)
        case .usesDistance: usesDistance = try truth(key, node)
        case .distanceField:
            guard let text = node.text, !text.isEmpty else {
                throw RuleFault(key: key.rawValue, reason: "not the name of a field")
            }
            field = text
        case .distanceMethod:
            let text = node.text?.lowercased() ?? ""
            guard let known = CatalogRule.methods.first(where: { $0.words.contains(text) }) else {
                throw RuleFault(key, notOneOf: CatalogRule.methods.flatMap(\.words))
            }
            method = known.measure
        }
    }

    private func positive(_ key: CatalogRule.Key, _ node: YAMLNode) throws(RuleFault) -> Double {
        guard let number = node.text.flatMap({ Double($0) }), number.isFinite, number > 0 else {
            throw RuleFault(key: key.rawValue, reason: "not a number above 0")
        }
        return number
    }

    private func truth(_ key: CatalogRule.Key, _ node: YAMLNode) throws(RuleFault) -> Bool {
        guard let truth = Bool.read(.text(node.text ?? ""), unit: .none) else {
            throw RuleFault(key: key.rawValue, reason: "not true or false")
        }
        return truth
    }

    private func document(_ key: CatalogRule.Key, _ node: YAMLNode) throws(RuleFault) -> Document {
        do throws(JSONError) {
            if node.entries != nil, case .document(let document) = try node.value() { return document }
        } catch {
            throw RuleFault(
                key: error.path.isEmpty ? key.rawValue : "\(key.rawValue).\(error.path)",
                reason: error.reason)
        }
        throw RuleFault(key: key.rawValue, reason: "not a mapping")
    }

    /// The rule that the values make.
    func rule(of catalog: String) throws(RuleFault) -> CatalogRule {
        guard let radius else {
            throw RuleFault(key: CatalogRule.Key.radius.rawValue, reason: "must be given")
        }
        return try CatalogRule(
            catalog: catalog, radius: radius, unit: unit, filter: filter, projection: projection,
            addsDistances: addsDistances, distance: try distance())
    }

    private func distance() throws(RuleFault) -> DistanceRule? {
        guard usesDistance else { return nil }
        guard let field else { throw missing(.distanceField) }
        guard let atDistance else { throw missing(.atDistance) }
        guard let lowDistance else { throw missing(.lowDistance) }
        // A field of this name is a redshift, whatever is said of it.
        guard let measure = field == "z" ? .redshift : method else { throw missing(.distanceMethod) }
        return DistanceRule(
            field: field, measure: measure, atDistance: atDistance, lowDistance: lowDistance)
    }

    private func missing(_ key: CatalogRule.Key) -> RuleFault {
        RuleFault(key: key.rawValue, reason: "must be given where use_distance is true")
    }
}

extension RuleFault {
    fileprivate init(_ key: CatalogRule.Key, notOneOf words: [String]) {
        self.init(key: key.rawValue, reason: "not one of " + words.joined(separator: ", "))
    }
}
