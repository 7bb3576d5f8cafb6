public import Documents

/// What people and programs say that an alert is: names with probabilities.
public struct AlertLabels: Sendable, Equatable {
    /// Who says it; the raw value is the field.
    public enum Source: String, CaseIterable, Sendable {
        /// People.
        case people = "human_labels"
        /// Programs.
        case programs = "ml_scores"
    }

    /// The alert's number.
    public let candid: Int64
    /// Probabilities by name, 0 to 1.
    public let probabilities: [Source: [String: Double]]

    /// The longest name, in characters.
    public static let longestName = 100

    /// Labels by alert from a request's body `{candid: {human_labels: …, ml_scores: …}, …}`, where `…` is
    /// `{name: probability}` or, for a probability of 1, `[name]` or "name,name".
    /// - Returns: one for each alert, ascending, so that two requests do not wait for each other.
    /// - Throws: `RequestError`, which names alert and label.
    public static func read(_ body: Document) throws(RequestError) -> [AlertLabels] {
        var alerts: [AlertLabels] = []
        for entry in body.elements {
            let candid = try candid(entry.key)
            guard let given = entry.value.document else {
                throw RequestError(.type, "\(candid) must be an object with human_labels or ml_scores")
            }
            var labels: [Source: [String: Double]] = [:]
            for source in Source.allCases {
                guard let given = given.element(key: source.rawValue)?.value, given != .null else { continue }
                labels[source] = try read(given, at: "\(candid).\(source.rawValue)")
            }
            guard labels.values.contains(where: { !$0.isEmpty }) else {
                throw RequestError(
                    nil,
                    "no classifications provided, must provide at least one of human_labels or ml_scores")
            }
            alerts.append(AlertLabels(candid: candid, probabilities: labels))
        }
        guard !alerts.isEmpty else { throw RequestError(nil, "no candid provided") }
        return alerts.sorted { $0.candid < $1.candid }
    }

    /// An alert's number from a text.
    /// - Throws: `RequestError` where it is none or could be written otherwise.
    public static func candid(_ text: String) throws(RequestError) -> Int64 {
        guard let candid = Int64(text), String(candid) == text else {
            throw RequestError(.value, "candid '\(text.prefix(longestName))' must be an integer")
        }
        return candid
    }

    private static func read(_ given: Value, at place: String) throws(RequestError) -> [String: Double] {
        var labels: [String: Double] = [:]
        switch given {
        case .string(let text):
            for name in text.split(separator: ",").map({ String($0).trimmed }) where !name.isEmpty {
                labels[try self.name(name, at: place)] = 1
            }
        case .array(let list):
            for element in list.elements {
                guard let name = element.value.string else {
                    throw RequestError(.type, "\(place).\(element.key) must be a name")
                }
                labels[try self.name(name, at: place)] = 1
            }
        case .document(let object):
            for element in object.elements {
                let name = try name(element.key, at: place)
                // Neither a boolean nor NaN.
                guard let probability = element.value.double, (0...1).contains(probability) else {
                    throw RequestError(.value, "\(place).\(name) must be a probability from 0 to 1")
                }
                labels[name] = probability
            }
        default:
            throw RequestError(
                .type, "\(place) must be an object of probabilities, a list of names or names with commas")
        }
        return labels
    }

    /// A name that can be a field of a stored document.
    private static func name(_ name: String, at place: String) throws(RequestError) -> String {
        let scalars = name.unicodeScalars
        guard (1...longestName).contains(scalars.count), scalars.first != "$", !scalars.contains("."),
            !scalars.contains("\0")
        else {
            let shown = name.replacing("\0", with: "\u{FFFD}").prefix(longestName)
            throw RequestError(
                .value,
                "\(place) has a label '\(shown)': one must have 1 to \(longestName) characters, no '.', no NUL "
                    + "and no '$' at its beginning")
        }
        return name
    }
}
