public import Sky

/// A request to match positions with catalogues.
public struct MatchRequest: Sendable {
    /// A position that is matched.
    public struct Position: Sendable, Equatable {
        /// The client's name for it; nil where it has none.
        public let name: String?
        /// Where it is.
        public let coordinates: Coordinates
    }

    /// In the order of the request.
    public let positions: [Position]
    /// Whether positions have names.
    public let hasNames: Bool
    /// The catalogues in the order of the request.
    public let catalogs: [String]
    /// One query for each catalogue, for all positions.
    let queries: [PositionQuery]
}

/// How much may be asked for at a time.
public struct MatchLimits: Sendable {
    /// Positions of a request.
    public let positions: Int
    /// Positions of a request where a catalogue has no index on this host.
    public let positionsWithoutIndex: Int
    /// Radius in arcseconds.
    public let radius: Double
    /// Milliseconds that a catalogue may take where the request does not say, and that it may ask for at most.
    public let time: (usual: Int64, longest: Int64)

    /// - Parameters:
    ///   - positions: of a request.
    ///   - positionsWithoutIndex: of a request where a catalogue has no index on this host.
    ///   - radius: in arcseconds.
    ///   - time: milliseconds that a catalogue may take.
    public init(
        positions: Int, positionsWithoutIndex: Int, radius: Double, time: (usual: Int64, longest: Int64)
    ) {
        self.positions = positions
        self.positionsWithoutIndex = positionsWithoutIndex
        self.radius = radius
        self.time = time
    }
}
