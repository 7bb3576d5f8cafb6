/// The time zone among an operator's arguments: mostly none or a constant, whose name is then looked up only once.
struct ZoneArgument: Sendable {
    private enum Source: Sendable {
        case known(Zone)
        case computed(any Expression)
    }

    private let source: Source

    /// - Parameter expression: nil means UTC.
    init(_ expression: (any Expression)?) {
        guard let expression else {
            source = .known(.utc)
            return
        }
        guard let name = (expression as? Constant)?.datum.string else {
            source = .computed(expression)
            return
        }
        do {
            source = .known(try Zone(name))
        } catch {
            // Is an error only where a document comes along.
            source = .computed(expression)
        }
    }

    /// The zone, nil where it is null.
    @inline(__always)
    func zone(_ run: inout Run) throws(Failure) -> Zone? {
        switch source {
        case .known(let zone): return zone
        case .computed(let expression):
            let datum = try expression.value(&run)
            if datum.isNullish { return nil }
            return try Zone(datum.text("timezone", code: 40517))
        }
    }
}
