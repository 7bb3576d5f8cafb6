/// Example files made from the declarations, so that they cannot disagree with the program.
public enum ExampleConfiguration {
    /// Columns of a comment line.
    private static let width = 100

    /// A settings file with every setting that is no secret at its default, with unit and meaning above it.
    /// Loading it gives the defaults.
    public static func yaml(_ declared: [any SettingDeclaration]) -> String {
        var lines = comment(
            "Every setting at its default. The environment overrides: SKIPPER_SECTION__KEY=value for section.key, "
                + "lists separated by commas. Secrets belong in the secrets file.", indent: "")
        let root = Section(declared)
        for (name, section) in root.sections {
            lines += ["", "\(name):"]
            lines += render(section, indent: "    ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A secrets file as JSON with a placeholder for every secret, which `placeholderSecrets` refuses; a secret that
    /// is not needed is to be null or left out.
    /// - Parameter companions: keys of settings that are no secrets and stand beside them, with their defaults.
    public static func secretsJSON(
        _ declared: [any SettingDeclaration], companions: Set<String> = []
    ) -> String {
        json(Section(declared.filter { $0.isSecret || companions.contains($0.key) }), indent: "") { setting in
            guard setting.isSecret else { return setting.defaultYAML }
            let meaning = setting.meaning
            return JSONText.quoted("<\(meaning.hasSuffix(".") ? String(meaning.dropLast()) : meaning)>")
        } + "\n"
    }

    /// A secrets file as JSON with values; what has none is null, or the default where that is no secret.
    /// - Parameters:
    ///   - values: by key.
    ///   - companions: keys of settings that are no secrets and stand beside them.
    public static func secretsJSON(
        _ declared: [any SettingDeclaration], values: [String: String], companions: Set<String> = []
    ) -> String {
        json(Section(declared.filter { $0.isSecret || companions.contains($0.key) }), indent: "") { setting in
            if let value = values[setting.key] { return JSONText.quoted(value) }
            return setting.isSecret ? "null" : setting.defaultYAML
        } + "\n"
    }

    /// The settings of one section and the sections in it.
    private static func render(_ section: Section, indent: String) -> [String] {
        var lines: [String] = []
        for (name, setting) in section.settings {
            let asked = [setting.unit.name, setting.requirement].filter { !$0.isEmpty }.joined(
                separator: "; ")
            lines += comment(setting.meaning + (asked.isEmpty ? "" : " (\(asked))"), indent: indent)
            let value = setting.defaultYAML.split(separator: "\n", omittingEmptySubsequences: false)
            if setting.isSecret {
                lines.append("\(indent)# \(name): a secret")
            } else if value.count == 1 {
                lines.append("\(indent)\(name): \(setting.defaultYAML)")
            } else {
                lines.append("\(indent)\(name):")
                lines += value.map { "\(indent)    \($0)" }
            }
        }
        for (name, inner) in section.sections {
            lines.append("\(indent)\(name):")
            lines += render(inner, indent: indent + "    ")
        }
        return lines
    }

    /// A section of secrets as a JSON object.
    private static func json(
        _ section: Section, indent: String, value: (any SettingDeclaration) -> String
    ) -> String {
        let deeper = indent + "    "
        let settings = section.settings.map { name, setting in
            "\(deeper)\(JSONText.quoted(name)): \(value(setting))"
        }
        let sections = section.sections.map { name, inner in
            "\(deeper)\(JSONText.quoted(name)): \(json(inner, indent: deeper, value: value))"
        }
        let members = settings + sections
        return members.isEmpty ? "{}" : "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    }

    /// Words as comment lines.
    private static func comment(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent + "#"
        for word in text.split(whereSeparator: \.isWhitespace) {
            if line.count + 1 + word.count > width && line != indent + "#" {
                lines.append(line)
                line = indent + "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}

/// Declarations as the tree that their keys make, in the order of declaration.
private struct Section {
    var settings: [(name: String, setting: any SettingDeclaration)] = []
    var sections: [(name: String, section: Section)] = []

    init(_ declared: [any SettingDeclaration]) {
        for setting in declared { add(setting, setting.key.split(separator: ".").map { String($0) }[...]) }
    }

    private mutating func add(_ setting: any SettingDeclaration, _ words: ArraySlice<String>) {
        guard let first = words.first, words.count > 1 else {
            if let name = words.first { settings.append((name, setting)) }
            return
        }
        let index = sections.firstIndex { $0.name == first } ?? sections.endIndex
        if index == sections.endIndex { sections.append((first, Section([]))) }
        sections[index].section.add(setting, words.dropFirst())
    }
}
