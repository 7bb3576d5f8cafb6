public import Aggregation
public import Documents

/// An alert as filters see it: what `FilterPrefix` makes of it in MongoDB, made in memory.
///
/// The alert's fields are located once for all filters, and its histories are cut once for all filters with the same
/// permissions. Belongs to one thread.
public struct FilterView {
    /// What is known of the light curve of the alert's object.
    public enum LightCurve: Sendable {
        /// It has not been fetched yet: a program that asks for it ends with `Outcome.later`.
        case later
        /// The object has no document.
        case none
        /// The object's document, as the survey's auxiliary view shows it.
        case stored(Document)
    }

    /// Something in the documents of which only MongoDB can tell what becomes of it: a history that is no array, a
    /// point whose time is no number.
    public struct OddDocument: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is odd.
        public let description: String
    }

    private let survey: Survey
    private let alert: Document
    private let isPast: Bool
    private let window: HistoryWindow
    private var lightCurve: LightCurve
    private var fields: [(name: String, part: Subject.Part)] = []
    private var subjects: [(permissions: [Int64], subject: Subject?)] = []

    /// - Parameters:
    ///   - survey: whose alert it is.
    ///   - alert: as it is stored, with or without stamps.
    ///   - lightCurve: what is known of the object's light curve.
    ///   - isPast: whether points that are not earlier than the alert are left out, as `FilterPrefix` does with `past`.
    public init(of survey: Survey, alert: Document, lightCurve: LightCurve, isPast: Bool) {
        self.survey = survey
        self.alert = alert
        self.lightCurve = lightCurve
        self.isPast = isPast
        window = HistoryWindow(survey, jd: alert.element(at: survey.fields.jd), isPast: isPast)
        let kept = FilterPrefix.kept(of: survey)
        for element in alert.elements {
            // MongoDB keeps `_id` where nothing is said of it.
            guard element.key == "_id" || kept.contains(element.key) else { continue }
            fields.append((element.key, Subject.Part(element)))
        }
    }

    /// Takes the light curve that was left for later. What filters have seen so far is made anew for them.
    public mutating func fetch(_ lightCurve: LightCurve) {
        self.lightCurve = lightCurve
        subjects = []
    }

    /// What a filter with these permissions sees; nil where the alert is of a program that is not among them.
    /// - Throws: where only MongoDB can tell.
    public mutating func subject(permissions: [Int64]) throws(OddDocument) -> Subject? {
        if let known = subjects.first(where: { $0.permissions == permissions }) { return known.subject }
        let subject = try makeSubject(permissions)
        subjects.append((permissions, subject))
        return subject
    }

    private func makeSubject(_ permissions: [Int64]) throws(OddDocument) -> Subject? {
        if let program = survey.fields.programID {
            guard try HistoryWindow.number(alert.element(at: program), in: permissions, program.description)
            else { return nil }
        }
        var parts = fields
        parts.reserveCapacity(fields.count + 1 + survey.histories.count)
        switch lightCurve {
        case .later:
            for name in ["cross_matches"] + survey.histories.map(\.field) { parts.append((name, .later)) }
        case .none:
            for rule in survey.histories { parts.append((rule.field, Subject.Part(.null))) }
        case .stored(let document):
            if let matches = document.element(key: "cross_matches") {
                parts.append(("cross_matches", Subject.Part(matches)))
            }
            for rule in survey.histories {
                let history = document.element(key: rule.field)
                parts.append((rule.field, Subject.Part(try window.cut(history, rule, permissions))))
            }
        }
        return Subject(parts)
    }
}

extension Subject.Part {
    /// The value of an element.
    fileprivate init(_ element: Element) {
        if element.type == .document, let view = element.view {
            self.init(view)
        } else {
            self.init(element.value)
        }
    }
}
