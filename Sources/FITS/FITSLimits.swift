/// What a file may cost its reader, whatever it claims.
public struct FITSLimits: Sendable, Hashable {
    /// Bytes of the file, after it was inflated.
    public let bytes: Int
    /// Values in an image or in what is read of a column at once.
    public let values: Int
    /// Header-and-data units.
    public let units: Int
    /// Cards in the headers of all units together.
    public let cards: Int

    /// - Parameters:
    ///   - bytes: bytes of the file, after it was inflated; 256 MiB.
    ///   - values: values in an image or in what is read of a column at once; 2²⁶, which take 512 MiB.
    ///   - units: header-and-data units; 100.
    ///   - cards: cards in the headers of all units together; 20,000.
    public init(bytes: Int = 1 << 28, values: Int = 1 << 26, units: Int = 100, cards: Int = 20_000) {
        self.bytes = bytes
        self.values = values
        self.units = units
        self.cards = cards
    }
}
