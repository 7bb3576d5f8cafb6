import Documents

extension Extent {
    /// A document as it is stored in a collection.
    /// - Parameter surveys: the surveys of whose alerts it is one.
    static func stored(in surveys: [Survey]) -> Extent {
        var fields: [String: Extent] = ["_id": .identity(isUnique: true)]
        for survey in surveys {
            fields[survey.fields.candid] = .identity(isUnique: true)
            fields[survey.fields.objectID] = .identity(isUnique: false)
            // A record of numbers and texts, as the survey's packets have it.
            var record = Extent.storedElement
            record.length = 0
            if let name = survey.fields.magnitude.description.split(separator: ".").first {
                fields[String(name)] = record
            }
        }
        return Extent.document(fields, others: .stored).borrowed
    }

    /// A document of a collection.
    static func stored(in catalog: String) -> Extent {
        stored(in: Archive.surveys.filter { $0.alerts == catalog })
    }

    /// Whether it tells stored documents or their objects apart: it does itself, or has a field that does.
    var isIdentity: Bool {
        switch inside {
        case .identity: true
        case .parts(let parts): parts.element == nil && parts.fields.values.contains(where: \.isIdentity)
        default: false
        }
    }
}
