import Documents

/// Which points of an object's histories an alert's filters see: the conditions of `FilterPrefix` as MongoDB's
/// expressions understand them.
///
/// Missing and null times are less than any number there, and what is subtracted from them is null: such points are
/// inside of every window.
struct HistoryWindow {
    private let survey: Survey
    private let jd: Moment
    private let isPast: Bool

    /// A time as expressions see it.
    private enum Moment {
        case missing
        case null
        case number(Double)
        case odd
    }

    /// - Parameters:
    ///   - survey: whose rules count.
    ///   - jd: the alert's Julian date.
    ///   - isPast: whether points that are not earlier than the alert are left out.
    init(_ survey: Survey, jd: Element?, isPast: Bool) {
        self.survey = survey
        self.jd = Self.moment(jd)
        self.isPast = isPast
    }

    /// What is seen of a history: an array of points, or null where there is none.
    func cut(
        _ history: Element?, _ rule: HistoryRule, _ permissions: [Int64]
    ) throws(FilterView.OddDocument) -> Value {
        guard let history, history.type != .null, history.type != .undefined else { return .null }
        guard history.type == .array, let points = history.view else {
            throw FilterView.OddDocument(description: "\(rule.field) is no array")
        }
        var writer = DocumentWriter(capacity: history.valueBytes.count + 64)
        var kept = 0
        for (index, point) in points.elements.enumerated() {
            guard try sees(point, rule, permissions) else { continue }
            // Their keys are their places already until one is left out.
            writer.append(point, as: kept == index ? nil : String(kept))
            kept += 1
        }
        return .array(writer.finish())
    }

    /// Whether a point is seen; conditions in the order of `FilterPrefix`, because the first that fails ends it.
    private func sees(
        _ point: Element, _ rule: HistoryRule, _ permissions: [Int64]
    ) throws(FilterView.OddDocument) -> Bool {
        guard point.type != .array else {
            throw FilterView.OddDocument(description: "\(rule.field) has an array among its points")
        }
        let point = point.type == .document ? point.view : nil
        if survey.filterWindow.pointsHavePrograms {
            let program = point?.element(at: "programid")
            guard try Self.number(program, in: permissions, "\(rule.field).programid") else { return false }
        }
        let time = Self.moment(point?.element(at: "jd"))
        guard try isRecent(time, rule) else { return false }
        if rule.merge == .brightestAlert {
            guard point?.element(at: "procstatus")?.string == "0" else { return false }
        }
        return !isPast || isEarlier(time)
    }

    /// `$lt: [{$subtract: [jd, point's jd]}, days]`.
    private func isRecent(_ time: Moment, _ rule: HistoryRule) throws(FilterView.OddDocument) -> Bool {
        switch (jd, time) {
        case (.odd, _), (_, .odd):
            throw FilterView.OddDocument(description: "\(rule.field) has a jd that is no number")
        case (.number(let jd), .number(let time)):
            let age = jd - time
            // Not a number is less than all numbers.
            return age.isNaN || age < Double(survey.filterWindow.days)
        default: return true
        }
    }

    /// `$lt: [point's jd, jd]`, in the order of BSON: missing, null, not a number, numbers.
    private func isEarlier(_ time: Moment) -> Bool {
        func rank(_ moment: Moment) -> (Int, Double) {
            switch moment {
            case .missing: (0, 0)
            case .null: (1, 0)
            case .number(let number): number.isNaN ? (2, 0) : (3, number)
            case .odd: (4, 0)
            }
        }
        return rank(time) < rank(jd)
    }

    private static func moment(_ element: Element?) -> Moment {
        guard let element else { return .missing }
        switch element.type {
        // Undefined counts as null where something is subtracted, and not where it is compared.
        case .null: return .null
        case .double, .int32, .int64: return element.double.map { .number($0) } ?? .odd
        default: return .odd
        }
    }

    /// Whether a field holds one of some integers.
    static func number(
        _ element: Element?, in numbers: [Int64], _ name: String
    ) throws(FilterView.OddDocument) -> Bool {
        switch element?.type {
        case .double, .int32, .int64: element?.int64.map(numbers.contains) ?? false
        // An array matches with any of its elements in queries, a decimal equals an integer.
        case .array, .decimal128: throw FilterView.OddDocument(description: "\(name) is no number")
        default: false
        }
    }
}
