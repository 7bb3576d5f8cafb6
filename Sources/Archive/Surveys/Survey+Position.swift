public import Documents
public import Sky

extension Survey {
    /// Where an alert is, by the packet's own numbers; nil where it has none.
    public func position(of alert: Document) -> Coordinates? {
        guard let ra = alert.double(at: fields.ra), let dec = alert.double(at: fields.dec) else { return nil }
        return try? Coordinates(ra: ra, dec: dec)
    }
}
