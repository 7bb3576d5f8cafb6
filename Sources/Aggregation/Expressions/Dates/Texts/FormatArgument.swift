/// The format among an operator's arguments: mostly none or a constant, which is then taken apart only once.
struct FormatArgument: Sendable {
    /// What it comes to for a document.
    enum Outcome {
        case absent
        case null
        case format(DateFormat)
    }

    private let expression: (any Expression)?
    private let known: DateFormat?
    private let allowed: Set<UInt8>
    private let code: Int

    /// - Parameters:
    ///   - allowed: the letters that may stand after `%`.
    ///   - code: MongoDB's number for a format that is no string.
    init(_ expression: (any Expression)?, allowed: Set<UInt8>, code: Int) {
        self.expression = expression
        self.allowed = allowed
        self.code = code
        guard let text = (expression as? Constant)?.datum.string else {
            known = nil
            return
        }
        do {
            known = try DateFormat(text, allowed: allowed)
        } catch {
            // Is an error only where a document comes along.
            known = nil
        }
    }

    /// The format for a document.
    func outcome(_ run: inout Run) throws(Failure) -> Outcome {
        if let known { return .format(known) }
        guard let expression else { return .absent }
        let datum = try expression.value(&run)
        if datum.isNullish { return .null }
        let text = try datum.text("format", code: code)
        try run.hold(2 * text.utf8.count)
        return .format(try DateFormat(text, allowed: allowed))
    }
}
