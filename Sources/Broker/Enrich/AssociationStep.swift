public import Archive
public import Service
public import Sky

/// Names the objects of a batch's alerts before they are stored.
public struct AssociationStep: Sendable {
    /// nil where alerts are not associated.
    private let associations: Associations?

    /// - Parameters:
    ///   - survey: whose alerts these are.
    ///   - archive: where objects are kept.
    ///   - configuration: says whether alerts are associated, and how near they must be.
    ///   - clock: the time.
    public init(
        of survey: Survey, _ archive: Archive, _ configuration: Service.Configuration,
        clock: @escaping @Sendable () -> UTCTime
    ) {
        associations =
            configuration[AssociationSettings.enabled]
            ? archive.associations(
                of: survey, radius: configuration[AssociationSettings.radius], now: clock) : nil
    }

    /// Whether there is anything to do.
    var isEnabled: Bool { associations != nil }

    /// Creates what collections and indexes are missing.
    func prepare() async throws { try await associations?.prepare() }

    /// The batch with the names of its objects; the same names however often it is done.
    /// - Throws: `MongoError`, `AssociationFault`.
    func named(_ batch: DecodedBatch) async throws -> DecodedBatch {
        guard let associations, !batch.alerts.isEmpty else { return batch }
        var batch = batch
        let names = try await associations.objects(of: batch.alerts.map(\.alert))
        for (place, name) in zip(batch.alerts.indices, names) { batch.alerts[place].alert.aid = name }
        return batch
    }
}
