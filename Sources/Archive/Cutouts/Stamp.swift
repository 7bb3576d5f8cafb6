import Documents

/// An image of an alert as it is stored.
public struct Stamp: Sendable {
    /// The name that the survey gave the file; nil where there is none.
    public let fileName: String?
    /// A FITS file, compressed by gzip.
    public let bytes: [UInt8]

    /// The stamp in an alert.
    ///
    /// - Parameters:
    ///   - alert: with the stamp's field.
    ///   - stamps: where it is.
    /// - Returns: nil where there is no stamp.
    init?(_ cutout: Cutout, of alert: Document, _ stamps: Survey.Stamps) {
        let field = stamps.field(of: cutout)
        guard stamps.isNamed else {
            guard case .binary(_, let bytes)? = alert.element(key: field)?.value else { return nil }
            fileName = nil
            self.bytes = bytes
            return
        }
        guard case .document(let stamp)? = alert.element(key: field)?.value,
            case .binary(_, let bytes)? = stamp.element(key: "stampData")?.value
        else { return nil }
        fileName = stamp.string(at: "fileName")
        self.bytes = bytes
    }
}

extension QueryRunner {
    /// What the database may take to find one alert: Kowalski's limit, milliseconds.
    private static let stampTime: Int64 = 10_000

    /// The stamp of an alert that a user may see.
    ///
    /// - Parameters:
    ///   - candid: the alert's number.
    ///   - survey: whose alert it is.
    /// - Throws: `RequestError` where there is no such alert or stamp for this user, `MongoError`.
    public func stamp(
        _ cutout: Cutout, of candid: Int64, in survey: Survey, for user: User
    ) async throws -> Stamp {
        let query = Query.findOne(
            catalog: survey.alerts, filter: [survey.fields.candid: .int64(candid)],
            projection: ["_id": 0, survey.stamps.field(of: cutout): 1],
            options: Query.Options(maximumTime: Self.stampTime))
        let name = survey.routeName
        guard case .value(.document(let alert)?) = try await run(query, for: user) else {
            throw RequestError(nil, "\(name) alert \(candid) not found")
        }
        guard let stamp = Stamp(cutout, of: alert, survey.stamps) else {
            throw RequestError(nil, "cutout \(cutout.rawValue) not found in \(name) alert \(candid)")
        }
        return stamp
    }
}
