import Documents
public import Sky

/// What is to be associated with an object: an alert of a survey.
public struct AssociationSource: Sendable, Equatable {
    /// The survey's name for the object; nil in surveys that do not tell objects apart.
    public let objectID: String?
    /// The survey's number of the alert.
    public let candid: Int64
    /// Where the alert is.
    public let coordinates: Coordinates
    /// Julian date of the exposure's start, UTC days.
    public let jd: Double

    /// - Parameters:
    ///   - objectID: the survey's name for the object; nil in surveys that do not tell objects apart.
    ///   - candid: the survey's number of the alert.
    ///   - coordinates: where the alert is.
    ///   - jd: Julian date of the exposure's start, UTC days.
    public init(objectID: String?, candid: Int64, coordinates: Coordinates, jd: Double) {
        self.objectID = objectID
        self.candid = candid
        self.coordinates = coordinates
        self.jd = jd
    }

    /// - Returns: nil where the alert does not say where it is.
    init?(_ alert: Alert, of survey: Survey) {
        guard let ra = alert.document.double(at: survey.fields.ra),
            let dec = alert.document.double(at: survey.fields.dec),
            let coordinates = try? Coordinates(ra: ra, dec: dec)
        else { return nil }
        self.init(
            objectID: alert.objectID, candid: alert.candid, coordinates: coordinates,
            jd: alert.document.double(at: survey.fields.jd) ?? .nan)
    }
}
