/// One setting: its name in files and in the environment, its type, default, unit and meaning.
///
/// Declarations are values: a module has them as static constants and lists them once.
/// ```
/// static let batchSize = Setting("kafka.batch_size", default: 500, unit: "messages", accepts: .within(1...10_000),
///     "How many messages make a batch.")
/// ```
public struct Setting<Value: SettingValue>: SettingDeclaration {
    /// Sections and name, lower case, with dots between: `kafka.batch_size`.
    public let key: String

    /// The value where nothing gives another. A default that `accepts` refuses makes the setting required.
    public let `default`: Value

    /// What a number counts; a `Duration` needs a unit of time.
    public let unit: SettingUnit

    /// Which values are accepted.
    public let accepts: Acceptance<Value>

    /// What the setting does, in a sentence or two.
    public let meaning: String

    /// Takes all of them.
    public init(
        _ key: String, default: Value, unit: SettingUnit = .none, accepts: Acceptance<Value> = .any,
        _ meaning: String
    ) {
        self.key = key
        self.default = `default`
        self.unit = unit
        self.accepts = accepts
        self.meaning = meaning
    }

    /// Whether values must never be shown.
    public var isSecret: Bool { Value.isSecret }

    /// What `accepts` asks for, in words.
    public var requirement: String { accepts.words }

    /// The default as YAML.
    public var defaultYAML: String { `default`.yaml(unit: unit) }

    /// Whether null is a value of this setting.
    public var isOptional: Bool { Value.read(.null, unit: unit) != nil }

    /// What is wrong with the declaration, or nil.
    public var declarationFault: String? {
        if Value.needsUnitOfTime, unit.duration == nil { return "a time needs a unit of time" }
        return isWellFormed(key: key) ? nil : "not of the form section.name in lower case"
    }

    /// The default, or why a value must be given.
    public func resolveDefault() -> Result<any Sendable, SettingRefusal> {
        accepts.holds(`default`)
            ? .success(`default`) : .failure(SettingRefusal(reason: "must be set: \(accepts.words)"))
    }

    /// The value in what was given, or why it is none.
    ///
    /// - Parameters:
    ///   - earlier: the value of the layers below, over which a mapping is laid; nil for the default.
    ///   - showsValue: whether the reason may repeat what was given; a secret's never does.
    public func resolve(
        _ raw: RawSetting, over earlier: (any Sendable)?, showsValue: Bool
    ) -> Result<any Sendable, SettingRefusal> {
        let shown = showsValue && !isSecret
        let value: Value?
        do throws(SettingRefusal) {
            value = try Value.read(raw, over: earlier as? Value ?? `default`, unit: unit)
        } catch {
            return .failure(shown ? error : error.hidden)
        }
        guard let value else {
            let given = raw.shown(shown)
            return .failure(SettingRefusal(reason: "\(given) is not \(Value.form(unit: unit))"))
        }
        guard accepts.holds(value) else {
            return .failure(SettingRefusal(reason: "\(raw.shown(shown)) is not accepted: \(accepts.words)"))
        }
        return .success(value)
    }
}

extension SettingRefusal {
    /// The same places without what was given there.
    fileprivate var hidden: SettingRefusal {
        SettingRefusal(faults.map { Fault($0.place, line: $0.line, "the value (not shown) is not accepted") })
    }
}

extension RawSetting {
    /// What was given, for a sentence about it.
    fileprivate func shown(_ showsValue: Bool) -> String {
        switch self {
        case .null: "null"
        case .text(let text):
            showsValue ? "'\(text.prefix(80))\(text.utf8.count > 80 ? "…" : "")'" : "the value (not shown)"
        case .list(let elements): "a list of \(elements.count)"
        case .nested: "a section"
        }
    }
}

/// Whether a key is sections and a name: words of a–z, 0–9 and single underscores inside, at least two, since
/// `__` separates sections in the environment.
private func isWellFormed(key: String) -> Bool {
    let words = key.split(separator: ".", omittingEmptySubsequences: false)
    return words.count >= 2
        && words.allSatisfy { word in
            !word.isEmpty && !word.hasPrefix("_") && !word.hasSuffix("_") && !word.contains("__")
                && word.utf8.allSatisfy {
                    UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || 48...57 ~= $0 || $0 == 95
                }
        }
}
