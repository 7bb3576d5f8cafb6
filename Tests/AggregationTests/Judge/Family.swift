import Documents
import TestSupport

/// Operators that are tried out together: how cases of each are made.
struct Family: Sendable {
    /// What it is called in a failure.
    let name: String
    /// The operators, each of which is tried in as many cases as `DifferentialTests` says.
    let operators: [String]
    /// What of the order of the results is defined.
    var order = Order.defined
    /// A case that uses an operator.
    let makeCase: @Sendable (_ operator: String, _ source: inout OddValues) -> Case

    /// All families.
    static let all: [Family] = [
        paths,
        projections, shapes, orders, groups, pipelines, packets,
        arrays, sets, loops, objects, accumulators,
        queries, circles,
        patterns,
        dates, dateTexts,
        arithmetic, trigonometry, logic, comparison, conversion, strings,
    ]

    /// Paths, variables, documents and lists as expressions.
    static let paths = Family(name: "paths", operators: ["$replaceRoot"]) { _, source in
        let root: Value = ["a": source.expression(depth: 1), "b": [source.expression(depth: 2)]]
        return Case(pipeline: [["$replaceRoot": ["newRoot": root]]], documents: source.documents())
    }
}
