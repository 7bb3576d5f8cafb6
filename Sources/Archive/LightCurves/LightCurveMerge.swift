import Catalogs
public import Documents

/// The one write that brings an object's document up to date with the alerts of a batch.
///
/// It is atomic, and correct whatever another ingester has done to the document since it was read:
///
/// - Points with the rule `distinct` go by `$addToSet`, which adds none a second time.
/// - Points with the rule `brightestAlert` are set at their places, on condition that the array has the length,
///   and all that is written over the magnitudes, that were read. Points are never removed, so an array of the
///   same length is sorted the same.
/// - Both on condition that no points have been moved out since.
///
/// Where a condition fails nothing is written, and the object is read again.
struct LightCurveMerge {
    let objectID: String
    private let rules: [HistoryRule]
    private let isStored: Bool
    private var isUnseen: Bool
    private let stored: Document?
    private let crossMatches: CrossMatches?
    private var histories: StoredHistories
    private var added: [String: [DocumentView]] = [:]
    private var aid: String?
    private var older: [String: [Double: OlderEpoch]] = [:]

    /// A point of forced photometry in a piece of older points.
    private struct OlderEpoch {
        let piece: Value
        let place: Int
        var epoch: StoredHistories.Epoch
    }

    /// - Parameters:
    ///   - objectID: `_id` of the object's document.
    ///   - document: the stored document, nil where there is none.
    ///   - pieces: the pieces of older points, where an alert may bring some of theirs again.
    ///   - rules: how the survey's histories are kept.
    ///   - crossMatches: what was found for an object that has no document; nil where nobody has looked.
    init(
        objectID: String, stored document: Document?, pieces: [Document] = [], rules: [HistoryRule],
        crossMatches: CrossMatches? = nil
    ) {
        self.objectID = objectID
        self.rules = rules
        self.crossMatches = crossMatches
        isStored = document != nil
        isUnseen = document == nil
        stored = document
        histories = document.map { StoredHistories($0, rules: rules) } ?? StoredHistories()
        for piece in pieces { take(piece) }
    }

    private mutating func take(_ piece: Document) {
        let known = StoredHistories(piece, rules: rules)
        for (field, fingerprints) in known.distinct { histories.insert(fingerprints, into: field) }
        for (field, epochs) in known.epochs {
            for (place, epoch) in epochs.enumerated() {
                older[field, default: [:]][epoch.jd] = OlderEpoch(
                    piece: piece["_id"] ?? .null, place: place, epoch: epoch)
            }
        }
    }

    /// Takes the histories of one more alert.
    mutating func add(_ alert: Alert) {
        defer { isUnseen = false }
        if aid == nil { aid = alert.aid }
        for rule in rules {
            let points = alert.histories[rule.field] ?? []
            switch rule.merge {
            case .distinct:
                for point in points where histories.insert(point, into: rule.field) {
                    added[rule.field, default: []].append(point)
                }
            case .brightestAlert:
                if isUnseen, alert.seenFromBeginning { histories.beginEpochs(of: rule.field) }
                histories.merge(points.filter { !takesOlder($0, in: rule.field) }, into: rule.field)
            }
        }
    }

    /// Whether a point's Julian date is that of an older point, which it replaces where its alert is brighter.
    private mutating func takesOlder(_ point: DocumentView, in field: String) -> Bool {
        guard let jd = point.double(at: "jd"), let known = older[field]?[jd] else { return false }
        let new = StoredHistories.Epoch(
            jd: jd, point: point, isNew: true, storedMagnitude: known.epoch.storedMagnitude)
        if new.magnitude < known.epoch.magnitude { older[field]?[jd]?.epoch = new }
        return true
    }

    /// The writes to pieces of older points, each on condition that the point is the one that was read.
    var olderWrites: [(filter: Document, update: Document)] {
        older.flatMap { field, epochs in
            epochs.values.filter(\.epoch.isNew).map { older in
                var filter = DocumentWriter()
                filter.append("_id", older.piece)
                filter.append("\(field).\(older.place).alert_mag", older.epoch.storedMagnitude ?? .null)
                var set = DocumentWriter()
                set.append("\(field).\(older.place)", document: older.epoch.point)
                return (filter.finish(), ["$set": .document(set.finish())])
            }
        }
    }

