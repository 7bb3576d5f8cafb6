/// One thing that was seen in a database that another program, Kowalski, has filled.
public struct MigrationFinding: Sendable, Equatable {
    /// What it means for Skipper.
    public enum State: String, Sendable {
        /// As it must be.
        case good = "ok"
        /// Usable; an operator should know.
        case note
        /// Is made right by `Migration.apply`.
        case change
        /// Must be made right by hand first.
        case fault
    }

    /// What it means.
    public let state: State
    /// `server`, `disk`, `indexes`, `alerts`, `light curves`, `users`, `filters`, `sky maps`, `catalogues`.
    public let area: String
    /// What was seen.
    public let text: String
    /// What to do, nil where nothing is to be done.
    public let cure: String?

    init(_ state: State, _ area: String, _ text: String, cure: String? = nil) {
        self.state = state
        self.area = area
        self.text = text
        self.cure = cure
    }
}
