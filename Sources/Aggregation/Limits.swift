/// How much one run of a pipeline on one document may take.
public struct Limits: Sendable, Equatable {
    /// Steps of evaluation: about one for every operator, and one for every element that an operator walks over.
    public var steps: Int
    /// Bytes of all values that are put together, also of those that are dropped again.
    public var bytes: Int

    /// - Parameters:
    ///   - steps: ten million take about a quarter of a second.
    ///   - bytes: MongoDB's own limit for a document is 16 MiB.
    public init(steps: Int = 10_000_000, bytes: Int = 64 << 20) {
        self.steps = steps
        self.bytes = bytes
    }
}