    /// What the database is to do.
    enum Write {
        case nothing
        case insert(Document)
        case update(filter: Document, update: Document)
    }

    /// The write for all alerts taken so far.
    var write: Write { isStored ? update : .insert(newDocument) }

    /// The document of an object that has none.
    var newDocument: Document {
        var writer = DocumentWriter(capacity: 32768)
        writer.append("_id", string: objectID)
        if let aid { writer.append("aid", string: aid) }
        writer.append("cross_matches", document: crossMatches?.document ?? Document())
        for rule in rules {
            switch rule.merge {
            case .distinct: writer.append(rule.field, documents: added[rule.field] ?? [])
            case .brightestAlert:
                if let epochs = histories.epochs[rule.field] {
                    writer.append(rule.field, documents: epochs.lazy.map(\.point))
                }
            }
        }
        if let versions = crossMatches?.versions, !versions.isEmpty {
            writer.append("cross_match_versions", document: versions)
        }
        return writer.finish()
    }

    private var update: Write {
        var filter = DocumentWriter()
        filter.append("_id", string: objectID)
        if let stored { OlderPoints.condition(since: stored.view, in: &filter) }
        var sets = DocumentWriter()
        var additions = DocumentWriter()
        if let aid, let stored, stored.element(key: "aid") == nil {
            // Never changed once it is there.
            filter.append("aid", ["$exists": false])
            sets.append("aid", string: aid)
        }
        for rule in rules {
            switch rule.merge {
            case .distinct:
                guard let points = added[rule.field] else { continue }
                if let odd = stored?[Path(rule.field)], odd.list == nil {
                    // Null, or whatever else a database taken over may have in place of the array.
                    filter.append(rule.field, odd)
                    sets.append(rule.field, documents: points)
                    continue
                }
                additions.beginDocument(rule.field)
                additions.append("$each", documents: points)
                additions.end()
            case .brightestAlert:
                guard let epochs = histories.epochs[rule.field], epochs.contains(where: \.isNew) else {
                    continue
                }
                Self.set(epochs, in: rule.field, filter: &filter, sets: &sets)
            }
        }
        let set = sets.finish()
        let addToSet = additions.finish()
        guard !set.isEmpty || !addToSet.isEmpty else { return .nothing }
        var update = DocumentWriter(capacity: set.bytes.count + addToSet.bytes.count + 64)
        if !addToSet.isEmpty { update.append("$addToSet", document: addToSet) }
        if !set.isEmpty { update.append("$set", document: set) }
        return .update(filter: filter.finish(), update: update.finish())
    }

    /// Sets new points at their places where those that the database does not have come last, as they nearly
    /// always do; otherwise the whole array.
    private static func set(
        _ epochs: [StoredHistories.Epoch], in field: String, filter: inout DocumentWriter,
        sets: inout DocumentWriter
    ) {
        let stored = epochs.count { $0.storedMagnitude != nil }
        let areNewLast = epochs.prefix(stored).allSatisfy { $0.storedMagnitude != nil }
        filter.append(field, ["$size": .integer(Int64(stored))])
        var place = 0
        for epoch in epochs {
            guard let magnitude = epoch.storedMagnitude else { continue }
            if epoch.isNew || !areNewLast { filter.append("\(field).\(place).alert_mag", magnitude) }
            place += 1
        }
        if areNewLast {
            for (index, epoch) in epochs.enumerated() where epoch.isNew {
                sets.append("\(field).\(index)", document: epoch.point)
            }
        } else {
            sets.append(field, documents: epochs.lazy.map(\.point))
        }
    }
}

extension Alert {
    /// The object's document as it is when this is the first alert of the object.
    public func newAuxiliaryDocument(of survey: Survey) -> Document {
        var merge = LightCurveMerge(objectID: objectID, stored: nil, rules: survey.histories)
        merge.add(self)
        return merge.newDocument
    }
}
