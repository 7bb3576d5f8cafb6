/// An expression whose value is true or false, so that what only asks for that need not make a datum of it.
protocol Condition: Expression {
    /// Whether it is true for the run's document and variables.
    func holds(_ run: inout Run) throws(Failure) -> Bool
}

extension Condition {
    func value(_ run: inout Run) throws(Failure) -> Datum { .bool(try holds(&run)) }
}

/// Whether the value of an expression counts as true.
struct Truth: Condition {
    let expression: any Expression

    func holds(_ run: inout Run) throws(Failure) -> Bool { try expression.value(&run).truth() }
}

/// The expression as something that is true or false.
func condition(_ expression: any Expression) -> any Condition {
    (expression as? any Condition) ?? Truth(expression: expression)
}
