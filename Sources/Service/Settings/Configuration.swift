internal import Foundation

/// The value of every declared setting, read once when a process starts.
///
/// Later layers win: built-in defaults, settings files in order, the secrets file, the environment.
public struct Configuration: Sendable {
    /// A setting's value and where it came from.
    private struct Resolved: Sendable {
        let value: any Sendable
        let source: String
        let line: Int?
    }

    /// What looks wrong and does no harm: keys in files that no setting has.
    public let warnings: [ConfigurationFault]

    private let declared: [any SettingDeclaration]
    private let resolved: [String: Resolved]

    /// Reads all layers.
    ///
    /// - Parameters:
    ///   - files: YAML or JSON, later ones over earlier ones.
    ///   - secretsFile: YAML or JSON, over the files; none of its values is ever repeated in a message.
    ///   - environment: variables `SKIPPER_SECTION__KEY`, over the files; nil for the
    ///     process's own.
    ///   - declared: every setting that the process uses.
    /// - Throws: `ConfigurationError` with all faults of all layers.
    public static func load(
        files: [ConfigurationFile] = [], secretsFile: ConfigurationFile? = nil,
        environment: [String: String]? = nil,
        declared: [any SettingDeclaration]
    ) throws(ConfigurationError) -> Configuration {
        let names = SettingNames(declared.map(\.key))
        var layers: [SettingsLayer] = []
        var faults = declarationFaults(declared)
        let sources = files.map { ($0, true) } + [secretsFile].compactMap { $0 }.map { ($0, false) }
        for (file, showsValues) in sources {
            do throws(ConfigurationFaultError) {
                guard let document = try file.document() else { continue }
                layers.append(
                    SettingsLayer(document: document, path: file.path, showsValues: showsValues, names: names)
                )
            } catch {
                faults.append(error.fault)
            }
        }
        layers.append(
            SettingsLayer(environment: environment ?? ProcessInfo.processInfo.environment, names: names))
        return try Configuration(declared: declared, layers: layers, faults: faults)
    }

    /// Gives every setting the value of the last layer that has one.
    private init(
        declared: [any SettingDeclaration], layers: [SettingsLayer], faults earlier: [ConfigurationFault]
    ) throws(ConfigurationError) {
        var faults = earlier + layers.flatMap(\.faults)
        var resolved: [String: Resolved] = [:]
        for setting in declared {
            // A value that a later layer hides is checked too: it would surprise whoever removes the later one.
            for entry in layers.compactMap({ $0.entries[setting.key] }) {
                let earlier = resolved[setting.key]?.value
                switch setting.resolve(entry.raw, over: earlier, showsValue: entry.showsValue) {
                case .success(let value):
                    resolved[setting.key] = Resolved(value: value, source: entry.source, line: entry.line)
                case .failure(let refusal):
                    faults += refusal.faults.map { fault in
                        ConfigurationFault(
                            entry.source, line: entry.line.map { fault.line ?? $0 },
                            key: fault.place.isEmpty ? setting.key : "\(setting.key).\(fault.place)",
                            fault.reason)
                    }
                }
            }
            guard layers.allSatisfy({ $0.entries[setting.key] == nil }) else { continue }
            switch setting.resolveDefault() {
            case .success(let value):
                resolved[setting.key] = Resolved(value: value, source: "default", line: nil)
            case .failure(let refusal):
                faults += refusal.faults.map {
                    ConfigurationFault("default", key: setting.key, $0.reason)
                }
            }
        }
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        self.declared = declared
        self.resolved = resolved
        warnings = layers.flatMap(\.warnings)
    }

    /// The value of a setting; it must be among the declared ones, anything else is an error in this program.
    public subscript<Value>(setting: Setting<Value>) -> Value {
        guard let value = resolved[setting.key]?.value as? Value else {
            preconditionFailure("setting \(setting.key) is read but was not declared")
        }
        return value
    }

    /// Where a setting's value came from: a file's path, a variable's name, or `default`.
    public func source(of setting: some SettingDeclaration) -> String {
        resolved[setting.key]?.source ?? "default"
    }

    /// Every secret whose value is a placeholder or a well-known default; a process that is not in its insecure
    /// development mode refuses to start when there are any.
    public var placeholderSecrets: [ConfigurationFault] {
        declared.filter(\.isSecret).compactMap { setting in
            guard let entry = resolved[setting.key] else { return nil }
            // An optional secret is unwrapped by the cast, and one that is nil fails it.
            guard let secret = entry.value as? Secret, let reason = PlaceholderSecret.reason(secret) else {
                return nil
            }
            return ConfigurationFault(entry.source, line: entry.line, key: setting.key, reason)
        }
    }

    /// Errors in this program's own declarations.
    private static func declarationFaults(_ declared: [any SettingDeclaration]) -> [ConfigurationFault] {
        let names = SettingNames(declared.map(\.key))
        var seen: Set<String> = []
        return declared.compactMap { setting in
            let reason =
                setting.declarationFault
                ?? (!seen.insert(setting.key).inserted ? "declared twice" : nil)
                ?? (names.sections.contains(setting.key) ? "both a setting and a section" : nil)
            return reason.map { ConfigurationFault("declaration", key: setting.key, $0) }
        }
    }
}
