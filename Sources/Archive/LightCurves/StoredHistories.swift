import Documents

/// What is known of the histories in one object's document: enough to tell what of a packet is new.
///
/// Points are only ever added or, in forced photometry, replaced by those of a brighter alert. So knowledge that
/// is out of date can lead to a superfluous write, which the database then recognises, but never to a missing one.
struct StoredHistories {
    /// Per field with the rule `distinct`, a hash of each point's bytes.
    private(set) var distinct: [String: Set<Int>] = [:]
    /// Per field with the rule `brightestAlert`, its points ascending by Julian date; absent where the document
    /// has no such array, which means that none is kept.
    private(set) var epochs: [String: [Epoch]] = [:]

    /// One point of forced photometry.
    struct Epoch {
        let jd: Double
        let point: DocumentView
        /// Whether `point` is yet to be written.
        let isNew: Bool
        /// What the database has as this point's `alert_mag`, null where it has none; nil where the database does
        /// not have the point.
        let storedMagnitude: Value?

        /// The alert's magnitude as it is compared: −99999, which always wins, where there is none; infinite,
        /// which never does, where it is not a number.
        var magnitude: Double {
            guard let magnitude = point.double(at: "alert_mag") else { return -99999 }
            return magnitude.isNaN ? .infinity : magnitude
        }
    }

    /// An object of which nothing is stored.
    init() {}

    /// What a stored document says.
    init(_ document: Document, rules: [HistoryRule]) {
        for rule in rules {
            guard let array = document.view.arrayView(at: Path(rule.field)) else { continue }
            switch rule.merge {
            case .distinct: distinct[rule.field] = Set(array.documents.lazy.map(\.fingerprint))
            case .brightestAlert:
                epochs[rule.field] = array.elements.map { element in
                    // Whatever else lies in the array keeps its place, so that the places counted are the database's.
                    let point = element.view ?? Document().view
                    let jd = point.double(at: "jd") ?? .nan
                    return Epoch(
                        jd: jd.isNaN ? -.infinity : jd, point: point, isNew: false,
                        storedMagnitude: point["alert_mag"] ?? .null)
                }
            }
        }
    }

    /// Takes note of points that are stored elsewhere.
    mutating func insert(_ fingerprints: Set<Int>, into field: String) {
        distinct[field, default: []].formUnion(fingerprints)
    }

    /// Takes note of a point; whether it is new.
    mutating func insert(_ point: DocumentView, into field: String) -> Bool {
        distinct[field, default: []].insert(point.fingerprint).inserted
    }

    /// Starts an array of forced photometry where there is none.
    mutating func beginEpochs(of field: String) {
        if epochs[field] == nil { epochs[field] = [] }
    }

    /// Merges points, ascending by Julian date, into an array that is kept: of two with the same Julian date that
    /// of the brighter alert stays, and the stored one if they are equally bright.
    mutating func merge(_ points: [DocumentView], into field: String) {
        guard let known = epochs[field] else { return }
        var merged: [Epoch] = []
        merged.reserveCapacity(known.count + points.count)
        var next = 0
        for point in points {
            guard let jd = point.double(at: "jd") else { continue }
            while next < known.count, known[next].jd < jd {
                merged.append(known[next])
                next += 1
            }
            let isKnown = next < known.count && known[next].jd == jd
            let new = Epoch(
                jd: jd, point: point, isNew: true,
                storedMagnitude: isKnown ? known[next].storedMagnitude : nil)
            merged.append(isKnown && known[next].magnitude <= new.magnitude ? known[next] : new)
            if isKnown { next += 1 }
        }
        merged.append(contentsOf: known[next...])
        epochs[field] = merged
    }
}
