/// What one source gives, before it is laid over the layers below.
struct SettingsLayer {
    /// One setting in the source.
    struct Entry {
        /// What is given.
        let raw: RawSetting

        /// The file or the variable.
        let source: String

        /// The line in a file.
        let line: Int?

        /// Whether the value may be repeated in a message.
        let showsValue: Bool
    }

    /// Settings by key.
    private(set) var entries: [String: Entry] = [:]

    /// What is wrong with the source.
    private(set) var faults: [ConfigurationFault] = []

    /// Keys that no setting has.
    private(set) var warnings: [ConfigurationFault] = []

    private let names: SettingNames

    /// The environment's variables `SKIPPER_SECTION__KEY`, in any case.
    ///
    /// A variable that begins like one of the sections but names no setting is a typing error, hence a fault; one
    /// of another section belongs to another process; `SKIPPER_TEST_…` belongs to tests.
    init(environment: [String: String], names: SettingNames) {
        self.names = names
        for (variable, text) in environment.sorted(by: { $0.key < $1.key }) {
            let lowercased = variable.lowercased()
            guard lowercased.hasPrefix("skipper_"), !lowercased.hasPrefix("skipper_test_") else { continue }
            let rest = lowercased.dropFirst("skipper_".count)
            let key = rest.split(separator: "__", omittingEmptySubsequences: false).joined(separator: ".")
            if names.keys.contains(key) {
                add(key, RawSetting(environment: text), source: variable, line: nil, showsValue: true)
            } else {
                let unknown = ConfigurationFault(variable, key: key, "no such setting" + names.hint(for: key))
                if names.sections.contains(where: { rest == $0 || rest.hasPrefix($0 + "_") }) {
                    faults.append(unknown)
                } else {
                    warnings.append(unknown)
                }
            }
        }
    }

    /// A file's settings. A top-level section `kowalski`, as in Kowalski's own files, is looked through.
    init(document: YAMLNode, path: String, showsValues: Bool, names: SettingNames) {
        self.names = names
        guard case .mapping(let entries) = document.content else {
            if !document.isNull {
                faults.append(ConfigurationFault(path, line: document.line, "not a mapping of sections"))
            }
            return
        }
        for entry in entries {
            if entry.key.lowercased() == "kowalski", case .mapping(let inner) = entry.value.content {
                for entry in inner { read(entry, in: "", path: path, showsValues: showsValues) }
            } else {
                read(entry, in: "", path: path, showsValues: showsValues)
            }
        }
    }

    /// Takes a key and what is below it.
    private mutating func read(_ entry: YAMLNode.Entry, in section: String, path: String, showsValues: Bool) {
        let key = (section.isEmpty ? "" : section + ".") + entry.key.lowercased()
        if names.keys.contains(key) {
            add(key, RawSetting(entry.value), source: path, line: entry.line, showsValue: showsValues)
        } else if !names.sections.contains(key) {
            // Another process's, or another program's.
            if section.isEmpty && SharedSections.all.contains(key) { return }
            warnings.append(
                ConfigurationFault(path, line: entry.line, key: key, "no such setting" + names.hint(for: key))
            )
        } else if case .mapping(let inner) = entry.value.content {
            for entry in inner { read(entry, in: key, path: path, showsValues: showsValues) }
        } else if !entry.value.isNull {
            faults.append(
                ConfigurationFault(path, line: entry.line, key: key, "a section of settings, not a value"))
        }
    }

    /// Takes one setting; a second time is a fault, since either could be meant.
    private mutating func add(_ key: String, _ raw: RawSetting, source: String, line: Int?, showsValue: Bool)
    {
        if let first = entries[key] {
            let place = first.line.map { "line \($0)" } ?? first.source
            faults.append(ConfigurationFault(source, line: line, key: key, "given already in \(place)"))
        } else {
            entries[key] = Entry(raw: raw, source: source, line: line, showsValue: showsValue)
        }
    }
}

/// The keys that are declared, and the sections that they make.
struct SettingNames {
    /// Every key.
    let keys: Set<String>

    /// Every section: `kafka` and `kafka.producer` for `kafka.producer.linger`.
    let sections: Set<String>

    private let spelled: [String: String]

    /// Takes the keys of declarations.
    init(_ keys: some Sequence<String>) {
        self.keys = Set(keys)
        var sections: Set<String> = []
        for key in self.keys {
            let words = key.split(separator: ".")
            for count in 1..<max(words.count, 2) where count < words.count {
                sections.insert(words[..<count].joined(separator: "."))
            }
        }
        self.sections = sections
        spelled = Dictionary(self.keys.sorted().map { (letters($0), $0) }) { first, _ in first }
    }

    /// The setting that was probably meant: the one with the same letters and other separators.
    func hint(for key: String) -> String {
        spelled[letters(key)].map { ", but there is \($0)" } ?? ""
    }
}

/// A key without its separators.
private func letters(_ key: String) -> String { key.filter { $0 != "." && $0 != "_" } }
