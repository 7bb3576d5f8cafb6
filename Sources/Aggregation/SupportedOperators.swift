/// What is evaluated in memory, as docs/filters.md shows it.
public enum SupportedOperators {
    /// Operators by kind, each kind sorted by name.
    public static let kinds: [(kind: String, names: [String])] = [
        ("stages", StageKind.all.keys.sorted()),
        ("conditions of `$match`", Compiler.conditions.sorted()),
        ("expressions", Operator.all.keys.sorted()),
        ("accumulators of `$group` and `$bucket`", Compiler.accumulators.sorted()),
    ]

    /// The operators as a table in Markdown.
    public static var table: String {
        let rows = kinds.map { kind, names in
            "| \(kind) | \(names.map { "`\($0)`" }.joined(separator: " ")) |\n"
        }
        return "| kind | operators |\n|---|---|\n" + rows.joined()
    }
}

extension Compiler {
    /// The operators of `condition` and `combination`, and what may stand inside them.
    fileprivate static let conditions = [
        "$eq", "$gt", "$gte", "$lt", "$lte", "$ne", "$in", "$nin", "$not", "$exists", "$type", "$mod",
        "$regex",
        "$options", "$all", "$elemMatch", "$size", "$bitsAllSet", "$bitsAllClear", "$bitsAnySet",
        "$bitsAnyClear",
        "$geoWithin", "$centerSphere", "$and", "$or", "$nor", "$comment", "$expr", "$alwaysTrue",
        "$alwaysFalse",
    ]

    /// The operators of `accumulator`.
    fileprivate static let accumulators =
        Array(simpleAccumulators.keys) + [
            "$count", "$firstN", "$lastN", "$minN", "$maxN", "$top", "$bottom", "$topN", "$bottomN",
        ]
}
