import Documents
public import Service

/// The setting of what is matched.
public enum CrossMatchSettings {
    /// What is matched with each survey's objects.
    public static let rules = Setting(
        "database.xmatch", default: CrossMatchRules.kowalski,
        """
        What is matched with each survey's new objects: survey, catalogue, and then cone_search_radius, \
        cone_search_unit (arcsec, arcmin, deg or rad; arcsec where it is not given), filter and projection (in \
        MongoDB's language; all rows and all fields where they are not given), distances (true adds \
        coordinates.distance_arcsec); for catalogues of known distances use_distance, distance_value (the field), \
        distance_method (redshift or distance, in Mpc), cm_at_distance (kpc) and cm_low_distance (arcsec, for galaxies \
        nearer than redshift 0.01 or 40 Mpc). What is given of a catalogue takes the place of the same key of its \
        default, null removes a catalogue, and a catalogue without an index is skipped. After a change of filter or \
        projection: skipper catalog index NAME.
        """)

    /// All of them.
    public static let all: [any SettingDeclaration] = [rules]
}

extension CrossMatchRules: SettingValue {
    /// The only form there is.
    public static func form(unit: SettingUnit) -> String { "a mapping of surveys to catalogues" }

    /// The rules over Kowalski's; nil where what is given is no such mapping.
    public static func read(_ raw: RawSetting, unit: SettingUnit) -> CrossMatchRules? {
        // Whoever wants to know what is wrong asks the other way.
        (try? read(raw, over: .kowalski, unit: unit)).flatMap { $0 }
    }

    /// The rules over others: what is given of a catalogue takes the place of the same key.
    public static func read(
        _ raw: RawSetting, over earlier: CrossMatchRules, unit: SettingUnit
    ) throws(SettingRefusal) -> CrossMatchRules? {
        guard let entries = try raw.mapping() else { return nil }
        var reader = RuleReader()
        var rules = earlier
        for entry in reader.distinct(entries, in: "") {
            guard let index = rules.surveys.firstIndex(where: { $0.name == entry.key }) else {
                let names = rules.surveys.map(\.name).joined(separator: ", ")
                reader.refuse(entry.key, entry.line, "no such survey, there are \(names)")
                continue
            }
            rules.surveys[index].catalogs = reader.catalogs(
                entry.value, over: rules.surveys[index].catalogs, in: entry.key)
        }
        guard reader.faults.isEmpty else { throw SettingRefusal(reader.faults) }
        return rules
    }

    /// Everything under its survey and its catalogue, what has its default left out.
    public func yaml(unit: SettingUnit) -> String {
        var lines: [String] = []
        for survey in surveys {
            guard !survey.catalogs.isEmpty else {
                lines.append("\(survey.name): {}")
                continue
            }
            lines.append("\(survey.name):")
            for rule in survey.catalogs {
                lines.append("    \(rule.catalog):")
                lines += rule.yamlLines.map { "        \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension CatalogRule {
    /// The keys that a rule is given by.
    enum Key: String, CaseIterable {
        case radius = "cone_search_radius"
        case unit = "cone_search_unit"
        case filter, projection, distances
        case usesDistance = "use_distance"
        case distanceField = "distance_value"
        case distanceMethod = "distance_method"
        case atDistance = "cm_at_distance"
        case lowDistance = "cm_low_distance"
    }

    /// The words for what a distance is given in; the first is the one that is written.
    static let methods: [(words: [String], measure: DistanceRule.Measure)] = [
        (["redshift", "z"], .redshift), (["distance", "mpc"], .megaparsecs),
    ]

    /// The rule's keys and values, one a line.
    fileprivate var yamlLines: [String] {
        var lines: [(Key, String)] = [
            (.radius, Self.text(.double(radius))), (.unit, Self.text(.string(unit.rawValue))),
        ]
        if !filter.isEmpty { lines.append((.filter, Self.text(.document(filter)))) }
        lines.append((.projection, Self.text(.document(projection))))
        if addsDistances { lines.append((.distances, "true")) }
        if let distance {
            let method = Self.methods.first { $0.measure == distance.measure }?.words.first ?? ""
            lines += [
                (.usesDistance, "true"), (.distanceField, Self.text(.string(distance.field))),
                (.distanceMethod, Self.text(.string(method))),
                (.atDistance, Self.text(.double(distance.atDistance))),
                (.lowDistance, Self.text(.double(distance.lowDistance))),
            ]
        }
        return lines.map { "\($0.rawValue): \($1)" }
    }

    /// A value as JSON, with spaces between the fields of a document.
    private static func text(_ value: Value) -> String {
        switch value {
        case .document(let document):
            "{"
                + document.elements.map { "\(text(.string($0.key))): \(text($0.value))" }
                .joined(separator: ", ") + "}"
        case .double(let number) where number.magnitude < 1e15 && number == number.rounded():
            String(Int(number))
        default:
            String(decoding: json(value), as: UTF8.self)
        }
    }

    private static func json(_ value: Value) -> [UInt8] {
        var bytes: [UInt8] = []
        ExtendedJSON.append(value, to: &bytes)
        return bytes
    }
}
