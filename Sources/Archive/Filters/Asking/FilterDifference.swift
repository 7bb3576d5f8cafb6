import Documents
import Mongo

/// What two versions of a filter find among the alerts of a night, and how that differs.
struct FilterDifference {
    private var evaluated: Int64 = 0
    private var kept: Int64 = 0
    private var errors: (from: Int64, to: Int64) = (0, 0)
    private var gained: [Document] = []
    private var lost: [Document] = []
    private var counts: (gained: Int64, lost: Int64) = (0, 0)

    /// Alerts that are named of those gained and of those lost; the others are counted.
    static let mostNamed = 10_000

    /// Takes note of an alert.
    mutating func add(_ alert: Document, of survey: Survey, from: PipelineOutcome?, to: PipelineOutcome?) {
        guard from != nil || to != nil else { return }
        evaluated += 1
        if case .failed? = from { errors.from += 1 }
        if case .failed? = to { errors.to += 1 }
        switch (from.hasPassed, to.hasPassed) {
        case (true, true): kept += 1
        case (false, true):
            counts.gained += 1
            if gained.count < Self.mostNamed { gained.append(Self.named(alert, survey)) }
        case (true, false):
            counts.lost += 1
            if lost.count < Self.mostNamed { lost.append(Self.named(alert, survey)) }
        case (false, false): break
        }
    }

    /// `{from_version, to_version, start_jd, end_jd, evaluated, from: {passed, errors}, to: {passed, errors}, kept,
    /// gained_count, lost_count, gained: [{candid, candid_str, objectId, jd}], lost: […]}`.
    func document(_ versions: (from: String, to: String), _ dates: (from: Double, to: Double)) -> Document {
        [
            "from_version": .string(versions.from), "to_version": .string(versions.to),
            "start_jd": .double(dates.from), "end_jd": .double(dates.to), "evaluated": .integer(evaluated),
            "from": ["passed": .integer(kept + counts.lost), "errors": .integer(errors.from)],
            "to": ["passed": .integer(kept + counts.gained), "errors": .integer(errors.to)],
            "kept": .integer(kept), "gained_count": .integer(counts.gained),
            "lost_count": .integer(counts.lost), "gained": .list(gained.map { .document($0) }),
            "lost": .list(lost.map { .document($0) }),
        ]
    }

    private static func named(_ alert: Document, _ survey: Survey) -> Document {
        let candid = alert.int64(at: Path(survey.fields.candid)) ?? 0
        return [
            "candid": .int64(candid), "candid_str": .string(String(candid)),
            "objectId": alert[Path(survey.fields.objectID)] ?? .null, "jd": alert[survey.fields.jd] ?? .null,
        ]
    }
}

extension PipelineOutcome? {
    /// Whether the alert passes.
    fileprivate var hasPassed: Bool { if case .one? = self { true } else { false } }
}
