public import Documents

/// A row that lies within the radius of a position.
public struct CatalogMatch: Sendable {
    /// The row's number in its index.
    public let row: Int

    /// How far it is, in degrees.
    public let separation: Double

    /// Its document.
    public let document: Document
}
