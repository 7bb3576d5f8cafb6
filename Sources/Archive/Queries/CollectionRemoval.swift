import Mongo

/// Removes what a catalogue holds.
struct CollectionRemoval: Sendable {
    let database: Database
    let surveys: [Survey]

    /// Removes a catalogue. A survey's own collection is there again afterwards, empty and with its indexes, because the
    /// survey's ingester goes on; with an auxiliary collection, which is a view, what it shows is removed.
    /// - Throws: `RequestError` where nobody may remove it.
    func drop(_ catalog: String) async throws {
        guard !Collections.restricted.contains(catalog), !Collections.isHidden(catalog) else {
            throw RequestError.invalid("Query", "Protected collection")
        }
        guard let survey = surveys.first(where: { [$0.alerts, $0.auxiliary].contains(catalog) }) else {
            return try await database.dropCollection(catalog)
        }
        try await database.dropCollection(catalog)
        if catalog == survey.auxiliary {
            try await database.dropCollection(survey.recent)
            try await database.dropCollection(survey.older)
        }
        try await Collections.prepare(database, for: survey)
    }
}
